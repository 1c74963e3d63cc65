"""pymodbus at chamber and I/O, pyserial at the serial boxes, python-can at the CAN adapter."""

import struct
import time

import can
import pytest
import serial
from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient
from wires import SERIAL, TCP, Line, farm


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def modbus(running, name, framer=FramerType.SOCKET):
    host, port = running.address(name)
    client = ModbusTcpClient(host, port=port, framer=framer, timeout=3, retries=0)
    assert client.connect()
    return client


def low_word_first(value):
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return [low, high]


def as_float(registers):
    return struct.unpack(">f", struct.pack(">HH", registers[1], registers[0]))[0]


def test_pymodbus_runs_a_watlow_f4t(tmp_path):
    with farm(tmp_path, {"chamber": f"driver: watlow.f4t, {TCP}"}, "--time-scale", "50") as running:
        f4t = modbus(running, "chamber")
        name = "".join(chr(word) for word in f4t.read_holding_registers(16, count=3).registers)
        assert name == "F4T"
        assert as_float(f4t.read_holding_registers(2820, count=2).registers) == pytest.approx(25, abs=1)
        assert low_word_first(-25.0) == [0x0000, 0xC1C8], "the document's own example"
        assert not f4t.write_registers(2782, low_word_first(-25.0)).isError()
        assert not f4t.write_register(2730, 10).isError()
        assert f4t.read_holding_registers(2814, count=1).registers == [10]
        assert as_float(f4t.read_holding_registers(2810, count=2).registers) == -25.0
        assert until(lambda: as_float(f4t.read_holding_registers(2820, count=2).registers) < 23)
        assert f4t.write_registers(2782, low_word_first(500.0)).isError(), "beyond its set-point limits"
        assert f4t.read_holding_registers(9999, count=1).isError()
        f4t.close()


def test_a_chamber_can_take_a_set_point_and_not_follow_it(tmp_path):
    with farm(tmp_path, {"chamber": f"driver: watlow.f4t, {TCP}"}) as running:
        f4t = modbus(running, "chamber")
        running.ask("fault chamber stuck")
        f4t.write_registers(2782, low_word_first(40.0))
        assert as_float(f4t.read_holding_registers(2782, count=2).registers) == 40.0
        assert as_float(f4t.read_holding_registers(2810, count=2).registers) == 25.0
        f4t.close()


def test_pymodbus_presses_the_button_through_an_adam(tmp_path):
    with farm(tmp_path, {"io": f"driver: advantech.adam6060, button: 0, {TCP}"}) as running:
        adam = modbus(running, "io")
        assert adam.read_holding_registers(210, count=1).registers == [0x6060]
        assert len(adam.read_coils(0, count=6).bits) >= 6
        assert not adam.write_coil(16, True).isError()
        assert adam.read_coils(16, count=1).bits[0]
        assert until(lambda: running.signal("io.button") == 1)
        adam.write_coil(16, False)
        assert until(lambda: running.signal("io.button") == 0)
        assert adam.read_coils(40, count=1).isError()
        adam.close()


def test_pymodbus_speaks_rtu_over_tcp_to_a_waveshare_relay(tmp_path):
    with farm(tmp_path, {"io": f"driver: waveshare.relay, button: 3, {TCP}"}) as running:
        relay = modbus(running, "io", FramerType.RTU)
        assert not relay.write_coil(3, True).isError()
        assert relay.read_coils(0, count=8).bits[3]
        assert until(lambda: running.signal("io.button") == 1)
        relay.write_coil(3, False)
        assert until(lambda: running.signal("io.button") == 0)
        relay.close()


def test_a_waveshare_relay_times_its_pulse_itself(tmp_path):
    with farm(tmp_path, {"io": f"driver: waveshare.relay, framing: tcp, button: 3, {TCP}"}) as running:
        host, port = running.address("io")
        line = Line(host, port)
        line.socket.sendall(bytes.fromhex("0001 0000 0006 01 05 0203 0005"))  # 500 ms on relay 3
        assert line.socket.recv(64) == bytes.fromhex("0001 0000 0006 01 05 0203 0005")
        assert until(lambda: running.signal("io.button") == 1)
        assert until(lambda: running.signal("io.button") == 0)
        line.close()


def test_a_wrong_unit_is_told(tmp_path):
    with farm(tmp_path, {"io": f"driver: advantech.adam6060, {TCP}"}) as running:
        adam = modbus(running, "io")
        answer = adam.read_coils(0, count=1, device_id=7)
        assert answer.isError() and answer.exception_code == 11
        adam.close()


def test_a_serial_terminal_talks_to_a_genesys(tmp_path):
    with farm(tmp_path, {"supply": f"driver: tdk.genesys, model: GEN80-125, {SERIAL}"}) as running:
        with serial.Serial(running.path("supply"), 9600, timeout=3) as line:

            def ask(text):
                line.write(text.encode() + b"\r")
                return line.read_until(b"\r").decode().rstrip("\r")

            assert ask("ADR 6") == "OK"
            assert ask("IDN?") == "LAMBDA,GEN80-125"
            assert ask("RMT 1") == "OK"
            assert ask("OVP 58") == "OK"
            assert ask("PV 57") == "E01", "above 95 % of the over-voltage protection"
            assert ask("OVP 60") == "OK"
            assert ask("PV 56.2") == "OK"
            assert ask("PV?") == "56.2", "exactly what was sent"
            assert ask("OVP 57") == "E04"
            assert ask("PC 20") == "OK"
            assert ask("OUT 1") == "OK"
            assert until(lambda: float(ask("MC?")) > 19)
            assert ask("MODE?") in ("CC", "CV")
            assert ask("STT?").startswith("MV(")
            assert ask("PX 1") == "C01"
            assert ask("PV") == "C02"
            assert ask("OUT 0") == "OK"
            assert ask("OUT?") == "OFF"


def test_a_genesys_is_silent_until_it_is_addressed(tmp_path):
    with farm(tmp_path, {"supply": f"driver: tdk.genesys, {SERIAL}"}) as running:
        with serial.Serial(running.path("supply"), 9600, timeout=0.5) as line:
            line.write(b"IDN?\r")
            assert line.read(10) == b""
            line.write(b"ADR 6\r")
            assert line.read(3) == b"OK\r"


def test_an_it8500_answers_the_documented_frames(tmp_path):
    def frame(text):
        head = bytes.fromhex(text).ljust(25, b"\0")
        return head + bytes([sum(head) & 0xFF])

    with farm(tmp_path, {"load": f"driver: itech.it8500, {SERIAL}"}) as running:
        with serial.Serial(running.path("load"), 9600, timeout=3) as line:

            def ask(text):
                line.write(frame(text))
                return line.read(26)

            ok = frame("AA 00 12 80")
            assert ok[-1] == 0x3C, "the document's own example"
            assert ask("AA 00 21 01")[3] == 0xB0, "remote first"
            assert ask("AA 00 20 01") == ok
            assert frame("AA 00 2A 40 42 0F 00")[-1] == 0x65, "100 A, the document's own example"
            assert ask("AA 00 2A 40 42 0F 00") == ok
            assert ask("AA 00 21 01") == ok
            assert until(lambda: struct.unpack("<I", ask("AA 00 5F")[7:11])[0] > 990000)
            assert ask("AA 00 21 00") == ok


def test_python_can_hears_the_pack(tmp_path):
    with farm(tmp_path, {"can": f"driver: can.slcan, {SERIAL}"}) as running:
        with can.Bus(interface="slcan", channel=running.path("can"), bitrate=500000, sleep_after_open=0.1) as bus:
            seen = {}
            assert until(lambda: (message := bus.recv(1.0)) and seen.update({message.arbitration_id: message}) or 0x351 in seen)
            assert len(seen[0x351].data) == 8
            assert not seen[0x351].is_extended_id
            bus.send(can.Message(arbitration_id=0x305, data=bytes(8), is_extended_id=False))
            assert until(lambda: running.ask("state")["truth"]["keep_alives"] > 0), "the pack hears the rig"


def test_an_adapter_at_another_rate_hears_nothing(tmp_path):
    with farm(tmp_path, {"can": f"driver: can.slcan, {SERIAL}"}) as running:
        with serial.Serial(running.path("can"), 115200, timeout=1) as line:
            line.write(b"C\rC\r")
            time.sleep(0.1)
            line.reset_input_buffer()
            line.write(b"S5\r")
            assert line.read(1) == b"\r"
            line.write(b"O\r")
            assert line.read(1) == b"\r"
            assert line.read(10) == b""
            line.write(b"t3050\r")
            assert line.read(1) == b"\a", "nobody acknowledges"


def test_simserv_and_espec_run_a_chamber(tmp_path):
    pilcrow = b"\xb6"
    with farm(tmp_path, {"chamber": f"driver: weiss.simserv, {TCP}"}) as running:
        line = Line(*running.address("chamber"))

        def ask(*words):
            line.socket.sendall(pilcrow.join(words) + b"\r")
            return line.file.readline().rstrip(b"\r\n").split(pilcrow)

        assert ask(b"11001", b"1", b"1", b"-25.0") == [b"1"], "the document's own example"
        assert ask(b"11002", b"1", b"1") == [b"1", b"-25.00"]
        assert ask(b"10012", b"1") == [b"1", b"1"], "a set-point alone starts nothing"
        assert ask(b"14001", b"1", b"1", b"1") == [b"1"]
        assert ask(b"10012", b"1") == [b"1", b"3"]
        assert ask(b"99999", b"1") == [b"-5"]
        assert ask(b"11001", b"1", b"1", b"500") == [b"-6"]
        line.close()
    with farm(tmp_path, {"chamber": f"driver: espec.p300, {TCP}"}) as running:
        line = Line(*running.address("chamber"))

        def say(text):
            line.socket.sendall(text.encode() + b"\r\n")
            return line.file.readline().decode().rstrip("\r\n")

        assert say("MODE?") == "STANDBY"
        assert say("TEMP, S30.0") == "OK:TEMP, S30.0"
        assert say("MODE,CONSTANT") == "OK:MODE,CONSTANT"
        assert say("MODE?") == "CONSTANT"
        assert say("TEMP?").split(",")[1] == "30.0"
        assert say("TEMP, S300.0") == "NA:DATA OUT OF RANGE"
        assert say("WHAT") == "NA:CMD ERR"
        line.close()


FAULTS = ["silence", "half", "garbage", "closed", "refuse"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_laid_on_and_taken_back(tmp_path, fault):
    with farm(tmp_path, {"meter": f"driver: keysight.3446x, {TCP}"}) as running:
        meter = Line(*running.address("meter"))
        good = meter.ask("*IDN?")
        running.ask(f"fault meter {fault}")
        meter.socket.settimeout(0.5)
        try:
            meter.tell("*IDN?")
            answer = meter.socket.recv(4096)
        except OSError:
            answer = b""
        assert answer.rstrip(b"\n").decode("latin-1") != good
        if fault == "refuse":
            with pytest.raises(ConnectionRefusedError):
                Line(*running.address("meter"))
        meter.close()
        running.ask("fault meter clear")

        def answers_again():
            try:
                line = Line(*running.address("meter"))
                line.socket.settimeout(1)
                same = line.ask("*IDN?") == good
                line.close()
                return same
            except OSError:
                return False

        assert until(answers_again)


def test_mistakes_on_the_control_line_are_told(tmp_path):
    with farm(tmp_path, {"meter": f"driver: keysight.3446x, {TCP}"}) as running:
        for request in ("fault meter tripp", "fault meterr silence", "presett", '{"command":', "preset soc=7"):
            answer = running.control.ask(request)
            assert '"ok":false' in answer and '"error"' in answer
