"""用件を、頼まれたときに: the services of a database, each made when first asked for.

The window opens with the list; what routes, papers, imports and maps stand on (a hundred modules, pyproj,
shapely) is loaded by the screen that wants it, or ahead of it by ``prepare``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock

from kurume_bousai.ui.desktop import Services

Make = Callable[[], object]


class ServicesOnDemand(Services):
    """The same fields as ``Services``; safe to ask on any thread, and each is made once."""

    __slots__ = ("_locks", "_makers")

    _makers: Mapping[str, Make]
    #: One each: who asks for one part does not wait for another that is just being made.
    _locks: Mapping[str, RLock]

    def __init__(self, makers: Mapping[str, Make]) -> None:
        # Not the initialiser of the dataclass: its slots stay empty, and asking for one comes to __getattr__.
        object.__setattr__(self, "_makers", dict(makers))
        object.__setattr__(self, "_locks", {name: RLock() for name in makers})

    def __getattr__(self, name: str) -> object:
        """Make a part; called only while its slot is empty."""
        make = object.__getattribute__(self, "_makers").get(name)
        if make is None:
            raise AttributeError(name)
        with object.__getattribute__(self, "_locks")[name]:
            try:
                return object.__getattribute__(self, name)
            except AttributeError:
                made = make()
                object.__setattr__(self, name, made)
                return made

    def prepare(self) -> None:
        """Make every part that nobody has asked for yet, one after the other."""
        for name in self._makers:
            getattr(self, name)
