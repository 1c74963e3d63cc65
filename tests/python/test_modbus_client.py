"""The rig's own Modbus client at pymodbus servers: both framings, word order, refusals, a unit that does not answer."""

import asyncio
import json
import os
import struct
import subprocess
import threading
from contextlib import contextmanager

import pytest
from pymodbus import FramerType
from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusTcpServer
from wires import ROOT

F4T_TEXT = "F4T1A1AAA1A1AAA"


def low_word_first(value):
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return [low, high]


def f4t(units=15, alarm=61):
    """The registers of a chamber at rest with 23.5 degC in it, from the controller's manual."""
    return {
        16: [ord(character) for character in F4T_TEXT],
        1356: [alarm],
        **{1356 + 100 * place: [61] for place in range(1, 6)},
        2730: [62],
        2782: low_word_first(25.0),
        2810: low_word_first(25.0),
        2814: [62],
        2820: low_word_first(23.5),
        6730: [units],
    }


def context(holding=(), coils=(), inputs=(), unit=1):
    words, outs, ins = [0] * 33000, [False] * 64, [False] * 64
    for address, values in dict(holding).items():
        words[address : address + len(values)] = values
    for space, bits in ((outs, coils), (ins, inputs)):
        for address in bits:
            space[address] = True
    # pymodbus counts from 1 what goes over the wire from 0.
    device = ModbusDeviceContext(
        hr=ModbusSequentialDataBlock(1, words),
        co=ModbusSequentialDataBlock(1, outs),
        di=ModbusSequentialDataBlock(1, ins),
    )
    return ModbusServerContext(devices={unit: device}, single=False)


@contextmanager
def server(store, framer=FramerType.SOCKET):
    """A pymodbus server in a thread of its own, at a port of its own; gives the endpoint."""
    loop = asyncio.new_event_loop()
    started, port = threading.Event(), []

    async def serve():
        box = ModbusTcpServer(store, framer=framer, address=("127.0.0.1", 0))
        await box.listen()
        port.append(box.transport.sockets[0].getsockname()[1])
        started.set()
        await stop.wait()
        await box.shutdown()

    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert started.wait(10), "the pymodbus server did not start"
        yield f"tcp://127.0.0.1:{port[0]}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


BENCH = """bench: one
instruments:
  box: {{ {text} }}
  can: {{ driver: can.slcan, endpoint: "tcp://127.0.0.1:1" }}
dut: {{ requirements: {root}/cases/gtx5000.yaml, dbc: {root}/cases/gtx5000.dbc, can: can }}
fixture: {{ maximum_voltage: 60 V, maximum_current: 250 A, maximum_power: 14 kW }}
limits: []
watch: [can.frames]
"""


def bench_check(folder, text):
    """What bench-check says of the box, and of its signals."""
    bench = folder / "bench.yaml"
    bench.write_text(BENCH.format(root=ROOT, text=text), encoding="utf-8")
    done = subprocess.run(
        [os.environ["GTXRIG"], "bench-check", bench, "--json"], capture_output=True, timeout=60, check=False
    )
    result = json.loads(done.stdout)
    box = next(entry for entry in result["instruments"] if entry["instrument"] == "box")
    return box, {entry["signal"]: entry["value"] for entry in result["signals"]}


def test_the_f4t_driver_reads_registers_in_low_word_order(tmp_path):
    with server(context(f4t())) as endpoint:
        box, signals = bench_check(tmp_path, f'driver: watlow.f4t, endpoint: "{endpoint}"')
    assert box["trouble"] == ""
    assert (box["maker"], box["model"]) == ("Watlow", F4T_TEXT)
    assert signals["box.temperature"].startswith("23.50 degC")
    assert signals["box.temperature_set"] == "25 degC"
    assert signals["box.run"] == "false"


@pytest.mark.parametrize(
    ("registers", "more", "words"),
    [
        (f4t(units=30), "", "found degF (30)"),
        (f4t(alarm=17), "", "its alarm 1 stands (state 17)"),
        (f4t() | {16: [ord(c) for c in "PM6C1EJ-AAAAAAA"]}, "", "found 'PM6C1EJ-AAAAAAA'"),
        (f4t() | {2820: [0x41BC, 0]}, "", "is `low_word_first` set as in the controller's menu?"),
        (f4t(), ", unit: 2", "function 3 at address 16 was answered with exception"),
    ],
)
def test_the_f4t_driver_says_what_is_wrong(tmp_path, registers, more, words):
    with server(context(registers)) as endpoint:
        box, _ = bench_check(tmp_path, f'driver: watlow.f4t, timeout: 200 ms, endpoint: "{endpoint}"{more}')
    assert words in box["trouble"]


def test_the_adam_driver_reads_inputs_as_coils(tmp_path):
    with server(context({210: [0x6060, 0]}, coils=(1, 16 + 4))) as endpoint:
        box, signals = bench_check(tmp_path, f'driver: advantech.adam6060, button: 4, endpoint: "{endpoint}"')
    assert box["trouble"] == ""
    assert signals["box.charge_prohibited"] == "false"
    assert signals["box.discharge_prohibited"] == "true"
    assert signals["box.button"] == "true"


@pytest.mark.parametrize(("framing", "framer"), [("rtu", FramerType.RTU), ("tcp", FramerType.SOCKET)])
def test_the_waveshare_driver_speaks_both_framings_over_tcp(tmp_path, framing, framer):
    text = f"driver: waveshare.relay, framing: {framing}, charge_prohibited: 7, button: 3"
    with server(context({0x8000: [200]}, coils=(3,), inputs=(7,)), framer) as endpoint:
        box, signals = bench_check(tmp_path, f'{text}, endpoint: "{endpoint}"')
    assert box["trouble"] == ""
    assert box["firmware"] == "2.00"
    assert signals["box.charge_prohibited"] == "true"
    assert signals["box.discharge_prohibited"] == "false"
    assert signals["box.button"] == "true"
