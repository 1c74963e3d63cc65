#!/usr/bin/env python3
"""Holds the #include lines of rig/, drivers/, reports/ and python/ against the table of who may include whom.

    check_walls.py [ROOT]     prints file:line, what is included and why it is forbidden; exit code 1 if anything is

The two walls that matter most: nothing in rig/ but cli knows a driver, and the reference (rig/model) shares nothing with
the virtual pack (drivers/sim), else comparing them would prove nothing.
"""

import re
import sys
from pathlib import Path

# The one place where the table stands. A room may always include itself; "*" is everything.
SHARED_BY_DRIVERS = (
    "drivers/transport",
    "drivers/can",
    "drivers/scpi",
    "drivers/modbus",
    "drivers/python",
    "drivers/service",
    "drivers/usb",
)
MAY_INCLUDE = {
    "core": [],
    "signal": ["core"],
    "requirement": ["core", "signal"],
    "instrument": ["core", "signal"],
    "canlog": ["core", "signal", "instrument"],
    "dut": ["core", "signal", "instrument"],
    "lights": ["core", "signal"],
    "bench": ["core", "signal", "instrument", "lights", "dut"],
    "record": ["core", "signal"],
    "model": ["core", "signal", "requirement"],
    "judge": ["core", "signal", "requirement"],
    "case": ["core", "signal"],
    "engine": ["core", "signal", "requirement", "instrument", "canlog", "dut", "bench", "record", "model", "judge", "case"],
    "plan": ["core", "signal", "requirement", "instrument", "dut", "bench", "case"],
    "guard": ["core", "signal", "instrument", "bench"],
    "station": ["core", "record", "reports"],
    "reports": ["core", "signal", "requirement", "record"],
    "drivers": ["core", "signal", "instrument", *SHARED_BY_DRIVERS],
    **{shared: ["core", "signal", "instrument", *SHARED_BY_DRIVERS] for shared in SHARED_BY_DRIVERS},
    "drivers/sim": ["core", "signal", "instrument"],
    "cli": ["*"],
    "python": ["*"],
}
REASONS = {
    ("model", "drivers/sim"): "the reference and the virtual pack share no behaviour",
    ("drivers/sim", "model"): "the virtual pack and the reference share no behaviour",
    ("drivers/sim", "dut"): "the virtual pack packs its frames with its own code",
}

ROOTS = ("rig", "drivers", "reports", "python")
SOURCES = {".cpp", ".hpp", ".h", ".cc", ".inl"}
INCLUDE = re.compile(r'\s*#\s*include\b\s*(?:"([^"]*)"|<([^>]*)>|(.*))')


def room_of(path):
    """The room of a path below the root such as "rig/core/time.hpp"; None when it lies in none."""
    parts = path.split("/")
    if parts[0] == "rig" and len(parts) > 2:
        return parts[1]
    if parts[0] in ("reports", "python") and len(parts) > 1:
        return parts[0]
    if parts[0] == "drivers" and len(parts) == 2:
        return "drivers"
    if parts[0] == "drivers" and len(parts) > 2:
        return "drivers/" + parts[1]
    return None


def includes_of(text):
    """Yields (line, quoted path, angled path, anything else).

    Block comments count as code: taking them out would let a "/*" inside a string hide what follows.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, *match.groups()


def reason_against(file, included):
    """Why `file` may not include `included`, both below the root; None when it may."""
    here, there = room_of(file), room_of(included)
    if here not in MAY_INCLUDE:
        return f"room '{here}' is not in the table of tools/check_walls.py"
    if there not in MAY_INCLUDE:
        return f"'{included}' lies in no room of the table of tools/check_walls.py"
    allowed = MAY_INCLUDE[here]
    if "*" in allowed:
        return None
    if here == there == "drivers" and Path(file).stem != Path(included).stem:
        return "a driver never includes another driver"
    if here == there or there in allowed:
        return None
    if (here, there) in REASONS:
        return REASONS[here, there]
    if there.startswith("drivers") and not here.startswith("drivers"):
        return f"{here} knows no driver; only cli and python do"
    return f"{here} may include only {', '.join(allowed) or 'itself'}"


def check_include(file, quoted, angled, other):
    """Why this one include is forbidden; None when it is not."""
    if other is not None:
        return "an include that a macro makes cannot be checked"
    path = quoted if quoted is not None else angled
    parts = path.split("/")
    ours = parts[0] in ROOTS
    if quoted is None and not ours and ".." not in parts:
        return None
    if not ours or ".." in parts:
        return "write the path from the project's root; libraries go into <>"
    return reason_against(file, path)


def check_file(root, file):
    findings = []
    for line, *include in includes_of((root / file).read_text(encoding="utf-8", errors="replace")):
        if reason := check_include(file, *include):
            path = next(text for text in include if text is not None)
            findings.append(f"{file}:{line}: includes {path.strip()}: {reason}")
    return findings


def check_tree(root):
    """All findings of a tree, and how many files were read."""
    files = sorted(
        path.relative_to(root).as_posix()
        for folder in ROOTS
        for path in (root / folder).rglob("*")
        if path.suffix in SOURCES and path.is_file()
    )
    return [finding for file in files for finding in check_file(root, file)], len(files)


def main(arguments):
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(__doc__, file=sys.stderr)
        return 64
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    findings, files = check_tree(root)
    for finding in findings:
        print(finding)
    if files == 0:
        print(f"{root}: found no source file, nothing was checked")
        return 2
    print(f"{files} files, {len(findings)} forbidden includes")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
