"""Where does the pack stop charging, and how sure are we? Ten packs, each with another seed."""

from statistics import mean, stdev

from gtxrig import A, Bench, V, degC, minutes

LOWER, UPPER = 55.8 * V, 56.2 * V
trips = []
for seed in range(1, 11):
    with Bench.load(seed=seed).session("over_voltage_threshold", out=f"out/threshold/{seed}", record="changes") as rig:
        rig.start(soc=0.99, temperature=25 * degC)
        rig.supply.set(voltage=57 * V, current=5 * A, output=True)
        rig.wait_until("pack.charge_refused", timeout=180 * minutes)
        trip = rig.at("pack.charge_refused", "pack.voltage")
        rig.check("threshold", trip, limits=(LOWER, UPPER), rule="guard_band")
    print(f"seed {seed}: {trip}, {rig.verdict}")
    trips.append(trip / V)

spread = stdev(trips)
cpk = min(UPPER / V - mean(trips), mean(trips) - LOWER / V) / (3 * spread)
print(f"mean {mean(trips):.4f} V, sigma {spread * 1000:.1f} mV, Cpk {cpk:.2f}")
