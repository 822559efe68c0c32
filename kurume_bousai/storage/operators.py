"""操作者 in the database: who they are and what they may. Their keys are in the keyring."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Connection, Table, delete, insert, select, update

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperatorId
from kurume_bousai.services.ports.keeping import Operator
from kurume_bousai.storage import codec
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.records import OperatorRecord

_OPERATORS = cast("Table", OperatorRecord.__table__)


class Operators(Repository):
    """操作者."""

    def all(self) -> list[Operator]:
        """In order of name."""
        return read_operators(self.connection)

    def get(self, name: str) -> Operator:
        """One by name.

        Raises
        ------
        KnownProblem
            ``no_operator``.
        """
        for operator in self.all():
            if operator.name == name:
                return operator
        raise KnownProblem(
            "no_operator",
            "その名前の操作者はいません。",
            where=name,
            advice="名前を確かめるか、管理者に加えてもらってください。",
        )

    def add(self, operator: Operator) -> None:
        """Store a new one.

        Raises
        ------
        KnownProblem
            ``operator_exists``.
        """
        if any(known.name == operator.name for known in self.all()):
            raise KnownProblem(
                "operator_exists",
                "同じ名前の操作者がいます。",
                where=operator.name,
                advice="別の名前にするか、いまの操作者の役割を変えてください。",
            )
        values = {**_to_row(operator), "added_at": self.session.database.now()}
        self.connection.execute(insert(_OPERATORS).values(values))

    def change(self, operator: Operator) -> None:
        """Store other roles or limits."""
        self._require_administrator_left(without=operator.name, plus=operator)
        self.connection.execute(
            update(_OPERATORS).where(OperatorRecord.name == operator.name).values(_to_row(operator))
        )

    def remove(self, name: str) -> None:
        """Take one away, never the last administrator."""
        self._require_administrator_left(without=name)
        self.connection.execute(delete(_OPERATORS).where(OperatorRecord.name == name))

    def _require_administrator_left(self, *, without: str, plus: Operator | None = None) -> None:
        left = [operator for operator in self.all() if operator.name != without]
        if plus is not None:
            left.append(plus)
        if not any(Role.ADMINISTRATOR in operator.roles for operator in left):
            raise KnownProblem(
                "last_administrator",
                "管理者が一人もいなくなるため、できません。",
                advice="先に、別の操作者に管理者の役割をつけてください。",
            )


def read_operators(connection: Connection) -> list[Operator]:
    """All operators in order of name."""
    found = connection.execute(select(_OPERATORS).order_by(OperatorRecord.name))
    return [
        Operator(
            OperatorId(row.operator_id),
            row.name,
            codec.loads(frozenset[Role], row.roles),
            None if row.districts is None else codec.loads(frozenset[DistrictId], row.districts),
            row.handles_protected,
        )
        for row in found
    ]


def access_of(operator: Operator) -> Access:
    """An operator as the rules see them."""
    return Access(
        operator.operator_id, operator.name, operator.roles, operator.districts, operator.handles_protected
    )


def _to_row(operator: Operator) -> dict[str, object]:
    return {
        "operator_id": operator.operator_id,
        "name": operator.name,
        "roles": codec.dumps(operator.roles),
        "districts": None if operator.districts is None else codec.dumps(operator.districts),
        "handles_protected": operator.handles_protected,
    }
