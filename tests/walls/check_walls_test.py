#!/usr/bin/env python3
"""The checker of the walls finds what it is there to find: each test builds a small tree and looks at the findings."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).resolve().parent.parent.parent / "tools" / "check_walls.py"


class Walls(unittest.TestCase):
    def check(self, files):
        """Runs the checker on a tree of {path: text}; returns its exit code and its lines."""
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                file = Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            result = subprocess.run([sys.executable, CHECKER, folder], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout.splitlines()

    def assert_forbidden(self, file, include, reason):
        code, lines = self.check({file: f"#pragma once\n\n{include}\n"})
        self.assertEqual(code, 1, lines)
        self.assertEqual(len(lines), 2, lines)
        self.assertTrue(lines[0].startswith(f"{file}:3: includes "), lines[0])
        self.assertIn(reason, lines[0])

    def assert_allowed(self, file, include):
        code, lines = self.check({file: include + "\n"})
        self.assertEqual((code, lines), (0, ["1 files, 0 forbidden includes"]))

    def test_the_reference_and_the_virtual_pack_share_nothing(self):
        self.assert_forbidden("rig/model/a.cpp", '#include "drivers/sim/cell.hpp"', "share no behaviour")
        self.assert_forbidden("drivers/sim/a.cpp", '#include "rig/model/rule.hpp"', "share no behaviour")
        self.assert_forbidden("drivers/sim/a.cpp", '#include "rig/dut/dbc.hpp"', "with its own code")
        self.assert_forbidden("drivers/sim/a.cpp", '#include "rig/requirement/row.hpp"', "drivers/sim may include only")

    def test_only_cli_knows_drivers(self):
        self.assert_forbidden("rig/engine/a.hpp", '#include "drivers/supply_x.hpp"', "only cli and python do")
        self.assert_forbidden("rig/core/a.hpp", '#include "drivers/transport/tcp.hpp"', "only cli and python do")
        self.assert_allowed("rig/cli/main.cpp", '#include "drivers/sim/world.hpp"\n#include "reports/html.hpp"')

    def test_nothing_but_the_command_and_the_module_stands_above_the_engine(self):
        self.assert_allowed("python/src/a.cpp", '#include "drivers/sim/world.hpp"\n#include "rig/cli/cli.hpp"')
        self.assert_forbidden("rig/engine/a.hpp", '#include "python/src/bindings.hpp"', "engine may include only")
        self.assert_forbidden("reports/a.cpp", '#include "python/src/bindings.hpp"', "reports may include only")

    def test_a_driver_never_includes_another(self):
        self.assert_forbidden("drivers/load_a.cpp", '#include "drivers/supply_b.hpp"', "another driver")
        self.assert_forbidden("drivers/load_a.cpp", '#include "drivers/sim/world.hpp"', "drivers may include only")
        self.assert_forbidden("drivers/scpi/a.cpp", '#include "drivers/load_a.hpp"', "drivers/scpi may include only")
        self.assert_allowed("drivers/load_a.cpp", '#include "drivers/load_a.hpp"\n#include "drivers/scpi/dialect.hpp"')

    def test_the_rooms_build_on_each_other_in_one_direction(self):
        self.assert_forbidden("rig/core/a.hpp", '#include "rig/signal/sample.hpp"', "core may include only itself")
        self.assert_forbidden("rig/judge/a.hpp", '#include "rig/model/rule.hpp"', "judge may include only")
        self.assert_forbidden("rig/case/a.hpp", '#include "rig/engine/engine.hpp"', "case may include only")
        self.assert_forbidden("rig/engine/a.hpp", '#include "reports/html.hpp"', "engine may include only")
        self.assert_forbidden("reports/a.cpp", '#include "rig/engine/engine.hpp"', "reports may include only")
        self.assert_allowed("rig/engine/a.hpp", '#include "rig/judge/monitor.hpp"\n#include "rig/engine/b.hpp"')

    def test_no_spelling_goes_around_the_walls(self):
        self.assert_forbidden("rig/model/a.cpp", "#include <drivers/sim/cell.hpp>", "share no behaviour")
        self.assert_forbidden("rig/model/a.cpp", '  #  include "drivers/sim/cell.hpp"  // why', "share no behaviour")
        self.assert_forbidden("rig/model/a.cpp", '#include "../../drivers/sim/cell.hpp"', "project's root")
        self.assert_forbidden("rig/model/a.cpp", '#include "rig/core/../../drivers/sim/a.hpp"', "project's root")
        self.assert_forbidden("rig/model/a.cpp", "#include <rig/core/../../drivers/sim/a.hpp>", "project's root")
        self.assert_forbidden("rig/model/a.cpp", "#include <../../drivers/sim/a.hpp>", "project's root")
        self.assert_forbidden("rig/model/a.cpp", '#include "rule.hpp"', "project's root")
        self.assert_forbidden("rig/model/a.cpp", "#include SOMETHING", "macro")

    def test_a_room_that_the_table_does_not_know_is_found(self):
        self.assert_forbidden("rig/attic/a.cpp", '#include "rig/core/time.hpp"', "room 'attic'")
        self.assert_forbidden("rig/cli/a.cpp", '#include "rig/attic/a.hpp"', "lies in no room")

    def test_libraries_and_comments_are_nobodys_business(self):
        self.assert_allowed("rig/core/a.cpp", "#include <vector>\n#include <fmt/format.h>\n// #include <rig/engine/a.hpp>")

    def test_a_tree_without_sources_is_no_success(self):
        code, lines = self.check({})
        self.assertEqual(code, 2, lines)


if __name__ == "__main__":
    unittest.main()
