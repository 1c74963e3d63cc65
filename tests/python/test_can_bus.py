"""python-can listens to the rig's bus while a session drives it."""

import threading
import time

import can
import pytest

from gtxrig import A, Bench, V, degC


@pytest.fixture
def rig(tmp_path):
    with Bench.load(seed=7).session("heard", out=tmp_path / "run") as session:
        yield session.start(soc=0.5, temperature=25 * degC)


class Everything(can.Listener):
    def __init__(self):
        self.messages = []
        self.threads = set()

    def on_message_received(self, msg):
        self.messages.append(msg)
        self.threads.add(threading.get_ident())

    def on_error(self, exc):
        raise exc


def wait_for(condition):
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def test_a_notifier_hears_every_frame_that_the_record_holds(rig):
    heard = Everything()
    bus = rig.can_bus()
    notifier = can.Notifier(bus, [heard], timeout=0.05)
    begin = rig.time
    rig.supply.set(voltage=55 * V, current=5 * A, output=True)
    rig.hold(60)
    end = rig.time
    rig.close()
    recorded = [frame for frame in rig.run.can if begin < frame.time <= end]
    wait_for(lambda: len(heard.messages) >= len(recorded))
    notifier.stop()
    assert threading.get_ident() not in heard.threads
    ours = [m for m in heard.messages if begin < m.timestamp <= end]
    assert [(m.arbitration_id, bytes(m.data), m.timestamp, not m.is_rx) for m in ours] == [
        (f.id, f.data, f.time, f.sent) for f in recorded
    ]
    assert len({m.arbitration_id for m in ours if m.is_rx}) >= 5
    assert bus.lost == 0
    bus.shutdown()


def test_frames_come_while_the_session_still_waits(rig):
    bus = rig.can_bus()
    seen = []

    def listen():
        while len(seen) < 20:
            if (message := bus.recv(timeout=10)) is None:
                return
            seen.append((message.timestamp, rig.time))

    thread = threading.Thread(target=listen)
    thread.start()
    rig.hold(24 * 3600)
    thread.join(20)
    assert len(seen) == 20
    assert seen[0][1] < 24 * 3600, "the first came long before the wait was over"
    bus.shutdown()


def test_two_buses_hear_the_same_and_nothing_of_before(rig):
    rig.hold(5)
    one, two = rig.can_bus(), rig.can_bus()
    begin = rig.time
    rig.hold(3)
    take = lambda bus: [(m.timestamp, m.arbitration_id) for m in iter(lambda: bus.recv(timeout=0), None)]  # noqa: E731
    first = take(one)
    assert first and first == take(two) and first[0][0] > begin - 0.5


def test_it_never_sends_and_ends_with_the_session(rig):
    bus = rig.can_bus()
    with pytest.raises(can.CanOperationError, match="listens only"):
        bus.send(can.Message(arbitration_id=0x351, data=bytes(8)))
    rig.close()
    while bus.recv(timeout=0) is not None:
        pass
    with pytest.raises(can.CanOperationError, match="is over"):
        bus.recv()
    with pytest.raises(Exception, match="closed"):
        rig.can_bus()


def test_who_takes_nothing_is_told_how_much_was_lost(rig):
    bus = rig.can_bus()
    rig.hold(3600)
    assert bus.lost > 0
    assert bus.recv(timeout=0) is not None
