"""Packages that only some functions need, and files that are whole or not there."""

from __future__ import annotations

import errno
import importlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gtxrig.errors import RigError


def need(module: str, what_for: str) -> Any:
    """Imports an optional package; an ImportError says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = {"can": "python-can"}.get(module.split(".")[0], module.split(".")[0])
        raise ImportError(f"{what_for} needs the package {package}; pip install gtxrig[data]") from error


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[str]:
    """Gives a name beside ``path`` to write to; the file takes its own name only when all of it was written.

    After an exception nothing is left, and what stood at ``path`` before still stands. Of a symbolic link its target is
    replaced; a device, a pipe or a socket is refused, for it would become a file.

    Raises:
        RigError: what kept the file from being written, with its path; an OSError of the block becomes one too.
    """
    import tempfile

    target = os.path.realpath(path)
    stem, suffix = os.path.splitext(os.path.basename(target))
    beside = ""
    try:
        _require_replaceable(target, os.fspath(path))
        number, beside = tempfile.mkstemp(prefix=f".{stem}.", suffix=suffix, dir=os.path.dirname(target))
        os.close(number)
        yield beside
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(beside, 0o666 & ~umask)
        os.replace(beside, target)
    except RigError as error:
        if error.where != beside:
            raise
        raise RigError(error.message, os.fspath(path), error.hint) from None
    except OSError as error:
        # Libraries put their own texts around it; the system's own is the shortest.
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise RigError(f"cannot write: {reason}", os.fspath(path), _HINTS.get(error.errno or 0, "")) from error
    finally:
        if beside and os.path.exists(beside):
            os.unlink(beside)


_HINTS = {
    errno.ENOENT: "give a folder that exists",
    errno.ENOTDIR: "give a folder that exists",
    errno.ENOSPC: "free some space or choose another folder",
}


def _require_replaceable(target: str, path: str) -> None:
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise RigError("this is a folder, no file can be written here", path)
    if not stat.S_ISREG(mode):
        raise RigError("this is a device, a pipe or a socket, and would be replaced by a file", path, "name a file")
