"""Runs a command under the address sanitizer; what any process of it reports is a failure, whatever that process returned.

    python sanitized.py LIBRARY[:LIBRARY] COMMAND...

LIBRARY are those that have to be there before all others: a Python that was not built with the sanitizer loads them by LD_PRELOAD.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    libraries, *command = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="gtxrig-sanitized-") as folder:
        log = Path(folder) / "report"
        options = f"log_path={log}:exitcode=99"
        environment = {
            **os.environ,
            "LD_PRELOAD": libraries,
            # Python frees nothing at its end, so every leak would be its own.
            "ASAN_OPTIONS": f"{options}:detect_leaks=0:detect_stack_use_after_return=1:allocator_may_return_null=1",
            "UBSAN_OPTIONS": f"{options}:print_stacktrace=1",
            "PYTHONMALLOC": "malloc",  # else most objects of Python come from pools that the sanitizer cannot see into
        }
        status = subprocess.run(command, env=environment, check=False).returncode
        reports = sorted(Path(folder).iterdir())
        for report in reports:
            print(report.read_text(errors="replace"), flush=True)
        print(f"{len(reports)} reports of the sanitizers, exit code {status}")
    return 1 if reports or status else 0


if __name__ == "__main__":
    sys.exit(main())
