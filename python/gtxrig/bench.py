"""The bench that a script works on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Set
from typing import Any

from gtxrig import _core
from gtxrig.arguments import Single, path_text, texts_of
from gtxrig.errors import RigError
from gtxrig.seeds import checked_seed
from gtxrig.session import Session
from gtxrig.texts import json_text
from gtxrig.units import Quantity, number_of, truth_of


def profile_text(profile: object) -> str:
    """A profile as the engine reads it; empty for None."""
    if profile is None:
        return ""
    from gtxrig.profiles import profile_document  # with dataclasses, which take a sixth of the package's import

    return profile_document(profile)


def override_texts(overrides: Mapping[str, object] | Iterable[str]) -> list[str]:
    """``{"dut.firmware.pack_ov.threshold": 57 * V}`` or ``["dut...=57 V"]`` as ``--set`` takes it."""
    if not isinstance(overrides, Mapping):
        return texts_of(overrides, "overrides")
    for path in overrides:
        if not isinstance(path, str):
            raise TypeError(f'overrides are named by paths such as "dut.cells.capacity", not by {path!r}')
    return texts_of([f"{path}={setting_text(value, path)}" for path, value in overrides.items()], "overrides")


def setting_text(value: object, what: str, inside: bool = False) -> str:
    """A value as a bench file writes it: ``57 V``, ``on``, ``[frozen_limits]``; texts go through as they are, but inside of lists.

    Raises:
        TypeError: it has no place in a bench file.
    """
    truth, number = truth_of(value), number_of(value)
    if truth is not None:
        return "on" if truth else "off"
    if isinstance(value, Quantity):
        return value.text
    if number is not None:
        return str(value) if hasattr(value, "__index__") else repr(number)
    if isinstance(value, str):
        return json_text(value) if inside else value
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {setting_text(one, what, True)}" for key, one in value.items()) + "}"
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        texts = [setting_text(one, what, True) for one in value]
        return "[" + ", ".join(sorted(texts) if isinstance(value, Set) else texts) + "]"
    raise TypeError(f"{what} is a quantity, a number, a text, True or False, or a list or mapping of these, not {value!r}")


class Bench(Single):
    """A bench file with its requirements, read and checked. Nothing is connected before a session starts.

    Make one with :meth:`load`. The same script drives the virtual and the real bench: only the file differs.
    """

    def __init__(self, setup: _core.Setup, seed: int) -> None:
        self._setup = setup
        self.seed = seed
        self._session: Session | None = None

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str] = "builtin:cases/benches/virtual.yaml",
        *,
        seed: int = 1,
        overrides: Mapping[str, object] | Iterable[str] = (),
        profile: object = None,
    ) -> Bench:
        """Reads a bench file.

        Args:
            path: the file; by default the virtual bench that the package carries.
            seed: of everything drawn on the virtual bench: spread of the cells, noise, jitter.
            overrides: values to change, by path, as ``gtxrig run --set`` does: ``{"dut.firmware.pack_ov.threshold": 57 * V}``.
                What an instrument or the pack makes of its parameters is seen when a session starts, before power.
            profile: what is known of this pack, for the reference and its judges, instead of the profile that the file names:
                a :class:`gtxrig.profiles.PackProfile`, a dataclass of your own, or a mapping with the keys of a profile file.

        Raises:
            TypeError, ValueError: a seed that is none, or overrides that no bench file can hold.
            InputError: mistakes in the files, all of them, each with its line.
            RigError: a file that cannot be read.
        """
        seed = checked_seed(seed)
        return cls(_core.read_setup(path_text(path, "the bench file"), override_texts(overrides), profile_text(profile)), seed)

    @property
    def name(self) -> str:
        """As the bench file calls it."""
        return str(self._setup.name)

    @property
    def path(self) -> str:
        """Of the bench file."""
        return str(self._setup.path)

    @property
    def product(self) -> str:
        """The pack that is judged, from the requirements."""
        return str(self._setup.product)

    @property
    def real_time(self) -> bool:
        """True when time passes by itself (``clock: wall``); else it passes only while a call waits."""
        return bool(self._setup.real_time)

    def session(self, name: str = "script", **options: Any) -> Session:
        """A session on this bench, to be used in a ``with`` statement; the options are those of :class:`Session`.

        Raises:
            RigError: a session on this bench is still open.
        """
        if self._session is not None and self._session._came_to_nothing:
            self._session.close()
        if self._session is not None and not self._session.closed:
            raise RigError(
                f"bench '{self.name}' has the session '{self._session.name}' open", self.path,
                "close it first, or load the bench once more for a second virtual one",
            )
        self._session = Session(self, self._setup, name, **options)
        return self._session

    def __repr__(self) -> str:
        return f"<Bench {self.name} ({self.path}), seed {self.seed}>"
