"""``python -m gtxrig.box_server``: holds one object of a person's class for the engine, one line of JSON each way.

Started by the engine, never by hand. It is the guardian of its box: when the engine is gone, whatever the reason, it makes the box
safe and ends. See gtxrig/boxes.py for what the class looks like.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any, TextIO

from gtxrig import _core
from gtxrig.boxes import ROLES, ArmLimits, Box, Identity, is_safe, plain, setpoint_of
from gtxrig.loading import import_file, keep_output_apart, sentence
from gtxrig.step import argument_of, exponents_of
from gtxrig.texts import json_text
from gtxrig.units import A, V

# make_safe() has 200 ms, of which 100 are over when a call that hangs was cut.
_PATIENCE = 0.03  # s, for a call under way to end by itself before make_safe() is called beside it
_READ_BACK = 0.06  # s, for a call that hangs to let the read-back through


class Unfit(Exception):
    """A class that is none, or cannot be made."""


def make(setup: Mapping[str, Any]) -> Box:
    """The object of a bench file's instrument.

    Raises:
        Unfit: with what is wrong, for people.
    """
    shown = os.path.basename(setup["file"])
    name = setup["class"]
    try:
        module = import_file(setup["file"])
    except BaseException as error:  # whatever a module does while it is imported
        raise Unfit(f"cannot import {shown}: {sentence(error)}") from None
    kind = getattr(module, name, None)
    base = ROLES[setup["role"]]
    if kind is None:
        names = [n for n, c in vars(module).items() if inspect.isclass(c) and c.__module__ == module.__name__]
        raise Unfit(f"{shown} has no class '{name}'; {_core.suggestion(name, names)}".rstrip("; "))
    if not (inspect.isclass(kind) and issubclass(kind, base)):
        raise Unfit(f"'{name}' in {shown} is no gtxrig.boxes.{base.__name__}; derive it: class {name}({base.__name__}):")
    given = {key: _argument(value) for key, value in setup["with"].items()}
    try:
        inspect.signature(kind).bind(**given)
    except TypeError as error:
        raise Unfit(f"{name} cannot be made with {', '.join(given) or 'nothing'}: {error}; see `with`") from None
    try:
        box = kind(**given)
    except BaseException as error:  # whatever a constructor does
        raise Unfit(f"{name}() raised {sentence(error)}") from None
    assert isinstance(box, Box)
    return box


def _argument(value: Any) -> object:
    if isinstance(value, dict):
        return argument_of(value["value"], exponents_of(value["dimension"]))
    return value


class Server:
    """One object, one thread that calls it, and another one for what cannot wait."""

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source = source
        self._sink = sink
        self._role = ""
        self._box: Box | None = None
        self._trouble = "it is not there yet"
        self._calls: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        self._urgent: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._saying = threading.Lock()
        self._calling = threading.Lock()
        self._since = 0.0
        self._method = ""
        self._void_before = 0  # calls of the engine that make_safe() has overtaken
        self._disturbed = False  # make_safe() was called beside a call that hangs

    def serve(self) -> None:
        """Until the engine is gone; does not return."""
        setup = json.loads(self._source.readline())
        self._role = setup["role"]
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._be_safe, daemon=True).start()
        try:
            self._box = make(setup)
        except Unfit as unfit:
            self._trouble = str(unfit)
        while True:
            self._answer(self._calls.get())

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # a killed engine leaves unread answers behind: the connection is reset
            for line in self._source:
                request = json.loads(line)
                if request["call"] == "make_safe":
                    self._void_before = request["number"]
                    self._urgent.put(request)
                else:
                    self._calls.put(request)
        self._void_before = 1 << 62
        self._urgent.put(None)

    def _answer(self, request: Mapping[str, Any]) -> None:
        method = request["call"]
        if method == "write" and request["number"] < self._void_before:
            self._say(request, trouble="overtaken by make_safe()")
            return
        with self._calling:
            self._method, self._since = method, time.monotonic()
            try:
                self._say(request, result=self._call(method, request["with"]))
            except Unfit as unfit:
                self._say(request, trouble=str(unfit))
            except BaseException as error:  # also sys.exit(): the box is still there
                self._say(request, trouble=f"{method}() raised {sentence(error)}")
            if self._disturbed:
                self._disturbed = False
                self._try_make_safe()  # what hung may have switched on behind it

    def _call(self, method: str, told: Mapping[str, Any]) -> object:
        box = self._known()
        if method == "connect":
            identity = box.connect() or Identity(model=type(box).__name__)
            return {key: str(value) for key, value in vars(identity).items()}
        if method == "arm":
            box.arm(ArmLimits(told["over_voltage"] * V, told["under_voltage"] * V, told["over_current"] * A))
        elif method == "write":
            setpoint = setpoint_of(self._role, dict(told))
            box.press(setpoint) if self._role == "io" else box.write(setpoint)  # type: ignore[attr-defined]
        elif method == "release":
            box.release()
        else:
            return plain(self._role, box.read())  # type: ignore[attr-defined]
        return None

    def _known(self) -> Box:
        if self._box is None:
            raise Unfit(self._trouble)
        return self._box

    def _be_safe(self) -> None:
        while True:
            request = self._urgent.get()
            try:
                self._make_safe()
                if request is not None:
                    self._say(request, result=None)
            except Unfit as unfit:
                if request is not None:
                    self._say(request, trouble=str(unfit))
            except BaseException as error:  # said, and tried again when it is asked again
                if request is not None:
                    self._say(request, trouble=f"make_safe() raised {sentence(error)}")
            if request is None:
                sys.stderr.flush()
                os._exit(0)

    def _make_safe(self) -> None:
        box: Any = self._known()
        if not hasattr(box, "make_safe"):
            return
        free = self._calling.acquire(timeout=_PATIENCE)
        if not free:
            self._disturbed = True
        try:
            box.make_safe()
            free = free or self._calling.acquire(timeout=_READ_BACK)
            if not free:
                hangs = time.monotonic() - self._since
                raise RuntimeError(f"was called, but nothing could be read back: {self._method}() hangs for {hangs:.1f} s")
            reading = box.read()
            plain(self._role, reading)
            if not is_safe(self._role, reading):
                raise RuntimeError(f"did not switch off: {reading}")
        finally:
            if free:
                self._calling.release()

    def _try_make_safe(self) -> None:
        try:
            self._known().make_safe()  # type: ignore[attr-defined]
        except BaseException as error:  # the engine asks again by itself
            print(f"make_safe() raised {sentence(error)}", file=sys.stderr)

    def _say(self, request: Mapping[str, Any], **told: object) -> None:
        text = json_text({"number": request["number"], **told})
        with self._saying, contextlib.suppress(OSError):  # an engine that is gone the reading thread sees too
            self._sink.write(text + "\n")
            self._sink.flush()


def main() -> None:
    """Takes standard input and output for the engine; what the class prints goes to standard error."""
    source, sink = keep_output_apart()
    Server(os.fdopen(source, "r", encoding="utf-8"), os.fdopen(sink, "w", encoding="utf-8")).serve()


if __name__ == "__main__":
    main()
