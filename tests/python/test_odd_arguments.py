"""Every function, method and property of gtxrig._core with arguments that make no sense: an exception at most, never a crash.

ctest's python_sanitized.odd_arguments runs the same under the address sanitizer.
"""

import math
import random
import re

import gtxrig
import numpy as np
import pytest
from gtxrig import Bench, _core

ROUNDS = 40  # calls of each
# Numbers are small, or so large that they are refused: what lies between would only take long.
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.01, 0.5, 3.2, 60.0, 5e-324, math.nan, math.inf, -math.inf, 1e300, -1e300, True, 2**70]
INTS = [0, 1, 2, 3, 7, 100, -1, -7, 2**63, -(2**63), 2**64, 10**30, True, 2.0]
TEXTS = ["", "x", "a\0b", "\ud800", "\U0001f50b", "%s%n", ".", "x" * 1000, "[" * 3000, "(" * 20_000, "-" * 3000, "not " * 3000, "{a: " * 3000, "{a: &a [*a, *a]}", "1 s", "0 s", "-1 s", "5 V",
         "pack.voltage", "pack.voltage > 1 V", "pack.voltage +", "supply.voltage_set", "on", "1e999 V", "nan", "0x351", "standby", "full",
         "none", "simple", "builtin:", "builtin:cases/gtx5000.dbc", "((((pack.voltage", "dut.soc", "completed", "/nonexistent/x",
         "model.dut.charge_allowed.may"]  # fmt: skip
BYTES = [b"", bytes(8), bytes(9), bytearray(3), memoryview(bytes(16))[::2], memoryview(bytes(8)).cast("H"), memoryview(bytes(8)).cast("B", (2, 4))]
ARRAYS = [np.array([]), np.zeros(5), np.full(3, np.nan), np.zeros((2, 2)), np.zeros((0, 8), np.uint8), np.zeros((3, 8), np.uint8),
          np.zeros((3, 64), np.uint8)[:, ::8], np.array(1.0), np.array(["a"]), np.array([None]), np.zeros(4, complex),
          np.zeros(6)[::-2], np.zeros(3, ">f8"), np.broadcast_to(1.0, 7), np.zeros((3, 0), np.uint8), [[1, 2], [3]]]  # fmt: skip
EXPONENTS = [(1, 0, 0, 0, False, False), (0,) * 4 + (False, False), (127, -128, 300, -300, True, True), (1, 1), (2**40, 0, 0, 0, False, False)]


class Odd:
    """Answers to every protocol with an error."""

    def __float__(self):
        raise KeyError("float")

    def __index__(self):
        raise KeyError("index")

    def __len__(self):
        return -1

    def __getitem__(self, key):
        raise OSError("item")

    def __iter__(self):
        raise RuntimeError("iter")


class TestDouble(float):
    __test__ = False

    def __float__(self):
        return "no"


def anything(rng, made):
    return rng.choice([None, Odd, Odd(), TestDouble(3), object(), [], {}, (), [Odd()], {"x": Odd()}, {1: 2}, {"pack.voltage": 1.0}, range(3),
                       *FLOATS, *INTS, *TEXTS, *BYTES, *EXPONENTS, *made])  # fmt: skip


def fitting(rng, declared, made):
    """A value of the declared type, or of one that looks like it."""
    if rng.random() < 0.15:
        return anything(rng, made)
    if "None" in declared and rng.random() < 0.2:
        return None
    if "Annotated" in declared and not declared.startswith(("collections", "dict")):
        return rng.choice(ARRAYS)
    if "tuple" in declared and "Sequence" not in declared:
        return rng.choice(EXPONENTS)
    if "Mapping" in declared:
        value = "Annotated" if "Annotated" in declared else "float"
        names = rng.choices([*TEXTS, "ChargeVoltageLimit", "pack.current", "io.button"], k=rng.randrange(4))
        return {name: rng.choice(ARRAYS if value == "Annotated" else FLOATS) for name in names}
    if "Sequence[tuple" in declared:
        return [(rng.choice(INTS), rng.choice([True, False, 3]), rng.choice(BYTES)) for _ in range(rng.randrange(4))]
    if "Sequence" in declared:
        return rng.choices(TEXTS, k=rng.randrange(4))
    if "Buffer" in declared:
        return rng.choice(BYTES)
    if "SupportsFloat" in declared:
        return rng.choice(FLOATS)
    if "SupportsInt" in declared:
        return rng.choice([*INTS, 0x351, 0x356])
    if "bool" in declared:
        return rng.choice([True, False])
    if "str" in declared:
        return rng.choice(TEXTS)
    fit = [value for value in made if f"_core.{type(value).__name__}" in declared]
    return rng.choice(fit or [anything(rng, made)])


def declared_types(function):
    """Of the arguments, without self; from the first line of what pybind11 writes into the docstring."""
    line = next((line for line in (function.__doc__ or "").splitlines() if re.match(r"(\d+\. )?\w+\(", line)), "()")
    arguments = line[line.index("(") + 1 : line.rindex(")")]
    parts, depth, begin = [], 0, 0
    for i, letter in enumerate(arguments + ","):
        depth += (letter in "[(") - (letter in "])")
        if letter == "," and depth == 0:
            parts.append(arguments[begin:i].strip())
            begin = i + 1
    return [part.split(":", 1)[1] for part in parts if ":" in part and not part.startswith("self")]


# They end the program's use of the module, or choose another Python for all.
LEFT_OUT = {"leave", "use_python"}


def misuse(owner, name, function, rng, made):
    """Calls it again and again; gives back how often it returned."""
    types, returned = declared_types(function), 0
    for _ in range(ROUNDS):
        arguments = [fitting(rng, declared, made) for declared in types]
        if rng.random() < 0.1:
            arguments = [anything(rng, made) for _ in range(rng.randrange(4))]
        try:
            repr(function(*arguments))[:100]
            returned += 1
        except Exception as error:
            assert not isinstance(error, SystemError), (owner, name, arguments)
            str(error)
    return returned


@pytest.fixture
def made(tmp_path, monkeypatch):
    """One of each class, in a folder where writing does no harm."""
    monkeypatch.chdir(tmp_path)
    setup = _core.read_setup("builtin:cases/benches/virtual.yaml", [])
    requirements = gtxrig.load_requirements()
    dbc = gtxrig.Dbc.load("builtin:cases/gtx5000.dbc")
    with Bench.load().session(out=tmp_path / "run") as rig:
        rig.start(soc=0.5)
        rig.hold(5)
        tap = rig._core.listen()
        rig.hold(1)
    (tmp_path / "short.yaml").write_text("case: short\nsteps: [{ hold: 1 s }]\nalways: [{ never: pack.voltage > 70 V }]\n")
    cases = _core.make_cases(["short.yaml"], "builtin:cases/benches/virtual.yaml", [], [], 1, None, "events")
    return [
        setup, requirements, requirements.rows[0], dbc, dbc.messages[0], dbc.messages[0].signals[0], rig.run._record, tap, cases,
        _core.make_session(setup, '{"case": "odd"}', 1, None, "none", ""), _core.make_step(), _core.make_virtual_pack([], 1),
        _core.make_reference_model(requirements, {}),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_given_to_the_engine_is_refused_at_most(made, seed):
    rng = random.Random(seed)
    # A session that has begun answers more; what ends it comes last.
    order = {"begin": -1, "finish": 1}
    assert {type(value) for value in made} == {kind for kind in vars(_core).values() if isinstance(kind, type)}
    returned = 0
    for name, function in vars(_core).items():
        if callable(function) and not isinstance(function, type) and not name.startswith("__") and name not in LEFT_OUT:
            returned += misuse("module", name, function, rng, made)
    for value in made:
        kind = type(value)
        misuse(kind.__name__, "__init__", kind, rng, made)
        for name in sorted(vars(kind), key=lambda name: order.get(name, 0)):
            attribute = vars(kind)[name]
            if isinstance(attribute, property):
                for _ in range(3):
                    try:
                        repr(getattr(value, name))[:100]
                        setattr(value, name, anything(rng, made))
                    except Exception as error:
                        str(error)
            elif name in ("__len__", "__eq__", "__hash__", "__repr__") or (callable(attribute) and not name.startswith("__")):
                returned += misuse(kind.__name__, name, getattr(value, name), rng, made)
    assert returned > 500  # it does reach the engine


@pytest.mark.parametrize("seed", [3, 4])
def test_the_packages_own_classes_refuse_the_same(made, seed, tmp_path):
    rng = random.Random(seed)
    rig = Bench.load().session(record="none")
    rig.start(soc=0.5)
    whole = [gtxrig.VirtualPack(), gtxrig.ReferenceModel(gtxrig.load_requirements()), gtxrig.open_run(tmp_path / "run"), rig, rig.supply]
    for value in whole:
        for name in dir(type(value)):
            if name.startswith("_") or name in ("start", "close", "abort", "watch", "plot", "plot_html", "can_bus") or name.startswith("to_"):
                continue
            attribute = getattr(type(value), name)
            if isinstance(attribute, property):
                continue
            for _ in range(ROUNDS // 2):
                try:
                    getattr(value, name)(*(anything(rng, made) for _ in range(rng.randrange(4))))
                except Exception as error:
                    assert not isinstance(error, SystemError), (name, error)
    rig.close()
