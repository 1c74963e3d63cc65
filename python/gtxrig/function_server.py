"""``python -m gtxrig.function_server``: calls functions for a run of the engine, one line of JSON each way.

Started by the engine's command and package, never by hand. The functions are imported before anything is switched on; a
function that takes too long is ended with its whole process, by the engine.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TextIO

from gtxrig import _core
from gtxrig.errors import RigError
from gtxrig.loading import failed_text, import_file, keep_output_apart, sentence
from gtxrig.step import Step, argument_of, exponents_of, returned_value
from gtxrig.texts import json_text

PROTOCOL = 1


class Unfit(Exception):
    """A function that cannot be called: what is wrong, what to try, and which parameter is concerned."""

    def __init__(self, trouble: str, hint: str = "", parameter: str = "") -> None:
        super().__init__(trouble)
        self.told = {"trouble": trouble, "hint": hint, "parameter": parameter}


def load(job: Mapping[str, Any], modules: dict[str, ModuleType]) -> Callable[..., object]:
    """The function of a job; each module is imported once, so that what it keeps is there in the next step."""
    place = str(job["file"] or job["module"])
    shown = job["call"].rsplit(":", 1)[0]
    if place not in modules:
        try:
            modules[place] = import_file(place) if job["file"] else importlib.import_module(place)
        except FileNotFoundError:
            raise Unfit(f"there is no file {shown}", f"looked for {place}") from None
        except ModuleNotFoundError as error:
            if error.name is not None and (place + ".").startswith(error.name + "."):
                raise Unfit(f"there is no module {place}", "it has to be in PYTHONPATH, or name its file") from None
            raise Unfit(f"cannot import {shown}: {sentence(error)}") from None
        except BaseException as error:  # whatever a module does while it is imported
            raise Unfit(f"cannot import {shown}: {sentence(error)}") from None
    module = modules[place]
    function = getattr(module, job["function"], None)
    if function is None:
        names = [n for n, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module.__name__]
        raise Unfit(f"{shown} has no function '{job['function']}'", _core.suggestion(job["function"], names))
    if not callable(function):
        raise Unfit(f"'{job['function']}' in {shown} is no function")
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise Unfit(f"'{job['function']}' in {shown} is async or a generator; a step calls plain functions")
    _accepts(function, job)
    return function  # type: ignore[no-any-return]


def _accepts(function: Callable[..., object], job: Mapping[str, Any]) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return  # written in C: seen when it is called
    name = job["function"]
    given = [p["name"] for p in job["parameters"]]
    known = list(signature.parameters.values())
    if not any(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL) for p in known[:1]):
        raise Unfit(f"'{name}' takes no step", f"its first argument is the step: def {name}(step, ...)")
    takes_any = any(p.kind == p.VAR_KEYWORD for p in known)
    names = [p.name for p in known[1:] if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    for parameter in given:
        if parameter not in names and not takes_any:
            hint = _core.suggestion(parameter, names) or f"it takes {', '.join(names) or 'none'}"
            raise Unfit(f"'{name}' takes no parameter '{parameter}'", hint, parameter)
    for p in known[1:]:
        needed = p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        if needed and p.name not in given:
            raise Unfit(f"'{name}' wants the parameter '{p.name}'", "give it one under `with`")


def _failure(error: BaseException) -> dict[str, Any]:
    judged = isinstance(error, AssertionError)
    return {"judged": judged, "text": failed_text(error) if judged else "raised " + sentence(error)}


def answer(job: Mapping[str, Any], function: Callable[..., object], request: Mapping[str, Any]) -> dict[str, Any]:
    """Calls the function. What goes wrong in it is part of the answer."""
    step = Step(job, request)
    parameters = {p["name"]: argument_of(p["value"], exponents_of(p["dimension"])) for p in job["parameters"]}
    failure = None
    returns: list[dict[str, float]] = []
    try:
        returns = _returned(job, function(step, **parameters))
    except BaseException as error:  # also sys.exit(): a function ends, the run does not
        traceback.print_exception(type(error), error, error.__traceback__)
        failure = _failure(error)
    step.is_over = True
    return {"checks": step.checks, "returns": returns, "failure": failure}


def _returned(job: Mapping[str, Any], value: object) -> list[dict[str, float]]:
    wanted = {r["name"]: exponents_of(r["dimension"]) for r in job["returns"]}
    if not wanted:
        if value is not None:
            raise TypeError(f"the function gave back {value!r}, and the step declares no `returns`")
        return []
    if not isinstance(value, dict):
        raise TypeError(f"the step wants a dict with {', '.join(wanted)}, the function gave back {value!r}")
    if set(value) != set(wanted):
        raise TypeError(f"the step wants {', '.join(wanted)}, the function gave back {', '.join(map(str, value)) or 'nothing'}")
    return [returned_value(name, value[name], dimension) for name, dimension in wanted.items()]


def _read_lines(source: TextIO, lines: queue.SimpleQueue[str]) -> None:
    with contextlib.suppress(OSError):  # a killed engine resets the connection
        for line in source:
            lines.put(line)
    os._exit(0)  # the engine is gone, also when a function is still at work


def serve(source: TextIO, sink: TextIO) -> None:
    """Introduces the functions, then answers until the other side closes."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(source, lines), daemon=True).start()

    def say(told: Mapping[str, Any]) -> None:
        sys.stdout.flush()
        sink.write(json_text(told, allow_nan=False) + "\n")
        sink.flush()

    jobs = json.loads(lines.get())["jobs"]
    modules: dict[str, ModuleType] = {}
    functions: list[Callable[..., object] | None] = []
    told = []
    for job in jobs:
        try:
            function = load(job, modules)
            functions.append(function)
            told.append({"file": inspect.getsourcefile(inspect.unwrap(function)) or ""})
        except Unfit as unfit:
            functions.append(None)
            told.append(unfit.told)
        except TypeError:  # a function without a file
            told.append({"file": ""})
    say({"protocol": PROTOCOL, "python": sys.version.split()[0], "jobs": told})
    while True:
        request = json.loads(lines.get())
        function_or_none = functions[request["job"]]
        if function_or_none is None:
            raise RigError("this function cannot be called")
        told_back = answer(jobs[request["job"]], function_or_none, request)
        try:
            say(told_back)
        except ValueError as error:  # a number that JSON has not: infinite or none
            say({"checks": [], "returns": [], "failure": {"judged": False, "text": f"checked no finite number: {error}"}})


def main() -> None:
    """Takes standard input and output for the engine; what functions print goes to standard error."""
    incoming, outgoing = keep_output_apart()
    serve(os.fdopen(incoming, "r", encoding="utf-8"), os.fdopen(outgoing, "w", encoding="utf-8"))


if __name__ == "__main__":
    main()
