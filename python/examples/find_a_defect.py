"""What the rig says of packs whose firmware is wrong: named defects of the virtual pack, against a case from the shelf."""

from gtxrig import load_cases

CASE = "cases/over_voltage/pack_over_voltage_stops_charging.yaml"
for defect in (None, "lost_hysteresis", "flag_without_fet", "late_task"):
    overrides = [] if defect is None else [f"dut.defects=[{defect}]"]
    result = load_cases(CASE, overrides=overrides, record="none")[0].run()
    print(f"{defect or 'a healthy pack'}: {result.verdict}. {result.sentence}")
