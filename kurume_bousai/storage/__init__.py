"""The city's database: an encrypted SQLite file, its keys, its schema and its repositories."""

from __future__ import annotations

from kurume_bousai.storage.city_database import EncryptedCityDatabase
from kurume_bousai.storage.opening import (
    create_database,
    open_database,
    operator_names,
    recover_operator,
)

__all__ = [
    "EncryptedCityDatabase",
    "create_database",
    "open_database",
    "operator_names",
    "recover_operator",
]
