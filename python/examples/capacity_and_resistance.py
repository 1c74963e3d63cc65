"""Capacity at 0.2 It, then the resistance of the cells over the state of charge with the cell model fitted to it."""

from gtxrig import Ah, Bench, Wh, degC, mOhm
from gtxrig.sequences import capacity, hppc, refit

with Bench.load(seed=2).session("capacity", out="out/lab/capacity", record="changes") as rig:
    rig.start(soc=0.97, temperature=25 * degC)
    measured = capacity(rig, rated=100 * Ah)
print(f"{rig.verdict}: {measured.charge / Ah:.2f} Ah, {measured.energy / Wh:.0f} Wh, ended by {measured.end}")

with Bench.load(seed=2).session("hppc", out="out/lab/hppc") as rig:
    rig.start(soc=0.95, temperature=25 * degC)
    pulses = hppc(rig, socs=(0.9, 0.5, 0.1), largest=25 * mOhm)
for pulse, cell in zip(pulses, refit(rig.run, pulses)):
    print(
        f"SOC {pulse.soc:.0%}, {pulse.current}: {pulse.resistance}; "
        f"cell {cell['r0'] * 1e3:.3f} mOhm + {cell['r1'] * 1e3:.3f} mOhm behind {cell['tau']:.0f} s"
    )
