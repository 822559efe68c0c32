"""The city's database: an encrypted SQLite file, its keys, its schema and its repositories.

Each name is loaded when it is first asked for: the door needs the operators' names only, and must stand
before SQLAlchemy is there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kurume_bousai.storage.city_database import EncryptedCityDatabase
    from kurume_bousai.storage.keyring import operator_names
    from kurume_bousai.storage.opening import create_database, open_database, recover_operator

__all__ = [
    "EncryptedCityDatabase",
    "create_database",
    "open_database",
    "operator_names",
    "recover_operator",
]

_HOMES: Final = {
    "EncryptedCityDatabase": "city_database",
    "create_database": "opening",
    "open_database": "opening",
    "operator_names": "keyring",
    "recover_operator": "opening",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
