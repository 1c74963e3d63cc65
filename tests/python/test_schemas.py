"""jsonschema as an independent witness: the schemas take every file that is shipped and see the common slips."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "cases"
FIRST_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


class Loader(yaml.SafeLoader):
    """YAML 1.2 as editors and the project read it: `on` and `off` are words, only true and false are truth values."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def load(text):
    return yaml.load(text, Loader=Loader)


def kind_of(path):
    if path.parent.name == "benches":
        return "bench"
    if path.parent.name == "packs":
        return "profile"
    return "requirements" if path.parent == CASES else "case"


def validator(kind):
    schema = json.loads((CASES / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


# Files of must_fail and corners are kinds of their own, which have no schema; so are those of mutants and healthy packs.
SHIPPED = sorted(path for path in CASES.rglob("*.yaml") if not {"must_fail", "corners", "mutants.yaml", "healthy.yaml"} & set(path.parts))
EXAMPLES = {
    "case": CASES / "over_voltage" / "pack_over_voltage_stops_charging.yaml",
    "bench": CASES / "benches" / "virtual.yaml",
    "requirements": CASES / "gtx5000.yaml",
    "profile": CASES / "packs" / "virtual_gtx5000.yaml",
}


def test_there_are_files_of_every_kind():
    assert {kind_of(path) for path in SHIPPED} == {"case", "bench", "requirements", "profile"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(CASES)))
def test_shipped_files_agree_with_their_schema(path):
    errors = [f"{error.json_path}: {error.message}" for error in validator(kind_of(path)).iter_errors(load(path.read_text(encoding="utf-8")))]
    assert errors == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(CASES)))
def test_shipped_files_name_their_schema_in_the_first_line(path):
    named = FIRST_LINE.match(path.read_text(encoding="utf-8"))
    assert named is not None
    assert (path.parent / named.group(1)).resolve() == CASES / f"{kind_of(path)}.schema.json"


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("case", "title:", "titel:"),
        ("case", "state: standby", "state: standbye"),
        ("case", "timeout:", "timeoutt:"),
        ("case", "within: 1 s", "within: 1"),
        ("case", "within: 1 s", "within: 1 V"),
        ("case", "steps:", "stepps:"),
        ("case", "pcs: defiant", "pcs: defient"),
        ("bench", "clock: lockstep", "clock: wal"),
        ("bench", "tick: 10 ms", "tick: 10"),
        ("bench", "tick: 10 ms", "tick: 10 A"),
        ("bench", "cause: over_voltage", "cause: overvoltage"),
        ("bench", "fixture:", "fixtures:"),
        ("bench", "maximum_voltage: 60 V", "maximum_voltage: 60 A"),
        ("requirements", "kind: protection", "kind: protektion"),
        ("requirements", "rule: pack_ov", "ruel: pack_ov"),
        ("requirements", "cells: 16", "cells: many"),
        ("requirements", "origin: manual", "origin: manuell"),
        ("profile", "origin: measured", "origin: mesured"),
        ("profile", "row: GTX-OV-01", "rows: GTX-OV-01"),
        ("profile", "pack:", "pakc:"),
    ],
)
def test_a_slip_is_seen(kind, before, after):
    text = EXAMPLES[kind].read_text(encoding="utf-8")
    assert before in text
    assert not validator(kind).is_valid(load(text.replace(before, after, 1)))
