#!/usr/bin/env python3
"""The protections of voltage over the wires of the loopback bench, twice as fast as they are, with the same case files
and the same verdicts as on the virtual bench. What needs hours even so is left to the virtual bench.
"""

import unittest

from loopback_bench import LoopbackTest

SHARED = ["under_voltage/under_voltage_corrects_the_soc", "over_voltage/over_voltage_corrects_the_soc"]


class LoopbackVoltage(LoopbackTest):
    def test_the_same_cases_have_the_same_verdicts_over_the_wires(self):
        self.assert_same_verdicts(SHARED)


if __name__ == "__main__":
    unittest.main(verbosity=2)
