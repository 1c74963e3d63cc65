"""A bench of which every box is home-made: what a person would write for the boxes that the loopback bench simulates.

test_own_instruments.py names these classes in a bench file; the two that are an example are in my_box.py.
"""

import socket
import struct

from my_box import Line

from gtxrig import A, V, degC
from gtxrig.boxes import (
    Chamber,
    ChamberReading,
    Identity,
    Io,
    IoReading,
    Supply,
    SupplyReading,
    Thermometer,
    ThermometerReading,
)


def number(text: str) -> float:
    return float(text.split()[0])


class MySupply(Supply):
    """An EA-PSB by SCPI, without the sink."""

    def __init__(self, host, port):
        self._line = Line(host, port)

    def connect(self):
        identity = self._line.identify()
        self._line.ask("SYST:LOCK ON")
        self._line.ask("SINK:CURR 0")
        return identity

    def read(self):
        on = self._line.ask("OUTP?") == "ON"
        return SupplyReading(number(self._line.ask("MEAS:VOLT?")) * V, number(self._line.ask("MEAS:CURR?")) * A, output=on)

    def write(self, wanted):
        self._line.ask(f"VOLT {wanted.voltage / V:.2f}")
        self._line.ask(f"CURR {wanted.current / A:.1f}")
        self._line.ask(f"OUTP {'ON' if wanted.output else 'OFF'}")

    def make_safe(self):
        self._line.ask("SYST:LOCK ON")
        self._line.ask("OUTP OFF")


class Socket:
    """Bytes there and back, over a connection that is opened when it is first needed and anew after anything went wrong."""

    def __init__(self, host, port):
        self._address, self._socket = (host, int(port)), None

    def exchange(self, request, is_whole):
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, timeout=0.3)
            self._socket.sendall(request)
            answer = b""
            while not is_whole(answer):
                more = self._socket.recv(260)
                if not more:
                    raise ConnectionError("the box hung up")
                answer += more
            return answer
        except OSError:
            self.close()
            raise

    def close(self):
        if self._socket is not None:
            self._socket.close()
        self._socket = None


class Modbus(Socket):
    """As much of Modbus TCP as a contact module needs."""

    def ask(self, function, data):
        request = struct.pack(">HHHBB", 1, 0, 2 + len(data), 1, function) + data
        answer = self.exchange(request, lambda told: len(told) >= 6 and len(told) >= 6 + int.from_bytes(told[4:6], "big"))
        if answer[7] != function:
            self.close()
            raise ConnectionError(f"function {function} was answered with {answer.hex()}")
        return answer[8:]

    def coils(self, first, count):
        bits = self.ask(1, struct.pack(">HH", first, count))[1:]
        return [bool(bits[i // 8] >> i % 8 & 1) for i in range(count)]


class MyChamber(Chamber):
    """An ESPEC with a P300 by its lines of text."""

    def __init__(self, host, port):
        self._line = Socket(host, port)

    def _ask(self, text):
        answer = self._line.exchange(text.encode() + b"\r", lambda told: told.endswith(b"\r\n")).decode().strip()
        if answer.startswith("NA:"):
            raise RuntimeError(f"{text}: {answer}")
        return answer

    def connect(self):
        self._line.close()
        return Identity("ESPEC", self._ask("TYPE?").split(",")[2])

    def read(self):
        air, target = (float(value) for value in self._ask("TEMP?").split(",")[:2])
        return ChamberReading(air * degC, target * degC, run=self._ask("MODE?") == "CONSTANT")

    def write(self, wanted):
        self._ask(f"TEMP, S{(wanted.temperature - 0 * degC).value:.1f}")
        self._ask("MODE,CONSTANT" if wanted.run else "MODE,STANDBY")

    def make_safe(self):
        self._ask("TEMP, S25.0")
        self._ask("MODE,CONSTANT")


class MyThermometer(Thermometer):
    """One channel of a DAQ970A."""

    def __init__(self, host, port, channel):
        self._line, self._channel = Line(host, port), int(channel)

    def connect(self):
        identity = self._line.identify()
        for text in ("CONF:TEMP TC,T,(@{})", "UNIT:TEMP C,(@{})", "ROUT:SCAN (@{})"):
            self._line.ask(text.format(self._channel))
        return identity

    def read(self):
        return ThermometerReading(number(self._line.ask("READ?")) * degC)


class MyIo(Io):
    """An ADAM-6050: two contacts, eight comparators behind photodiodes, a relay across the button."""

    def __init__(self, host, port, lights=8):
        self._module, self._lights = Modbus(host, port), int(lights)

    def read(self):
        inputs = self._module.coils(0, 12)
        return IoReading(inputs[0], inputs[1], button=self._module.coils(16, 1)[0],
                         lights=[float(lit) for lit in inputs[2 : 2 + self._lights]])  # fmt: skip

    def press(self, down):
        self._module.ask(5, struct.pack(">HH", 16, 0xFF00 if down else 0))
