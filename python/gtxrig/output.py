"""Where results go: as the command does it, a folder of its own that is never overwritten."""

from __future__ import annotations

import datetime
import os

from gtxrig.errors import RigError


def new_folder(wanted: str | None = None) -> str:
    """Makes the folder, or takes an empty one; without a name runs/<UTC time>, with a number behind it when that exists.

    Raises:
        RigError: it cannot be made, or holds something already.
    """
    if wanted is None:
        base = "runs/" + datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d-%H%M%S")
        number = 1
        while True:
            path = base if number == 1 else f"{base}-{number}"
            try:
                os.makedirs(path)
                return path
            except FileExistsError:
                number += 1
            except OSError as error:
                raise RigError(f"cannot make this folder: {error.strerror}", path) from error
    try:
        os.makedirs(wanted, exist_ok=True)
        if os.listdir(wanted):
            raise RigError("this folder is not empty", wanted, "results are never overwritten; name another folder")
    except OSError as error:
        raise RigError(f"cannot make this folder: {error.strerror}", wanted) from error
    return wanted
