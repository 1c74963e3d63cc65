"""Packages that only some functions need, and files that are whole or not there."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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

    After an exception nothing is left, and what stood at ``path`` before still stands.
    """
    target = Path(path)
    if target.is_dir():
        raise RigError("this is a folder, no file can be written here", os.fspath(target))
    try:
        number, beside = tempfile.mkstemp(prefix=f".{target.stem}.", suffix=target.suffix, dir=target.parent)
    except OSError as error:
        raise RigError(f"cannot write: {error.strerror}", os.fspath(target), "give a folder that exists") from error
    os.close(number)
    try:
        yield beside
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(beside, 0o666 & ~umask)
        os.replace(beside, target)
    finally:
        if os.path.exists(beside):
            os.unlink(beside)
