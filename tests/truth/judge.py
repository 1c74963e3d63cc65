#!/usr/bin/env python3
"""Holds what Linux did with the emulated adapter against what the adapter saw: judge.py GUEST_LOG ADAPTER_LOG.

Prints one line for each claim and exits with 1 when one does not hold.
"""

import re
import sys


def frames(dump):
    """(id, data) of candump -L's lines, in order, without error frames."""
    found = re.findall(r"can0 ([0-9A-F]+)#([0-9A-F]*)", dump)
    return [(int(i, 16), d) for i, d in found if not (len(i) == 8 and int(i, 16) & 0x20000000)]


def main(guest_path, adapter_path):
    with open(guest_path, errors="replace") as file:
        guest = file.read().replace("\r", "")
    with open(adapter_path) as file:
        adapter = file.read()
    tagged = {tag: "\n".join(re.findall(rf"^{tag} (.*)$", guest, re.MULTILINE)) for tag in ("DRIVER", "LINK", "AFTER", "DUMP")}
    seen = frames(tagged["DUMP"])
    errors = [int(i, 16) & 0x1FFFFFFF for i in re.findall(r"can0 (2[0-9A-F]{7})#", tagged["DUMP"])]
    burst = [d[:2] for i, d in seen if i == 0x351]
    timing = re.search(r"timing propagation (\d+) phase1 (\d+) phase2 (\d+) jump \d+ prescaler (\d+), (\d+) bit/s", adapter)
    numbers = [int(n) for n in timing.groups()] if timing else [0] * 5
    quanta = 1 + sum(numbers[:3])
    claims = {
        "the guest came to its end without trouble": "\nEND" in guest and "TROUBLE" not in guest,
        "the kernel's gs_usb took the adapter": tagged["DRIVER"] == "gs_usb",
        "Linux reads its clock and limits as we do": "clock 48000000" in tagged["LINK"] and "gs_usb: tseg1 1..16" in tagged["LINK"],
        "500 kbit/s arrive as 500 kbit/s": numbers[4] == 500_000,
        "the sample point is the one that our driver takes, 87.5 %": quanta > 1 and (quanta - numbers[2]) / quanta == 0.875,
        "the channel was started and stopped": re.search(r"mode 1 .*mode 0 ", adapter, re.DOTALL) is not None,
        "a frame went out as it was sent": "sent 00000123 01 02 03 04 05 06 07 08" in adapter,
        "an extended one too": "sent 92345678 de ad be ef" in adapter,
        "Linux saw its own frame confirmed": (0x123, "0102030405060708") in seen,
        "and the answer of the bus": (0x124, "0807060504030201") in seen,
        "and that to the extended one": (0x12345679, "EFBEADDE") in seen,
        "fifty frames came in order, none lost": burst == [f"{i:02X}" for i in range(50)],
        "a disturbance is an error frame": any(e & 0x88 for e in errors),
        "bus-off is told": any(e & 0x40 for e in errors),
    }  # fmt: skip
    for claim, holds in claims.items():
        print(f"{'holds' if holds else 'FAILS'}: {claim}")
    failed = [claim for claim, holds in claims.items() if not holds]
    print(f"{len(claims) - len(failed)} passed, {len(failed)} failed")
    if failed:
        print(tagged["LINK"], tagged["DUMP"], adapter[-3000:], guest[-1500:], sep="\n---\n", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
