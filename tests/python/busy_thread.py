"""A thread in the middle of a call that takes for ever."""

import threading
import time

from gtxrig import SessionOver


def keep_busy(rig):
    """Holds the rig in a thread of its own; gives the thread, and what the call raises there once it does."""
    raised = []

    def hold():
        try:
            rig.hold(1e9)
        except SessionOver as over:
            raised.append(over)

    thread = threading.Thread(target=hold)
    thread.start()
    while not rig._core.busy:
        time.sleep(0.001)
    return thread, raised
