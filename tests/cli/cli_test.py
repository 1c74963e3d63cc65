"""The command gtxrig as a stranger uses it: only what goes in and what comes out.

The binary is named by the environment variable GTXRIG. It is started in the folder of the project, because a run
without a name takes the folder `cases` there.
"""

import difflib
import html.parser
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
GTXRIG = os.environ["GTXRIG"]
COMMANDS = ["run", "check", "list", "report", "replay", "must-fail", "must-pass", "bench", "completion"]
LIMITS = "cases/limits/limits_and_permissions_inside_the_ratings.yaml"
OVER_VOLTAGE = "cases/over_voltage/pack_over_voltage_stops_charging.yaml"

GOOD = """case: t
title: A small case
why: Something to change
needs: [supply, load]
start: { state: standby, soc: 50 %, temperature: 25 degC }
parameters: { charge: 5 A }
steps:
  - name: charge
    set: { supply.voltage_set: 56 V, supply.current_set: $charge, supply.output: on }
    expect:
      - { that: pack.current > 4 A, within: 3 s, for: 10 s }
finally:
  set: { supply.output: off }
"""

LONG = """case: long
start: { state: standby, soc: 50 %, temperature: 25 degC }
steps:
  - hold: 20000 h
always:
  - never: pack.voltage > 58 V
"""


def with_change(text, before, after):
    assert before in text, before
    return text.replace(before, after, 1)


class CliTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gtxrig_cli_")
        self.addCleanup(folder.cleanup)
        self.tmp = pathlib.Path(folder.name)
        self.out = self.tmp / "out"

    def write(self, name, content):
        path = self.tmp / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def call(self, *arguments, cwd=ROOT, timeout=120):
        return subprocess.run(
            [GTXRIG, *map(str, arguments)],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            encoding="utf-8",
            check=False,
        )

    def expect(self, code, *arguments, **options):
        done = self.call(*arguments, **options)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def json(self, code, *arguments):
        """stdout holds one JSON document and nothing else."""
        return json.loads(self.expect(code, *arguments, "--json").stdout)

    def run_json(self, out=None):
        files = sorted((out or self.out).rglob("run.json"))
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]

    def refused(self, *arguments, says=()):
        """Exit code 2, every text of `says` on stderr, nothing energised and nothing that looks like a result."""
        done = self.expect(2, *arguments, "--out", self.out)
        self.assertEqual(done.stdout, "")
        for text in says:
            self.assertIn(text, done.stderr)
        self.assertFalse(self.out.exists(), "a refused run leaves nothing behind")
        return done.stderr


class Usage(CliTest):
    def test_the_version_is_one_line(self):
        self.assertRegex(self.expect(0, "--version").stdout, r"\Agtxrig \d+\.\d+\.\d+\n\Z")

    def test_every_command_explains_itself(self):
        overview = self.expect(0, "--help").stdout
        for command in COMMANDS:
            self.assertIn("\n  " + command + " ", overview)
            text = self.expect(0, command, "--help").stdout
            self.assertIn("usage: gtxrig " + command, text)
            self.assertIn("examples:", text)
            self.assertIn("--help", text)
        self.assertEqual(overview, self.expect(0, "help").stdout)

    def test_wrong_usage_is_64_and_says_where_help_is(self):
        wrong = [
            [],
            ["rum"],
            ["run", "--sed", "1"],
            ["run", "--seed"],
            ["run", "--seed", "x"],
            ["run", "--seed", "-1"],
            ["run", "--seed", "18446744073709551616"],
            ["run", "--seed", "1.5"],
            ["run", "--jobs", "0"],
            ["run", "--jobs", "257"],
            ["run", "--tick", "3"],
            ["run", "--tick", "0 s"],
            ["run", "--tick", "3 V"],
            ["run", "--record", "all"],
            ["run", "--out", ""],
            ["run", "--seed", "1", "--seed", "2"],
            ["run", "-x"],
            ["check", "--out", "x"],
            ["list"],
            ["list", "signls"],
            ["list", "signals", "more"],
            ["list", "schema"],
            ["list", "schema", "cases"],
            ["report"],
            ["report", "a", "b"],
            ["replay"],
            ["bench", "--seconds", "x"],
            ["completion"],
            ["completion", "zsh"],
        ]
        for arguments in wrong:
            with self.subTest(arguments):
                done = self.expect(64, *arguments)
                self.assertEqual(done.stdout, "")
                self.assertIn("gtxrig", done.stderr)
                self.assertIn("--help", done.stderr)

    def test_a_slip_gets_the_nearest_name(self):
        for arguments, near in [
            (["rum"], "did you mean 'run'?"),
            (["run", "--sed", "1"], "did you mean '--seed'"),
            (["list", "signls"], "did you mean 'signals'?"),
        ]:
            with self.subTest(arguments):
                stderr = self.expect(64, *arguments).stderr
                self.assertTrue(near in stderr or "did you mean '--set'" in stderr, stderr)

    def test_bash_completes_commands_options_and_files(self):
        script = (
            'source <("$GTXRIG" completion bash) && complete -p gtxrig\n'
            'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gtxrig; echo "${COMPREPLY[*]}"; }\n'
            "try gtxrig re; try gtxrig run --se; try gtxrig list sig; try gtxrig run READ\n"
            "try gtxrig run --record ev; try gtxrig list schema req\n"
        )
        done = subprocess.run(
            ["bash", "-c", script], cwd=ROOT, capture_output=True, timeout=20, encoding="utf-8", check=True
        )
        self.assertEqual(done.stderr, "")
        lines = done.stdout.splitlines()
        self.assertIn("_gtxrig gtxrig", lines[0])
        self.assertEqual(lines[1].split(), ["report", "replay"])
        self.assertEqual(sorted(lines[2].split()), ["--seed", "--set"])
        self.assertEqual(lines[3], "signals")
        self.assertEqual(lines[4:], ["README.md", "events", "requirements"])


class Listing(CliTest):
    def test_every_list_is_printed_for_people_and_for_programs(self):
        for what, known in [
            ("cases", "pack_over_voltage_stops_charging"),
            ("signals", "pack.voltage"),
            ("drivers", "sim.supply"),
            ("requirements", "GTX-OV-01"),
            ("firmware", "dut.firmware.pack_ov.threshold"),
        ]:
            with self.subTest(what):
                self.assertIn(known, self.expect(0, "list", what).stdout)
                entries = self.json(0, "list", what)
                self.assertIsInstance(entries, list)
                self.assertIn(known, [next(iter(entry.values())) for entry in entries])

    def test_an_override_shows_in_the_list_of_the_firmware(self):
        entries = self.json(0, "list", "firmware", "--set", "dut.firmware.pack_ov.threshold=57.25 V")
        values = {entry["name"]: entry["value"] for entry in entries}
        self.assertEqual(values["dut.firmware.pack_ov.threshold"], "57.25 V")

    def test_mistakes_come_as_json_where_it_was_asked_for(self):
        for arguments in [
            ["list", "cases", "nothing"],
            ["list", "signals", "--bench", "nothing.yaml"],
            ["list", "firmware", "--set", "dut.firmware.nothing=1"],
            ["check", "nothing"],
            ["report", "nothing"],
            ["replay", "nothing"],
            ["must-fail", "nothing"],
            ["must-pass", "nothing"],
            ["run", LIMITS, "--out", "/dev/null/x"],
        ]:
            with self.subTest(arguments):
                document = self.json(2, *arguments)
                self.assertEqual(document["exit_code"], 2)
                self.assertTrue(document["errors"][0]["message"])

    def test_a_schema_is_one_json_document(self):
        for kind in ["case", "bench", "requirements", "profile"]:
            with self.subTest(kind):
                schema = json.loads(self.expect(0, "list", "schema", kind).stdout)
                self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
                self.assertFalse(schema["additionalProperties"])


class Checking(CliTest):
    def test_the_shipped_cases_are_well(self):
        document = self.json(0, "check", "cases")
        self.assertGreater(len(document["cases"]), 8)
        self.assertTrue(all(case["longest_s"] > 0 for case in document["cases"]))
        self.assertIn("no mistake", self.expect(0, "check").stdout)

    def test_mistakes_of_several_files_are_reported_at_once_with_places(self):
        self.write("a.yaml", with_change(GOOD, "title:", "titel:"))
        self.write("b.yaml", with_change(GOOD, "pack.current >", "pack.curent >"))
        self.write("c.yaml", GOOD)
        found = [
            (pathlib.Path(error["file"]).name, error["line"], error["column"])
            for error in self.json(2, "check", self.tmp)["errors"]
        ]
        self.assertEqual(found, [("a.yaml", 2, 1), ("b.yaml", 11, 17)])

    def test_check_writes_nothing(self):
        self.write("a.yaml", GOOD)
        self.expect(0, "check", ".", cwd=self.tmp)
        self.assertEqual([path.name for path in self.tmp.iterdir()], ["a.yaml"])


    def test_a_plan_says_how_long_how_much_and_how_high(self):
        case = self.json(0, "check", OVER_VOLTAGE)["cases"][0]
        self.assertTrue(case["estimated"])
        self.assertLess(case["expected_s"], case["longest_s"])
        self.assertGreater(case["energy_in_wh"], 50)
        self.assertGreater(case["charge_out_ah"], 0)
        self.assertGreater(case["highest_voltage_v"], 55.5)
        self.assertEqual(case["chamber_moves"], 0)
        self.assertEqual({row["id"] for row in case["verifies"]}, {"GTX-OV-01", "GTX-OV-02", "GTX-DRY-01", "GTX-LIM-03"})
        self.assertEqual({row["state"] for row in case["verifies"]}, {"testable"})
        text = self.expect(0, "check", OVER_VOLTAGE).stdout
        self.assertTrue(text.startswith("ok  over_voltage/pack_over_voltage_stops_charging  about "), text)

    def test_rows_say_what_this_bench_can_decide(self):
        lines = self.expect(0, "check", OVER_VOLTAGE, "--rows").stdout.splitlines()
        row = next(line for line in lines if line.startswith("GTX-OV-01"))
        self.assertIn("testable", row)
        self.assertNotIn("GTX-OV-01", self.expect(0, "check", OVER_VOLTAGE).stdout)

    def test_a_point_outside_the_bench_is_refused_also_by_run(self):
        bad = with_change(GOOD, "voltage_set: 56 V", "voltage_set: 59 V")
        path = self.write("outside.yaml", with_change(bad, "finally:", "limits: { pack.current: [~, 5000 A] }\nfinally:"))
        for answer in [self.expect(2, "check", path).stderr, self.refused("run", path, says=["wider than the bench's"])]:
            self.assertIn(f"{path}:12:25: error: ", answer)

    def test_warnings_count_only_when_strict(self):
        path = self.write("warned.yaml", with_change(GOOD, "voltage_set: 56 V", "voltage_set: 59 V"))
        answer = self.expect(0, "check", path)
        self.assertIn(f"{path}:9:32: warning: ", answer.stderr)
        self.assertIn("1 warning", answer.stdout)
        document = self.json(2, "check", path, "--strict")
        self.assertEqual(len(document["cases"][0]["warnings"]), 1)
        self.json(0, "check", self.write("good.yaml", GOOD), "--strict")


class BadCases(CliTest):
    def check_refused(self, name, content, place, *says):
        """`place` is "line:column", or "" where the file as a whole is meant."""
        path = self.write(name + ".yaml", content)
        stderr = self.refused("run", path, says=says)
        where = f"{path}:{place}: error: " if place else f"{path}: error: "
        self.assertIn(where, stderr)
        self.assertLess(len(stderr), 4000)
        if place and isinstance(content, str):
            line, column = map(int, place.split(":"))
            text = content.lstrip("\ufeff").splitlines()[line - 1]
            if len(text) < 120 and text.isascii():
                self.assertIn("\n    " + text.rstrip("\r") + "\n    " + re.sub(r"[^\t]", " ", text[: column - 1]) + "^\n", stderr)

    def check_change(self, name, before, after, place, *says):
        with self.subTest(name):
            self.check_refused(name, with_change(GOOD, before, after), place, *says)

    def test_files_that_are_no_case(self):
        garbage = bytes((i * 7919 + 13 * (i // 7)) % 256 for i in range(5000))
        laughs = "".join(
            f"{after}: &{after} [{','.join(['*' + before] * 9)}]\n" for before, after in zip("abcdefgh", "bcdefghi")
        )
        for name, content, place, says in [
            ("empty", "", "", "the file is empty"),
            ("blank", "  \n\n", "", "the file is empty"),
            ("comment", "# nothing\n", "", "the file is empty"),
            ("garbage", garbage, "1:1", "control character"),
            ("zeros", bytes(100000), "1:1", "control character"),
            ("latin_1", GOOD.encode().replace(b"A small case", b"Gr\xf6\xdfe"), "2:10", "not UTF-8"),
            ("utf_16", GOOD.encode("utf-16"), "1:1", "not UTF-8"),
            ("nul_at_the_end", GOOD.encode() + b"\0", "14:1", "control character"),
            ("brackets", "[" * 100000, "1:33", "nested deeper"),
            ("braces", "{a: " * 100000, "1:253", "nested deeper"),
            ("dashes", "- " * 50000, "1:129", "nested deeper"),
            ("loop", "case: &a [*a]\n", "1:11", "has no end"),
            ("loop_of_steps", "case: t\nsteps: &a\n  - *a\n", "3:5", "has no end"),
            ("laughs", "a: &a [x,x,x,x,x,x,x,x,x]\n" + laughs + GOOD, "1:12", "with its aliases"),
            ("list", "- a\n", "1:1", "expected a mapping, found a list"),
            ("word", "hello\n", "1:1", "expected a mapping"),
            ("two", GOOD + "---\n" + GOOD, "14:1", "a second document"),
            ("large", "#" * (5 << 20), "", "larger than"),
        ]:
            with self.subTest(name):
                self.check_refused(name, content, place, says)

    def test_yaml_mistakes(self):
        change = self.check_change
        change("twice", "title:", "case: u\ntitle:", "2:1", "a second time")
        change("twice_below", "  - name: charge\n", "  - name: charge\n    name: b\n", "9:5", "a second time")
        change("no_brace", "for: 10 s }", "for: 10 s", "12:8", "this is no YAML", "has no '}'")
        change("no_quote", "title: A", 'title: "A', "2:8", "no closing quote")
        change("escape", "title: A small case", 'title: "A \\e[31m case"', "2:9", "control character")
        change("tab", "    expect", "\texpect", "10:2", "this is no YAML", "tabs")
        change("merge", "title:", "<<: { a: 1 }\ntitle:", "2:1", "merge key")
        change("tag", "title: A", "title: !!python/object A", "2:8", "not supported")
        change("comma", "pack.current > 4 A", "max(pack.current, 1 A) > 3 A", "11:35", "quote the expression")

    def test_wrong_keys_and_words(self):
        change = self.check_change
        change("key", "title:", "titel:", "2:1", "unknown key 'titel'", "did you mean 'title'?")
        change("step_key", "    expect:", "    exspect:", "10:5", "did you mean 'expect'?")
        change("state", "state: standby", "state: standbye", "5:17", "did you mean 'standby'?")
        change("need", "[supply, load]", "[supply, lood]", "4:17", "did you mean 'load'?")
        change("signal", "pack.current >", "pack.curent >", "11:17", "did you mean 'pack.current'?")
        change("setpoint", "supply.current_set", "supply.curent_set", "9:38", "did you mean 'supply.current_set'?")
        change("reading", "supply.current_set", "supply.current", "9:38", "is measured, it cannot be set")
        change("parameter", "$charge", "$chrage", "9:58", "no parameter '$chrage'")
        change("requirement", "title:", "verifies: [GTX-OV-91]\ntitle:", "2:12", "no requirement 'GTX-OV-91'", "did you mean")
        change("name", "case: t", "case: ../x", "1:7", "is no name for a case")
        change("long_name", "case: t", "case: " + 200 * "x", "1:7", "200 characters")
        change("include", "  - name: charge", "  - include: no.yaml\n  - name: charge", "8:14", "there is no such file")
        change("itself", "  - name: charge", "  - include: itself.yaml\n  - name: charge", "8:14", "includes itself")
        change("later", "  - name: charge", "  - search: x\n  - name: charge", "8:5", "not available")

    def test_wrong_numbers_and_units(self):
        change = self.check_change
        change("bare", "56 V", "56", "9:32", "plain number", "add a unit: V")
        change("unit", "56 V", "56 A", "9:32", "is a voltage (V), this is a current (A)")
        change("no_unit", "56 V", "56 Volt", "9:35", "unknown unit 'Volt'")
        change("compare", "> 4 A", "> 4 V", "11:30", "compares a current (A) with a voltage (V)")
        change("add", "pack.current >", "pack.current + 3 V >", "11:30", "adds a current (A) and a voltage (V)")
        change("no_truth", "pack.current > 4 A", "pack.voltage", "11:17", "needs a truth value")
        change("zero", "pack.current >", "pack.current / 0 >", "11:32", "divides by zero")
        change("infinite", "> 4 A", "> 1e300 A * 1e300", "11:32", "no finite number")
        change("nan", "56 V", "nan", "9:32", "neither a signal nor a kept value")
        change("huge", "56 V", "1e999 V", "9:32", "too large")
        change("out_of_range", "56 V", "560 V", "9:32", "outside the instrument's 0 V to 60 V")
        change("soc", "50 %", "150 %", "5:31", "above 1")
        change("cold", "25 degC", "-300 degC", "5:50", "below -60 degC")
        change("coulomb", "25 degC", "25 C", "5:50", "expected a temperature")
        change("negative_time", "within: 3 s", "within: -3 s", "11:45", "times are positive")
        change("long_time", "for: 10 s", "for: 1e300 s", "11:55", "is too long")
        change("time", "within: 3 s", "within: 3 V", "11:45", "expected a time")
        change("no_timeout", "    expect:", "    until: pack.current > 4 A\n    expect:", "10:12", "has no timeout")
        change("depth", "pack.current > 4 A", "not " * 50000 + "true", "11:141", "nested deeper than 32")

    def test_a_case_that_checks_nothing_is_refused(self):
        self.check_refused("idle", "case: idle\nsteps:\n  - hold: 1 s\n", "1:7", "checks nothing")
        self.check_refused("no_steps", "case: idle\nsteps: []\n", "2:8", "nothing to do")

    def test_several_mistakes_of_a_file_come_at_once(self):
        text = GOOD.replace("56 V", "56").replace("pack.current", "pack.curent").replace("off", "of")
        stderr = self.refused("run", self.write("a.yaml", text))
        self.assertEqual(re.findall(r"a\.yaml:(\d+:\d+): error", stderr), ["9:32", "11:17", "13:25"])

    def test_harmless_forms_of_a_text_are_taken(self):
        for name, content in [
            ("crlf", GOOD.replace("\n", "\r\n")),
            ("mark", "\ufeff" + GOOD),
            ("letters", with_change(GOOD, "A small case", "Größe \u96fb\u6c60")),
            ("tabs_between", GOOD.replace(": {", ":\t{")),
        ]:
            with self.subTest(name):
                self.expect(0, "check", self.write(name + ".yaml", content))

    def test_places_are_right_behind_crlf_tab_and_byte_order_mark(self):
        bad = with_change(GOOD, "56 V", "56")
        self.check_refused("crlf", bad.replace("\n", "\r\n"), "9:32", "plain number")
        self.check_refused("mark", "\ufeff" + with_change(GOOD, "case:", "caze:"), "1:1", "did you mean 'case'?")
        self.check_refused("tab", with_change(bad, "supply.voltage_set: 56", "\tsupply.voltage_set: 56"), "9:33", "plain")

    def test_other_files_and_folders(self):
        empty = self.tmp / "empty"
        empty.mkdir()
        for arguments, says in [
            ([empty], "there is no case here"),
            ([LIMITS, empty], "there is no case here"),
            ([self.tmp / "nothing.yaml"], "there is no such file"),
            ([LIMITS, "nothing"], "nothing: error: there is no such file"),
            (["/dev/null"], "the file is empty"),
            (["/dev/zero"], "larger than"),
            ([""], "the name of a file is empty"),
            (["cases/gtx5000.dbc"], "this is no YAML"),
            (["cases/gtx5000.yaml"], "this is a file of requirements, not a case"),
            (["cases/benches/virtual.yaml"], "this is a bench, not a case; name it with --bench"),
            (["cases/packs/virtual_gtx5000.yaml"], "this is a pack profile, not a case"),
            (["cases/must_fail/slow_frames.yaml"], "`gtxrig must-fail` runs it"),
            (["cases/must_fail"], "there is no case here"),
        ]:
            with self.subTest(arguments):
                stderr = self.refused("run", *arguments, says=[says])
                self.assertEqual(stderr.count("error: "), 1, stderr)


class BadBenches(CliTest):
    def setUp(self):
        super().setUp()
        for name in ["gtx5000.yaml", "gtx5000.dbc", "benches/virtual.yaml", "packs/virtual_gtx5000.yaml"]:
            (self.tmp / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / "cases" / name, self.tmp / name)
        self.bench = self.tmp / "benches" / "virtual.yaml"

    def check_change(self, file, before, after, *says):
        """The change of one file of the bench is refused, at the line where it was made."""
        with self.subTest(f"{file}: {after}"):
            path = self.tmp / file
            kept = path.read_text(encoding="utf-8")
            changed = with_change(kept, before, after)
            path.write_text(changed, encoding="utf-8")
            shutil.rmtree(self.out, ignore_errors=True)
            try:
                stderr = self.refused("run", ROOT / LIMITS, "--bench", self.bench, says=says)
            finally:
                path.write_text(kept, encoding="utf-8")
            lines = zip(kept.splitlines(), changed.splitlines())
            line = 1 + next(i for i, (old, new) in enumerate(lines) if old != new)
            place = re.search(re.escape(path.name) + rf":{line}:\d+: error: ", stderr)
            self.assertIsNotNone(place, f"line {line}\n{stderr}")
            self.assertIn("^\n", stderr)

    def test_a_copy_of_the_bench_is_a_bench(self):
        self.expect(0, "check", LIMITS, "--bench", self.bench)

    def test_bench_files(self):
        def change(before, after, *says):
            self.check_change("benches/virtual.yaml", before, after, *says)

        change("sim.supply", "sim.suply", "there is no driver 'sim.suply'", "did you mean 'sim.supply'?")
        change("{ driver: sim.meter }", "{ driver: sim.meter, colour: red }", "unknown key 'colour'")
        change("meter.voltage", "meter.voltag", "did you mean 'meter.voltage'?")
        change("supply.current - load.current", "supply.current - load.voltage", "subtracts")
        change("pack.voltage > 60 V", "pack.voltage > 60 A", "compares a voltage (V) with a current (A)")
        change("never: pack.voltage > 60 V", "never: pack.voltage", "a limit is a condition")
        change("cause: over_voltage", "cause: overvoltage", "did you mean 'over_voltage'?")
        change("watch: [pack.voltage", "watch: [pack.voltge", "did you mean 'pack.voltage'?")
        change("over_voltage: [supply,", "over_voltage: [suply,", "did you mean 'supply'?")
        change("tick: 10 ms", "tick: 10", "add a unit: s")
        change("tick: 10 ms", "tick: 0 ms", "below")
        change("clock: lockstep", "clock: wal", "did you mean 'wall'?")
        change("maximum_voltage: 60 V", "maximum_voltage: -60 V", "below 0 V")
        change("can: can", "can: cam", "is no CAN adapter")
        change("../gtx5000.dbc", "../none.dbc", "there is no such file")
        change("../gtx5000.yaml", "../none.yaml", "there is no such file")
        change("../packs/virtual_gtx5000.yaml", "../packs/none.yaml", "there is no such file")
        change("  load: {", "  supply: {", "a second time")
        change("\ndut:", "\ndutt:", "did you mean 'dut'?")

    def test_requirement_files(self):
        def change(before, after, *says):
            self.check_change("gtx5000.yaml", before, after, *says)

        change("id: GTX-OV-02", "id: GTX-OV-01", "GTX-OV-01")
        change("rule: pack_ov", "ruel: pack_ov", "did you mean 'rule'?")
        change("kind: protection", "kind: protektion", "did you mean 'protection'?")
        change("value: 56.0 V", "value: 56.0 A", "current (A)")
        change("value: 56.0 V", "value: 56.0", "threshold is a plain number; it has to be voltage (V)")
        change("[0.5 s, 6 s]", "[6 s, 0.5 s]")
        change("[0.5 s, 6 s]", "[-0.5 s, 6 s]", "GTX-OV-01: delay begins below zero")
        change("[0 s, 1 s]", "[0 V, 1 V]", "the latency of the path is voltage (V)")
        change("[2 mOhm, 5 mOhm]", "[2 A, 5 A]", "path_resistance is current (A)")
        change("[0 A, 50 A]", "[0 V, 50 V]", "range is voltage (V), dut.charge_current_limit is current (A)")
        change("[0.1 s, 2 s]", "[0.1 V, 2 V]", "range is voltage (V)")
        change("dialect: sofar_amass", "dialect: sofar_amas", "GTX-CAN-04: there is no dialect 'sofar_amas'", "sofar_amass")
        change("origin: manual", "origin: manuell", "did you mean 'manual'?")
        change("cells: 16", "cells: -16")

    def test_pack_profiles(self):
        def change(before, after, *says):
            self.check_change("packs/virtual_gtx5000.yaml", before, after, *says)

        change("row: GTX-OV-04", "row: GTX-OV-44", "GTX-OV-44", "did you mean 'GTX-OV-04'?")
        change("row: GTX-OV-04", "row: GTX-OV-01", "GTX-OV-01")
        change("value: 0.2 V", "value: 0.2 A", "current (A)")
        change("value: 0.2 V", "value: -0.2 V", "GTX-OV-01: tolerance is negative")
        change("[1.5 s, 2.7 s]", "[2.7 s, 1.5 s]")
        change("origin: measured", "origin: mesured", "did you mean 'measured'?")
        change("    tolerance:", "    tolerence:", "did you mean 'tolerance'?")

    def test_other_files_are_no_bench(self):
        for path, says in [
            ("nothing.yaml", "there is no such file"),
            ("cases", "this is a folder"),
            ("/dev/null", "the file is empty"),
            (LIMITS, "unknown key 'case'"),
        ]:
            with self.subTest(path):
                self.refused("run", LIMITS, "--bench", path, says=[says])


class BenchCheck(CliTest):
    def examined(self, code, *more):
        return self.json(code, "bench-check", "cases/benches/virtual.yaml", *more)

    def test_a_pack_that_speaks_as_the_file_says_is_well(self):
        found = self.examined(0, "--set", "dut.dialect=sofar_amass")
        self.assertTrue(found["ok"])
        self.assertEqual(found["dialect_trouble"], "")

    def test_another_dialect_than_the_file_says_is_named(self):
        found = self.examined(2, "--set", "dut.dialect=pylon_v12")
        self.assertFalse(found["ok"])
        self.assertIn("speaks pylon_v12, but its frames are those of sofar_amass", found["dialect_trouble"])

    def test_numbers_that_contradict_each_other_are_told_to_people_too(self):
        result = self.call("bench-check", "cases/benches/virtual.yaml", "--set", "dut.defects=[swapped_bytes_limits]")
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, "error: What the pack says on CAN is doubtful: .*byte")
        self.assertIn("hint: compare `dialect` and `dbc`", result.stderr)

    def test_a_pack_that_says_nothing_has_no_wrong_dialect(self):
        found = self.examined(0, "--set", "dut.firmware.can.enabled=false")
        self.assertEqual(found["dialect_trouble"], "")


class Overrides(CliTest):
    def test_a_wrong_override_is_refused_with_a_caret(self):
        path = "dut.firmware.pack_ov.threshold"
        for assignment, says, caret in [
            ("dut.firmware.pack_ov.treshold=57 V", "did you mean 'threshold'?", 21),
            (path + "=57", "add a unit: V", 31),
            (path + "=57 A", "which is current (A)", 31),
            (path + "=-5 V", "below 0 V", 31),
            (path + "=1e9 V", "above 100 V", 31),
            (path + "=.nan V", "expected a voltage", 31),
            (path + "=[1", "has no ']'", None),
            (path, "path=value", 0),
            ("=5", "a name is missing", 0),
            ("fixture=3", "expected a mapping", 8),
            ("instruments.supply.driver=sim.suply", "did you mean 'sim.supply'?", 26),
            ("dut.requirements=x.yaml", "never what it is judged by", 0),
            ("dut.profile=x.yaml", "never what it is judged by", 0),
            ("dut={ driver: sim.pack }", "never what it is judged by", 0),
        ]:
            with self.subTest(assignment):
                stderr = self.refused("run", LIMITS, "--set", assignment, says=["--set", says])
                if caret is not None:
                    self.assertIn("\n    " + assignment + "\n    " + " " * caret + "^\n", stderr)

    def test_several_wrong_overrides_are_reported_at_once(self):
        for wrong in [
            ["a=", "dut.profile=x.yaml", "tick=1", "clock=wal"],
            ["a=", "dut.profile=x.yaml", "dut.firmware.pack_ov.delay=2", "dut.firmware.cell_ov.threshold=3 A"],
        ]:
            stderr = self.refused("run", LIMITS, *[word for text in wrong for word in ("--set", text)])
            for text in wrong:
                self.assertIn("\n    " + text + "\n", stderr)

    def test_an_override_changes_the_pack_and_the_verdict_but_not_the_requirements(self):
        rows = self.expect(0, "list", "requirements").stdout
        override = ["--set", "dut.firmware.pack_ov.threshold=57.0 V"]
        self.assertEqual(rows, self.expect(0, "list", "requirements", *override).stdout)
        done = self.expect(1, "run", OVER_VOLTAGE, *override, "--out", self.out, "--record", "none")
        self.assertRegex(done.stdout, r"(?m)^fail ")
        self.assertIn("0 passed, 1 failed", done.stdout)
        self.assertIn("9.1-2", done.stdout, "the cause names the manual's section")

    def test_parameters(self):
        case = self.write("a.yaml", GOOD)
        for assignment, says in [
            ("chrage=6 A", "did you mean 'charge'?"),
            ("charge=6", "plain number"),
            ("charge=6 V", "is a voltage (V)"),
            ("charge=600 A", "outside the instrument's"),
            ("charge", "NAME=VALUE"),
        ]:
            with self.subTest(assignment):
                stderr = self.refused("run", case, "--param", assignment, says=[says])
                self.assertEqual(stderr.count("error: "), 1, stderr)
        self.expect(0, "run", case, "--param", "charge=6 A", "--out", self.tmp / "6")
        self.expect(1, "run", case, "--param", "charge=3.8 A", "--out", self.tmp / "3")

    def test_a_mistake_that_several_cases_share_is_told_once(self):
        stderr = self.refused("run", "cases/over_voltage", "--param", "approach_current=3")
        self.assertEqual(stderr.count("error: "), 1, stderr)

    def test_a_tick_out_of_range_is_refused(self):
        for tick in ["1 ns", "1 h"]:
            self.refused("run", LIMITS, "--tick", tick, says=["--tick: error: a tick lies between"])


class Output(CliTest):
    def test_a_folder_with_results_is_never_written_to(self):
        self.out.mkdir()
        kept = self.out / "notes.txt"
        kept.write_text("mine", encoding="utf-8")
        stderr = self.expect(2, "run", LIMITS, "--out", self.out).stderr
        self.assertIn("not empty", stderr)
        self.assertEqual([path.name for path in self.out.iterdir()], ["notes.txt"])
        self.assertEqual(kept.read_text(encoding="utf-8"), "mine")

    def test_places_that_cannot_be_written_to(self):
        file = self.write("file", "x")
        for arguments, says in [
            (["--out", file], "this is a file"),
            (["--out", "/dev/null/x"], "cannot make this folder"),
            (["--out", "/proc/nonexistent"], "cannot make this folder"),
            (["--out", self.out, "--junit", self.tmp / "none" / "x.xml"], "no such folder"),
            (["--out", self.out, "--junit", self.tmp], "this is a folder"),
        ]:
            with self.subTest(arguments):
                self.assertIn(says, self.expect(2, "run", LIMITS, *arguments).stderr)
                self.assertFalse(self.out.exists())

    def test_a_device_is_written_to_and_not_replaced(self):
        # A named pipe stands in for a device: should the command rename a file over it, only the test's own pipe is lost.
        pipe = self.tmp / "pipe"
        os.mkfifo(pipe)
        reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
        self.addCleanup(lambda: (reader.poll() is None and reader.kill(), reader.wait(), reader.stdout.close()))
        self.expect(0, "run", self.write("a.yaml", GOOD), "--out", self.out, "--junit", pipe)
        self.assertTrue(pipe.is_fifo(), "it was replaced by a file")
        self.assertEqual(xml.etree.ElementTree.fromstring(reader.communicate(timeout=20)[0]).tag, "testsuites")

    def test_a_report_that_cannot_be_written_is_an_error_and_the_others_are_there(self):
        full = self.tmp / "full"
        full.symlink_to("/dev/full")  # should the command rename a file over it, only the link is lost
        document = self.json(2, "run", self.write("a.yaml", GOOD), "--out", self.out, "--junit", full)
        self.assertEqual((document["verdict"], document["junit"]), ("error", None))
        self.assertTrue(pathlib.Path(document["report"]).exists())
        self.assertTrue(full.is_symlink())
        self.assertIn("cannot write", self.expect(2, "report", self.out, "--out", full).stderr)
        self.assertTrue(full.is_symlink())

    def test_a_reader_that_leaves_does_not_end_the_run(self):
        case = self.write("a.yaml", GOOD)
        # Nobody could read the result on stdout, which is an error; the run itself has passed in either case.
        for stream, expected in (("stdout", 2), ("stderr", 0)):
            with self.subTest(stream):
                read, write = os.pipe()
                os.close(read)
                streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: write}
                arguments = [GTXRIG, "run", case, "--out", self.tmp / stream, *(["--json"] if stream == "stderr" else [])]
                code = subprocess.run(
                    arguments, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=60, check=False, **streams
                )
                os.close(write)
                self.assertEqual(code.returncode, expected)
                self.assertEqual(self.run_json(self.tmp / stream)[0]["verdict"], "pass")

    def test_results_go_to_a_folder_of_their_own_without_out(self):
        case = self.write("a.yaml", GOOD)
        for _ in range(2):
            self.expect(0, "run", case, "--record", "none", cwd=self.tmp)
        self.assertEqual(len(list((self.tmp / "runs").iterdir())), 2)

    def test_record_levels_differ_in_what_they_keep(self):
        case = self.write("a.yaml", GOOD)
        sizes = {}
        for level in ["none", "events", "changes", "full"]:
            out = self.tmp / level
            self.expect(0, "run", case, "--record", level, "--out", out)
            sizes[level] = sum(path.stat().st_size for path in out.rglob("run.sqlite"))
            self.assertEqual(self.run_json(out)[0]["level"], level)
            replay = self.call("replay", out)
            self.assertEqual(replay.returncode, 0 if level == "full" else 2, level + replay.stderr)
        self.assertEqual(sizes["none"], 0)
        self.assertLess(0, sizes["events"])
        self.assertLess(sizes["events"], sizes["changes"])
        self.assertLessEqual(sizes["changes"], sizes["full"])


class Page(html.parser.HTMLParser):
    """What a page would load from elsewhere."""

    def __init__(self):
        super().__init__()
        self.loads = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            outside = name in ("src", "href", "srcset", "data", "action", "poster") and not (value or "").startswith(("#", "data:"))
            if outside and tag != "a":
                self.loads.append((tag, name, value))


class Results(CliTest):
    def test_a_session_leaves_readable_results(self):
        junit = self.tmp / "junit.xml"
        document = self.json(1, "run", LIMITS, OVER_VOLTAGE, "--set", "dut.firmware.pack_ov.threshold=57 V",
                             "--out", self.out, "--junit", junit)
        self.assertEqual((document["verdict"], document["exit_code"]), ("fail", 1))
        self.assertEqual([case["verdict"] for case in document["cases"]], ["pass", "fail"])
        self.check_junit(junit)
        self.check_page(self.out / "report.html")
        self.check_run_json()
        again = self.json(0, "report", self.out, "--out", self.tmp / "again.html")
        self.assertEqual(again["runs"], 2)
        self.check_page(pathlib.Path(again["report"]))

    def check_junit(self, path):
        root = xml.etree.ElementTree.parse(path).getroot()
        suites = root.findall("testsuite")
        self.assertEqual((root.tag, len(suites)), ("testsuites", 2))
        self.assertEqual(sum(int(suite.get("tests")) for suite in suites), 2)
        self.assertEqual(sum(int(suite.get("failures")) for suite in suites), 1)
        self.assertEqual(len(root.findall(".//testcase")), 2)
        self.assertTrue(root.find(".//failure").get("message"))

    def check_page(self, path):
        text = path.read_text(encoding="utf-8")
        page = Page()
        page.feed(text)
        self.assertEqual(page.loads, [])
        self.assertNotRegex(text, r"(?i)@import|url\(\s*['\"]?(?!data:|#)|<script[^>]*\ssrc|<iframe|<link")
        self.assertIn("pack_over_voltage_stops_charging", text)

    def check_run_json(self):
        for run in self.run_json():
            for key in ["format", "case", "verdict", "sentence", "seed", "tick_s", "end_s", "software", "level",
                        "started_unix_ns", "stopped_unix_ns", "steps", "findings", "measures", "rules"]:
                self.assertIn(key, run)
            self.assertEqual(run["steps"][-1]["name"], "finally")
            self.assertEqual(bool(run["findings"]), run["verdict"] == "fail")
            self.assertTrue(all(rule["requirement"].startswith("GTX-") for rule in run["rules"]))

    def test_a_case_named_twice_runs_once(self):
        document = self.json(0, "run", LIMITS, "./cases/../" + LIMITS, "cases/limits", "--out", self.out, "--record", "none")
        self.assertEqual(len(document["cases"]), 1)

    def test_a_trip_is_3_and_says_which_limit(self):
        case = self.write("trip.yaml", with_change(GOOD, "finally:", "limits: { pack.voltage: [44 V, 53 V] }\nfinally:"))
        document = self.json(3, "run", case, "--param", "charge=50 A", "--out", self.out)
        self.assertEqual(document["verdict"], "aborted")
        self.assertIn("pack.voltage", document["cases"][0]["sentence"])
        self.assertEqual(xml.etree.ElementTree.parse(self.out / "junit.xml").getroot().tag, "testsuites")

    def test_must_fail_inverts_the_verdict(self):
        wanted = self.write("wanted.yaml", f"must_fail: wanted\nwhy: w\ncase: {ROOT / OVER_VOLTAGE}\n"
                            "set: [dut.firmware.pack_ov.threshold=57 V]\n"
                            "expect: { verdict: fail, kind: divergence, rule: GTX-OV-01 }\n")
        self.expect(0, "must-fail", wanted)
        without = self.write("without.yaml", pathlib.Path(wanted).read_text(encoding="utf-8").replace("57 V", "56 V"))
        self.expect(1, "must-fail", without)
        self.json(0, "must-fail", wanted)

    def test_must_fail_looks_at_what_the_finding_says(self):
        text = (f"must_fail: wanted\nwhy: w\ncase: {ROOT / OVER_VOLTAGE}\nset: [dut.firmware.pack_ov.threshold=57 V]\n"
                "expect: { verdict: fail, kind: divergence, rule: GTX-OV-01, says: WORDS }\n")
        self.expect(0, "must-fail", self.write("wanted.yaml", text.replace("WORDS", "went on with")))
        shown = self.expect(1, "must-fail", self.write("other.yaml", text.replace("WORDS", "frames were left out")))
        self.assertIn("that says 'frames were left out'", shown.stdout)


class Repeatable(CliTest):
    WALL_CLOCK = {"started_unix_ns", "stopped_unix_ns"}

    def session(self, name, *options, record="full"):
        out = self.tmp / name
        document = self.json(0, "run", "cases/limits", OVER_VOLTAGE, *options, "--record", record, "--out", out)
        runs = [{key: value for key, value in run.items() if key not in self.WALL_CLOCK} for run in self.run_json(out)]
        cases = [{k: v for k, v in case.items() if k not in ("wall_s", "record")} for case in document["cases"]]
        return runs, cases, out

    def test_same_seed_same_record_another_seed_another_one(self):
        first, first_cases, out = self.session("first")
        again, again_cases, again_out = self.session("again", "--jobs", "2")
        self.assertEqual(first, again)
        self.assertEqual(first_cases, again_cases, "jobs change neither results nor their order")
        other, _, other_out = self.session("other", "--seed", "2")
        self.assertNotEqual([run["measures"] for run in first], [run["measures"] for run in other])
        run = "over_voltage/pack_over_voltage_stops_charging"
        replays = [self.json(0, "replay", folder / run) for folder in (out, again_out, other_out)]
        for replay in replays:
            self.assertTrue(replay["identical"])
            self.assertGreater(replay["columns"], 20)
            self.assertGreater(replay["ticks"], 1000)
        self.assertEqual(replays[0]["digest"], replays[1]["digest"])
        self.assertNotEqual(replays[0]["digest"], replays[2]["digest"])
        self.assertIn("identical", self.expect(0, "replay", out / run / "run.sqlite").stdout)

    def test_replay_by_other_rules_judges_again(self):
        self.session("first")
        run = self.tmp / "first" / "over_voltage" / "pack_over_voltage_stops_charging"
        text = (ROOT / "cases/gtx5000.yaml").read_text(encoding="utf-8")
        rules = self.write("rules.yaml", with_change(text, "value: 56.0 V", "value: 55.0 V"))
        again = self.json(1, "replay", run, "--requirements", rules)
        self.assertEqual((again["recorded_verdict"], again["verdict"]), ("pass", "fail"))
        self.assertTrue(again["changed_rules"])
        self.assertIn("run", self.expect(2, "replay", self.tmp / "first").stderr)

    def test_a_damaged_record_is_refused(self):
        case = self.write("a.yaml", GOOD)
        self.expect(0, "run", case, "--out", self.out)
        record = next(self.out.rglob("run.sqlite"))
        size = record.stat().st_size
        for name, damage in [("cut", lambda f: f.truncate(size // 2)), ("garbage", lambda f: f.write(bytes(4096)))]:
            with self.subTest(name):
                copy = self.tmp / f"{name}.sqlite"
                shutil.copy(record, copy)
                with open(copy, "r+b") as file:
                    damage(file)
                self.assertIn("error: ", self.expect(2, "replay", copy).stderr)

    def test_the_tick_is_a_choice(self):
        case = self.write("a.yaml", GOOD)
        document = self.json(0, "run", case, "--tick", "20 ms", "--out", self.out, "--record", "none")
        self.assertEqual(self.run_json()[0]["tick_s"], 0.02)
        coarse = document["cases"][0]["ticks"]
        fine = self.json(0, "run", case, "--out", self.tmp / "fine", "--record", "none")["cases"][0]["ticks"]
        self.assertAlmostEqual(fine / coarse, 2, delta=0.05)


class Interrupted(CliTest):
    def interrupted(self, number, *options):
        case = self.write("long.yaml", LONG)
        process = subprocess.Popen(
            [GTXRIG, "run", case, "--out", str(self.out), "--json", *options],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        deadline = time.monotonic() + 30
        while not list(self.out.rglob("run.sqlite")) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        stdout, _ = process.communicate(timeout=30)
        return process.returncode, json.loads(stdout)

    def test_signals_end_a_run_safely_with_3_and_a_report(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            for clock in ("lockstep", "wall"):
                with self.subTest(f"{number.name} {clock}"):
                    code, document = self.interrupted(number, "--set", "clock=" + clock)
                    self.assertEqual((code, document["verdict"], document["exit_code"]), (3, "aborted", 3))
                    run = self.run_json()[0]
                    self.assertEqual(run["verdict"], "aborted")
                    self.assertTrue((self.out / "report.html").exists())
                    self.assertEqual(run["findings"][0]["rule"], "user")
                    shutil.rmtree(self.out)


class Schemas(CliTest):
    def test_the_committed_schemas_are_what_the_reader_declares(self):
        for kind in ["case", "bench", "requirements", "profile"]:
            with self.subTest(kind):
                path = ROOT / "cases" / f"{kind}.schema.json"
                committed = path.read_text(encoding="utf-8")
                generated = self.expect(0, "list", "schema", kind).stdout
                difference = list(difflib.unified_diff(committed.splitlines(), generated.splitlines(), n=0, lineterm=""))
                self.assertEqual(difference[:20], [], f"run: gtxrig list schema {kind} > {path.relative_to(ROOT)}")
                self.assertEqual(committed, generated)


if __name__ == "__main__":
    unittest.main()
