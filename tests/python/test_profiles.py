"""A pack's profile made in Python: what the reference and its judges go by, without a YAML file."""

import dataclasses
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from gtxrig import A, Ah, Bench, InputError, RigError, V, degC, load_cases, minutes, s
from gtxrig.profiles import PackProfile, ProfileRow, between, known, profile_document

ROOT = Path(__file__).resolve().parents[2]
VIRTUAL = yaml.safe_load((ROOT / "cases/packs/virtual_gtx5000.yaml").read_text())
OVER_VOLTAGE = ROOT / "cases/over_voltage/pack_over_voltage_stops_charging.yaml"


def profile_with(threshold):
    rows = [dict(row) for row in VIRTUAL["rows"]]
    (row,) = (r for r in rows if r["row"] == "GTX-OV-01")
    row["threshold"] = known(threshold)
    return {**VIRTUAL, "pack": "mine", "rows": rows}


def over_voltage(out, **options):
    with Bench.load(**options).session("ov", out=out) as rig:
        rig.start(soc=0.97, temperature=25 * degC)
        rig.supply.set(voltage=57 * V, current=5 * A, output=True)
        rig.wait_until("pack.charge_refused", timeout=180 * minutes)
    return rig


def test_a_profile_that_contains_itself_is_refused():
    endless = {"pack": "x"}
    endless["rows"] = [endless]
    with pytest.raises(ValueError, match="contains itself"):
        Bench.load(profile=endless)


def test_half_a_character_in_a_profile_is_no_crash():
    with pytest.raises(RigError):
        Bench.load(profile={"pack": "\udcff"})


def test_the_profile_of_the_file_as_a_mapping_gives_the_same_run(tmp_path):
    as_file = over_voltage(tmp_path / "a")
    as_mapping = over_voltage(tmp_path / "b", profile=VIRTUAL)
    assert as_file.verdict == as_mapping.verdict == "pass", as_mapping.explanation
    assert [dict(r) for r in as_file.run.rules] == [dict(r) for r in as_mapping.run.rules]
    (document,) = (d for d in as_mapping.run.documents if d.kind == "profile")
    assert document.name == "profile given by Python" and '"pack": "virtual_gtx5000"' in document.text


def test_a_pack_is_judged_by_the_profile_that_the_script_gives(tmp_path):
    rig = over_voltage(tmp_path / "out", profile=profile_with(55.2 * V))
    assert rig.verdict == "fail" and "GTX-OV-01" in str(rig.result["findings"]), rig.explanation
    again = subprocess.run([os.environ["GTXRIG"], "replay", tmp_path / "out"], capture_output=True, text=True, timeout=120)
    assert again.returncode == 0, again.stdout + again.stderr


def test_cases_are_judged_by_it_too(tmp_path):
    cases = load_cases(OVER_VOLTAGE, profile=profile_with(55.2 * V), record="none")
    assert cases[0].run().verdict == "fail"


def test_dataclasses_are_written_as_a_profile_file_is():
    mine = PackProfile(
        "mine", firmware="2", capacity=between(98 * Ah, 104 * Ah),
        rows=[ProfileRow("GTX-OV-01", threshold=known(56.1 * V, source="bench"), delay=between(1.5 * s, 2.5 * s, "derived"))],
    )  # fmt: skip
    told = yaml.safe_load(profile_document(mine))
    assert told["rows"] == [
        {
            "row": "GTX-OV-01",
            "threshold": {"value": "56.1 V", "origin": "measured", "source": "bench"},
            "delay": {"range": ["1.5 s", "2.5 s"], "origin": "derived"},
        }
    ]
    assert "title" not in told and profile_document(None) == ""
    Bench.load(profile=mine)

    @dataclasses.dataclass
    class Own:
        pack: str = "own"
        firmware: str = "1"
        rows: tuple = ()

    Bench.load(profile=Own())


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        ({"pack": "p", "firmware": "1", "rows": [{"row": "GTX-OV-99"}]}, "no row 'GTX-OV-99'"),
        ({"pack": "p", "firmware": "1", "rows": [{"row": "GTX-OV-01", "treshold": known(5 * V)}]}, "did you mean 'threshold'"),
        ({"pack": "p", "firmware": "1", "rows": [{"row": "GTX-OV-01", "threshold": known(56)}]}, "it has to be voltage"),
        ({"pack": "p", "firmware": "1", "rows": [{"row": "GTX-OV-01", "threshold": known(56 * V, origin="guessed")}]}, "guessed"),
        ({"firmware": "1", "rows": []}, "the key 'pack' is missing"),
    ],
)
def test_mistakes_in_a_profile_are_told_with_their_line(profile, text):
    with pytest.raises(InputError, match="profile given by Python:") as error:
        Bench.load(profile=profile)
    assert text in str(error.value)


def test_what_is_no_profile_is_a_type_error():
    with pytest.raises(TypeError, match="a profile is a mapping or a dataclass, not list"):
        Bench.load(profile=[1])
    with pytest.raises(TypeError, match=r"profile\.rows\[0\]\.row: a profile holds quantities"):
        Bench.load(profile={"rows": [{"row": object()}]})
