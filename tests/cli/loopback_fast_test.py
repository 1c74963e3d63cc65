#!/usr/bin/env python3
"""Cases with fast steps over the wires of the loopback bench, twice as fast as they are. The fast stage of a discharge is
not among them: it asks for more than the 10 kW of the bench's load.
"""

import unittest

from loopback_bench import LoopbackTest

SHARED = ["over_current/short_overloads_do_not_add_up", "over_current/charge_second_stage_acts_fast"]


class LoopbackFast(LoopbackTest):
    def test_the_same_cases_have_the_same_verdicts_over_the_wires(self):
        self.assert_same_verdicts(SHARED)


if __name__ == "__main__":
    unittest.main(verbosity=2)
