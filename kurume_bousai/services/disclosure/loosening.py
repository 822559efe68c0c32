"""決まりをゆるめる: who may let names leave with one person's word, and what the ledger says of it.

What the second person guards against must not be in one person's hand: a rule that asks for less than before
needs another operator's passphrase as a paper does. Where the file has one operator there is nobody to ask;
then the ledger says what was loosened, when and by whom, for as long as it stays so.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.json_values import flag
from kurume_bousai.domain.second_person import (
    Confirmation,
    Looser,
    SecondPersonGround,
    SecondPersonRule,
    Vouched,
    looser,
)
from kurume_bousai.services.ports.hand_outs import SecondPerson
from kurume_bousai.services.ports.sessions import ReadSession, WriteSession

#: The city's choice: JSON. The number is that of the form.
FACT_SECOND_PERSON: Final = "second_person:1"
#: Since when the rules ask for less than the safe ones: JSON, empty = they do not.
FACT_LOOSENED: Final = "second_person:loosened:1"


@dataclass(frozen=True, slots=True)
class Loosened:
    """ゆるめてある決まり, for the ledger. ``at`` None = by an older program, which kept nobody's name."""

    rules: tuple[Looser, ...]
    at: datetime | None = None
    by: str = ""
    confirmed_by: str = ""

    def as_json(self) -> dict[str, object]:
        """The object that the commands print."""
        return {
            "rules": [one.value for one in self.rules],
            "at": None if self.at is None else self.at.isoformat(timespec="seconds"),
            "by": self.by,
            "confirmed_by": self.confirmed_by,
        }


def vouch_for_loosening(second: SecondPerson, access: Access, confirmation: Confirmation | None) -> Vouched:
    """Return who agrees that the rules ask for less: any other operator who may keep them.

    Raises
    ------
    KnownProblem
        ``no_second_person``, ``second_person_missing``, and those of ``SecondPerson.vouch``.
    """
    if second.operators() <= 1:
        return Vouched(SecondPersonGround.LONE)
    if confirmation is not None:
        other = second.vouch(confirmation.name, confirmation.passphrase, Right.KEEP_CITY_RULES)
        if other.operator_id != access.operator_id:
            return Vouched(SecondPersonGround.CONFIRMED, other.name, other.operator_id)
    if not second.names(Right.KEEP_CITY_RULES):
        raise KnownProblem(
            "no_second_person",
            "決まりをゆるめるには、もう一人の確認が要ります。確かめられる操作者が、ほかにいません。",
            advice="管理者に、「設定」の「操作者と鍵」で名簿の担当を加えてもらってください。",
        )
    raise KnownProblem(
        "second_person_missing",
        "決まりをゆるめるには、もう一人の確認が要ります。",
        advice="名簿の担当か管理者の、ほかの操作者が確かめ、自分の合言葉で署名してください"
        "(コマンドでは --confirmed-by 操作者)。",
    )


def note_loosened(
    session: WriteSession, access: Access, rule: SecondPersonRule, vouched: Vouched, at: datetime
) -> None:
    """Keep since when, by whom and with whom the rules ask for less; forget it where they do not."""
    content = {"at": at.isoformat(), "by": access.name, "confirmed_by": vouched.name}
    is_loose = bool(looser(SecondPersonRule(), rule))
    session.set_fact(FACT_LOOSENED, json.dumps(content, ensure_ascii=False) if is_loose else "")


def loosened_now(session: ReadSession, rule: SecondPersonRule) -> Loosened | None:
    """Return what asks for less than the safe rules; None where nothing does."""
    steps = looser(SecondPersonRule(), rule)
    if not steps:
        return None
    try:
        kept = json.loads(session.fact(FACT_LOOSENED) or "{}")
        return Loosened(steps, datetime.fromisoformat(kept["at"]), str(kept["by"]), str(kept["confirmed_by"]))
    except (ValueError, KeyError, TypeError):
        return Loosened(steps)  # loosened by an older program


def second_person_rule(session: ReadSession) -> SecondPersonRule:
    """Return the rule; what was never decided has the safe default.

    Raises
    ------
    KnownProblem
        ``second_person_unreadable``: never answered with a default in silence.
    """
    content = session.fact(FACT_SECOND_PERSON)
    if not content:
        return SecondPersonRule()
    try:
        kept: dict[str, Any] = json.loads(content)
        return SecondPersonRule(**{name: flag(kept[name]) for name in asdict(SecondPersonRule())})
    except (TypeError, ValueError, KeyError) as error:
        raise KnownProblem(
            "second_person_unreadable",
            "もう一人の確認の決まりが読めません。",
            where="設定の「名前が外に出るときの決まり」",
            advice="新しい版のソフトで保存したファイルかもしれません。ソフトを新しくしてください。",
        ) from error
