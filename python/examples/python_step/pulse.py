"""Called by pulse.yaml, by a process beside the rig: it may take its time and use any package, the loop never waits."""

import numpy as np

from gtxrig import Measured, Quantity, Step, V


def resistance(step: Step, begin: Quantity, largest: Quantity) -> dict[str, Quantity]:
    """Voltage before the pulse less voltage at its end, over the current that flows."""
    voltage = step.history("pack.voltage")
    current = step.history("pack.current")
    flows = np.abs(current.values) > begin.value
    assert flows.any(), "no current flowed in the history: was there a pulse?"
    start = current.times[flows][0]

    before = voltage.times < start
    assert before.sum() >= 10, "the history begins too late to see the pack at rest"
    rest = Measured(voltage.values[before][-10:].mean(), V.dimension, voltage.uncertainty[before].max(), start)

    drop = rest - step["pack.voltage"]
    found = drop / abs(step["pack.current"])
    step.check("pulse_resistance", found, limits=(0 * largest, largest), rule="guard_band")
    return {"resistance": found}
