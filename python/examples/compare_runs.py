"""Two runs laid beside each other, a year later: records are opened, compared and written for other tools."""

from pathlib import Path

import numpy as np

from gtxrig import A, Bench, V, degC, open_run

for name, current in (("before", 20 * A), ("after", 25 * A)):
    with Bench.load(seed=5).session(name, out=f"out/compare/{name}") as rig:
        rig.start(soc=0.5, temperature=25 * degC)
        rig.supply.set(voltage=56 * V, current=current, output=True)
        rig.expect("pack.current > 15 A", within=10, for_=600)

before, after = (open_run(f"out/compare/{name}") for name in ("before", "after"))
at = np.arange(60.0, 600.0, 60.0)
for run in (before, after):
    voltage = run.signals["pack.voltage"]
    print(run.verdict, np.round(np.interp(at, voltage.times(), voltage.to_numpy()), 3))
    run.to_parquet(Path("out/compare") / f"{run.info['case']}.parquet")
after.plot(["pack.voltage", "pack.current"]).savefig("out/compare/after.png")
