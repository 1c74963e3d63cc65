"""Home-made instruments: a load and a voltmeter that speak SCPI over a socket, as a person would write them in an afternoon.

A bench file names them::

    load: { driver: python.load, endpoint: "python://my_box.py:MyLoad", with: { host: 192.168.0.31, port: 2101 },
            voltage: 80 V, current: 250 A, power: 10 kW, voltage_uncertainty: 100 mV, current_uncertainty: 1 A }
    meter: { driver: python.meter, endpoint: "python://my_box.py:MyMeter", with: { host: 192.168.0.32 }, uncertainty: 5 mV }
"""

import socket

from gtxrig import A, V
from gtxrig.boxes import Identity, Load, LoadReading, LoadSetpoint, Meter, MeterReading


class Line:
    """A connection that asks and is answered, opened when it is first needed and anew after anything went wrong."""

    def __init__(self, host: str, port: float) -> None:
        self._address = (host, int(port))
        self._socket: socket.socket | None = None

    def ask(self, text: str) -> str:
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, timeout=0.3)
            self._socket.sendall(text.encode() + b"\n")
            if not text.endswith("?"):
                return ""
            answer = b""
            while not answer.endswith(b"\n"):
                more = self._socket.recv(4096)
                if not more:
                    raise ConnectionError("the box hung up")
                answer += more
            return answer.decode().strip()
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def identify(self) -> Identity:
        self.close()
        return Identity(*self.ask("*IDN?").split(",")[:4])


class MyLoad(Load):
    MODES = {"constant_current": "CCH", "constant_power": "CPH", "constant_voltage": "CVH"}

    def __init__(self, host: str, port: float = 2101) -> None:
        self._line = Line(host, port)

    def connect(self) -> Identity:
        identity = self._line.identify()
        self._line.ask("CONF:VOLT:ON 0")
        return identity

    def read(self) -> LoadReading:
        voltage = float(self._line.ask("MEAS:VOLT?")) * V
        current = float(self._line.ask("MEAS:CURR?")) * A
        on = self._line.ask("LOAD?") == "ON"
        return LoadReading(voltage, current, input=on, regulation="constant_current" if on else "off")

    def write(self, wanted: LoadSetpoint) -> None:
        self._line.ask(f"MODE {self.MODES[wanted.mode]}")
        self._line.ask(f"CURR:STAT:L1 {wanted.current / A:.3f}")
        self._line.ask(f"LOAD {'ON' if wanted.input else 'OFF'}")

    def make_safe(self) -> None:
        self._line.ask("LOAD OFF")


class MyMeter(Meter):
    def __init__(self, host: str, port: float = 5025) -> None:
        self._line = Line(host, port)

    def connect(self) -> Identity:
        return self._line.identify()

    def read(self) -> MeterReading:
        return MeterReading(float(self._line.ask("MEAS:VOLT:DC?")) * V)
