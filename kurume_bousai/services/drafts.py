"""書きかけ in the facts of the encrypted file, so that no table and no second file is needed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.services.ports.drafts import Draft
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: The form of one person's record.
PERSON_FORM: Final = "person"
_PREFIX: Final = "draft"


class KeptDrafts:
    """書きかけの置き場 on a database. Implements ``DraftRepository`` for the operator it is opened for.

    A forgotten draft leaves an empty fact: nothing of it can be read any more.
    """

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    def load(self, form: str) -> Draft | None:
        """The draft a crash left; None where there is none, or it cannot be read any more.

        Nor is one of somebody who does not exist for the operator any more (RULEBOOK §1).
        """
        with self._database.reading() as session:
            text = session.fact(self._key(form))
            draft = _read(form, text) if text else None
            if draft is None or not self._is_of_nobody(session, draft):
                return draft
        self.forget(form)
        return None

    def _is_of_nobody(self, session: ReadSession, draft: Draft) -> bool:
        access, member_id = self._database.access, draft.fields.get("member_id", "")
        if not member_id:
            return False  # of somebody who is to be added
        return not access.has(Right.SEE_PEOPLE) or session.members.get(access, MemberId(member_id)) is None

    def keep(self, draft: Draft) -> None:
        """Keep a draft in place of the one before."""
        content = {"kept_at": draft.kept_at.isoformat(), "fields": dict(draft.fields)}
        with self._database.writing() as session:
            session.set_fact(self._key(draft.form), json.dumps(content, ensure_ascii=False))

    def forget(self, form: str) -> None:
        """Forget it: it was saved, or thrown away."""
        with self._database.writing() as session:
            if session.fact(self._key(form)):
                session.set_fact(self._key(form), "")

    def _key(self, form: str) -> str:
        return f"{_PREFIX}.{form}.{self._database.access.operator_id}"


def _read(form: str, text: str) -> Draft | None:
    """None for what another version of the program wrote: better none than half of one."""
    try:
        kept = json.loads(text)
        fields = {str(name): str(value) for name, value in kept["fields"].items()}
        return Draft(form, datetime.fromisoformat(kept["kept_at"]), fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
