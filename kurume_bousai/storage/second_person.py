"""もう一人の確認: another operator of the same file vouches with their own passphrase.

The passphrase opens that operator's slot of the keyring, so nobody can confirm in another's name by
knowing it alone. The key that comes out is the one that is open already and is let go at once.
"""

from __future__ import annotations

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.storage import keyring
from kurume_bousai.storage.city_database import EncryptedCityDatabase
from kurume_bousai.storage.operators import access_of


class SecondOperator:
    """確かめる人 of an open database. Implements ``SecondPerson``."""

    def __init__(self, database: EncryptedCityDatabase) -> None:
        self._database = database

    def names(self, right: Right = Right.PRINT_NAMED) -> list[str]:
        """Operators who have the right (to hand lists out), but for the one who opened the file."""
        own = self._database.access.name
        return [
            operator.name
            for operator in self._database.operators()
            if operator.name != own and access_of(operator).has(right)
        ]

    def operators(self) -> int:
        """How many operators the file has, of any role."""
        return len(self._database.operators())

    def vouch(self, name: str, passphrase: str, right: Right = Right.PRINT_NAMED) -> Access:
        """Return who it is; a passphrase that does not fit is audited as well.

        Raises
        ------
        KnownProblem
            ``same_person``, ``wrong_passphrase``, ``no_operator``, ``second_no_right``.
        """
        database = self._database
        if name == database.access.name:
            raise KnownProblem(
                "same_person",
                "自分で自分の申し出を確かめることはできません。",
                where=name,
                advice="名簿担当の、ほかの操作者に確かめてもらってください。",
            )
        try:
            keyring.load(database.path).unlock(name, passphrase)
        except KnownProblem:
            self._note("second_person_refused", [])
            raise
        operator = next((one for one in database.operators() if one.name == name), None)
        if operator is None:
            raise KnownProblem(
                "no_operator",
                "この操作者は、このデータベースから外されています。",
                where=name,
                advice="管理者に確かめてください。",
            )
        access = access_of(operator)
        if not access.has(right):
            self._note("second_person_refused", [access.operator_id])
            raise KnownProblem(
                "second_no_right",
                "この操作者には、確かめる役割がありません。",
                where=name,
                advice="名簿担当の役割がある、ほかの操作者に頼んでください。",
            )
        self._note("second_person_vouched", [access.operator_id])
        return access

    def _note(self, action: str, subjects: list[str]) -> None:
        with self._database.writing() as session:
            session.audit.record(self._database.access, action, subjects, {})
