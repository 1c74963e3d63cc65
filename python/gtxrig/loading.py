"""Files of people, imported, and what goes wrong in them, told by their own line."""

from __future__ import annotations

import importlib.util
import linecache
import os
import sys
import traceback
from types import ModuleType

_HERE = os.path.dirname(os.path.abspath(__file__))


def import_file(path: str) -> ModuleType:
    """Runs a file as a module. What lies beside it can be imported, as by a script.

    Raises:
        FileNotFoundError: there is none.
    """
    if not os.path.isfile(path):
        raise FileNotFoundError(path)
    folder = os.path.dirname(os.path.abspath(path))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
        raise
    return module


def sentence(error: BaseException) -> str:
    """The last line of a traceback, and where it happened: file and line of the person's own code."""
    lines = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
    text = lines[0 if isinstance(error, AssertionError) else -1]  # pytest explains an assertion below it
    if isinstance(error, SyntaxError) and error.filename:
        return f"{text} ({os.path.basename(error.filename)}:{error.lineno})"
    where = place_of(error)
    return f"{text} ({where[0]}:{where[1]})" if where else text


def failed_text(error: BaseException) -> str:
    """Of an assertion: what it says, or else its line."""
    where = place_of(error)
    if str(error) or where is None:
        return "failed: " + sentence(error)
    return f"failed: {where[2]} ({where[0]}:{where[1]})"


def place_of(error: BaseException) -> tuple[str, int, str] | None:
    """Base name, line and text of the innermost line that is neither ours nor Python's; else of the innermost."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if os.path.dirname(os.path.abspath(f.filename)) != _HERE]
    own = [f for f in frames if not f.filename.startswith(("<", sys.base_prefix)) and "site-packages" not in f.filename]
    for frame in reversed(own or frames):
        line = frame.lineno or 0
        return os.path.basename(frame.filename), line, linecache.getline(frame.filename, line).strip()
    return None


def keep_output_apart() -> tuple[int, int]:
    """Descriptors of standard input and output for the engine; what people print goes to standard error from now on."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return source, sink
