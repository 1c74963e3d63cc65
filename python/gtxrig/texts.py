"""Texts that leave Python are UTF-8, whatever the message of an exception or the name of a file holds."""

from __future__ import annotations

import json
import re

_LONE = re.compile("[\ud800-\udfff]")  # half of a pair of surrogates, as os.fsdecode() makes them


def whole(text: str) -> str:
    r"""The text; what is no character is spelled out, such as ``\udc80``."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def json_text(told: object, *, allow_nan: bool = True) -> str:
    """JSON in one line for the engine, which takes no escape for half a character."""
    text = json.dumps(told, ensure_ascii=False, allow_nan=allow_nan)
    return _LONE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text)
