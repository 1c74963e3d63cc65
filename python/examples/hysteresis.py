"""Trip and release of one protection: how far has the voltage to fall before the pack takes a charge again?"""

from gtxrig import A, Bench, V, degC, hours, minutes

with Bench.load(seed=3).session("hysteresis", out="out/hysteresis") as rig:
    rig.start(soc=0.98, temperature=25 * degC)
    rig.supply.set(voltage=57 * V, current=5 * A, output=True)
    rig.wait_until("pack.charge_refused", timeout=180 * minutes)
    trip = rig.at("pack.charge_refused", "pack.voltage")
    rig.supply.set(output=False)
    rig.load.set(current=5 * A, input=True)
    rig.wait_until("dut.charge_allowed", timeout=8 * hours)
    release = rig["pack.voltage"]
    rig.load.set(input=False)
    rig.check("trip", trip, limits=(55.8 * V, 56.2 * V))
    rig.check("hysteresis", trip - release, limits=(0.5 * V, None))

print(f"{rig.verdict}: stops at {trip}, takes a charge again at {release}")
