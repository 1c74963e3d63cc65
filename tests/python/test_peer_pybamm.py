"""The cells of the virtual pack against a solver that was not written here: PyBaMM's Thevenin model with the same tables."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

os.environ["PYBAMM_DISABLE_TELEMETRY"] = "true"
pybamm = pytest.importorskip("pybamm")

from gtxrig import VirtualPack, degC  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "drivers" / "sim" / "tables"
CAPACITY = 103.0  # Ah, of a cell
# One temperature, no spread, no hysteresis and no losses: what both models are made of, and nothing else.
PARAMETERS = {
    "cells.capacity_sigma": 0, "cells.soc_sigma": 0, "cells.resistance_spread": 0, "cells.self_discharge_sigma": 0,
    "cells.perturbation": 0, "cells.hysteresis_rate": 0, "cells.self_discharge": 0, "cells.charge_efficiency": 1,
    # A joint that is in the tables already.
    "cells.least_joint": "0.075 mOhm", "cells.most_joint": "0.075 mOhm",
    "own_current": "0 A", "thermal.cell_heat_capacity": "50000 J/K", "thermal.heat_capacity": "1000000 J/K",
}  # fmt: skip


def rows(name):
    lines = [line for line in (TABLES / name).read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def table_at_25_degrees(direction):
    chosen = [row for row in rows("lfp_ecm.csv") if row["dir"] == direction and float(row["T_degC"]) == 25]
    column = lambda name: np.array([float(row[name]) for row in chosen])  # noqa: E731
    return column("soc"), {name: 1e-3 * column(f"{name}_mOhm") for name in ("R0", "R1", "R2")}, chosen[0]


def profile():
    """(current of the pack in A, positive charges; whole seconds), a drive with braking and rests."""
    random = np.random.default_rng(5)
    steps = []
    for _ in range(80):
        current = float(random.choice([0.0, -20.0, -35.0, -50.0, -75.0, 15.0, 30.0, 45.0]))
        steps.append((current, int(random.integers(5, 90))))
    return steps


def solve_by_pybamm(steps, soc):
    ocv = rows("lfp_ocv.csv")
    ocv_soc = np.array([float(row["soc_pct"]) / 100 for row in ocv])
    ocv_volt = np.array([float(row["ocv_mean_V"]) for row in ocv])
    discharge_soc, discharge, some = table_at_25_degrees("dis")
    charge_soc, charge, _ = table_at_25_degrees("chg")

    def resistance(name):
        def value(temperature, current, soc):
            # Its current is positive while discharging.
            return (current >= 0) * pybamm.Interpolant(discharge_soc, discharge[name], soc) + (
                current < 0
            ) * pybamm.Interpolant(charge_soc, charge[name], soc)

        return value

    def capacitance(name, tau):
        return lambda temperature, current, soc: tau / resistance(name)(temperature, current, soc)

    values = pybamm.ParameterValues("ECM_Example")
    values.update(
        {
            "Cell capacity [A.h]": CAPACITY, "Nominal cell capacity [A.h]": CAPACITY, "Initial SoC": soc,
            "Open-circuit voltage [V]": lambda soc: pybamm.Interpolant(ocv_soc, ocv_volt, soc),
            "Entropic change [V/K]": lambda ocv, soc: 0 * soc,
            "R0 [Ohm]": resistance("R0"), "R1 [Ohm]": resistance("R1"), "R2 [Ohm]": resistance("R2"),
            "C1 [F]": capacitance("R1", float(some["tau1_s"])), "C2 [F]": capacitance("R2", float(some["tau2_s"])),
            "Element-1 initial overpotential [V]": 0, "Element-2 initial overpotential [V]": 0,
            "Initial temperature [K]": 298.15, "Ambient temperature [K]": 298.15,
            "Cell thermal mass [J/K]": 1e9, "Lower voltage cut-off [V]": 2.0, "Upper voltage cut-off [V]": 4.0,
        },
        check_already_exists=False,
    )  # fmt: skip
    experiment = pybamm.Experiment(
        [pybamm.step.current(-current, duration=seconds, period="1 second") for current, seconds in steps]
    )
    model = pybamm.equivalent_circuit.Thevenin(options={"number of rc elements": 2})
    simulation = pybamm.Simulation(
        model, experiment=experiment, parameter_values=values, solver=pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-9)
    )
    solution = simulation.solve()
    # The last moment of each second of a step, before the next current begins.
    return np.concatenate([cycle["Voltage [V]"].entries[1 : seconds + 1] for cycle, (_, seconds) in zip(solution.cycles, steps)])


def test_cell_voltage_agrees_with_pybamm_within_2_mv_over_a_drive():
    steps = profile()
    pack = VirtualPack(PARAMETERS)
    pack.preset(soc=0.85, temperature=25 * degC)
    # Two seconds at rest: the electronics start, and nothing flows.
    currents = np.concatenate([np.full(seconds, current) for current, seconds in steps])
    ours = pack.follow(currents, step=1.0)
    assert np.allclose(ours["current"], currents, atol=1e-9), "the pack carries the whole profile"
    assert np.ptp(ours["temperature"]) < 0.2
    assert 0.15 < ours["soc"][-1] < 0.8, "the profile moves over the plateau"
    theirs = solve_by_pybamm(steps, 0.85)
    assert theirs.shape == currents.shape
    worst = np.abs(ours["cell_voltages"] - theirs[:, None]).max()
    print(f"worst {1000 * worst:.2f} mV")
    assert worst < 0.002, f"{1000 * worst:.2f} mV"
    # And the two would not agree by being both flat.
    assert np.ptp(theirs) > 0.1
