"""Port of the operators and their keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.ids import (
    DistrictId,
    OperatorId,
)


@dataclass(frozen=True, slots=True)
class Operator:
    """操作者 as an administrator keeps them; the passphrase is nowhere but in the key's wrapping."""

    operator_id: OperatorId
    name: str
    roles: frozenset[Role]
    districts: frozenset[DistrictId] | None
    handles_protected: bool


class OperatorKeeping(Protocol):
    """操作者と鍵. Every act is audited; each needs ``KEEP_OPERATORS`` but changing one's own passphrase."""

    def operators(self) -> list[Operator]: ...

    def add_operator(
        self,
        name: str,
        passphrase: str,
        *,
        roles: Iterable[Role],
        districts: Iterable[DistrictId] | None = None,
        handles_protected: bool = False,
    ) -> Operator: ...

    def change_roles(
        self,
        name: str,
        *,
        roles: Iterable[Role],
        districts: Iterable[DistrictId] | None = None,
        handles_protected: bool = False,
    ) -> Operator: ...

    def remove_operator(self, name: str) -> None:
        """Never the last administrator."""

    def change_passphrase(self, old: str, new: str) -> None:
        """One's own."""

    def renew_recovery_key(self) -> str:
        """A new recovery key to print; the old paper is worth nothing from then on."""
