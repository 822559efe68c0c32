"""もう一人の確認: the one place where it is decided whether names may leave with one person's word alone.

Every named paper and file goes through ``ReportingService``, which asks ``SecondPersonGate.admit`` before it
writes a number into the ledger; a file of letters asks it in ``MailingService.write``. The city's choices ⚙
stand here too, with who may declare an emergency; what makes them ask for less needs two (``loosening``).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Protocol

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.second_person import (
    Confirmation,
    NamedKind,
    SecondPersonGround,
    SecondPersonRule,
    Vouched,
    ground_alone,
    looser,
)
from kurume_bousai.services.disclosure.emergency import FACT_EMERGENCY_BY_CLERK, live_emergencies
from kurume_bousai.services.disclosure.loosening import (
    FACT_SECOND_PERSON,
    note_loosened,
    second_person_rule,
    vouch_for_loosening,
)
from kurume_bousai.services.disclosure.sharing_rule import SharingRuleService
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.papers.rules import Ordered, Recipient
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.hand_outs import SecondPerson
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession


class LeavingRequest(Protocol):
    """出すときの申し出, as far as the gate looks at it; a ``NamedRequest`` is one."""

    @property
    def recipient(self) -> Recipient | None:
        """To whom; None where it goes to each person themselves."""

    @property
    def confirmation(self) -> Confirmation | None:
        """The second person, who signs with their own passphrase."""

    @property
    def ordered(self) -> Ordered | None:
        """Who wrote an order down before; None = whoever opened the file asks."""


@dataclass(frozen=True, slots=True)
class LetterFileRequest:
    """案内のファイルの申し出: its letters go to their addressees, so no emergency ever frees it."""

    confirmation: Confirmation | None = field(default=None, repr=False)
    recipient: None = None
    ordered: None = None


@dataclass(frozen=True, slots=True)
class SecondPersonNeed:
    """確認が要るか, for a window or a command: ``ground`` None = somebody of ``names`` must confirm."""

    ground: SecondPersonGround | None
    names: tuple[str, ...]

    @property
    def is_needed(self) -> bool:
        """True where nothing leaves without a second person."""
        return self.ground is None


class SecondPersonGate:
    """もう一人の確認を求める人 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, second: SecondPerson, clock: Clock) -> None:
        self._database = database
        self._second = second
        self._clock = clock

    def names(self) -> list[str]:
        """Who could confirm for the one who opened the file."""
        return self._second.names()

    @property
    def is_fictional(self) -> bool:
        """Whether the file holds a demo city, whose passphrase is no secret."""
        with self._database.reading() as session:
            return is_fictional(session)

    def need(self, kind: NamedKind, request: LeavingRequest) -> SecondPersonNeed:
        """Say whether a second person must confirm this paper, and who could."""
        return SecondPersonNeed(self._ground(kind, request), tuple(self.names()))

    def refuse_missing(self, kind: NamedKind, request: LeavingRequest) -> None:
        """Raise before anything is made where a second person is needed and none was named.

        Raises
        ------
        KnownProblem
            ``same_person``, ``no_second_person``, ``second_person_missing``.
        """
        if request.confirmation is not None or self._confirms_another(request):
            return
        if self._ground(kind, request) is not None:
            return
        if request.ordered is not None:
            raise _same_person(self._access.name)
        raise _missing(has_names=bool(self.names()))

    def admit(self, kind: NamedKind, request: LeavingRequest) -> Vouched:
        """Return what the ledger writes of the second person; audited by ``SecondPerson.vouch``.

        Raises
        ------
        KnownProblem
            Those of ``refuse_missing``, ``wrong_passphrase``, ``second_no_right``, ``no_operator``.
        """
        if request.confirmation is not None:
            confirmation = request.confirmation
            return self._vouched(self._second.vouch(confirmation.name, confirmation.passphrase), request)
        if self._confirms_another(request):
            return self._vouched(self._access, request)
        self.refuse_missing(kind, request)
        ground = self._ground(kind, request)
        if ground is None:  # the rule was changed in between
            raise _missing(has_names=True)
        return Vouched(ground)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _access(self) -> Access:
        return self._database.access

    def _confirms_another(self, request: LeavingRequest) -> bool:
        """True where the one who opened the file confirms what another ordered."""
        return request.ordered is not None and request.ordered.by != self._access.operator_id

    def _vouched(self, confirmer: Access, request: LeavingRequest) -> Vouched:
        confirmer.require(Right.PRINT_NAMED)
        asked_by = self._access.operator_id if request.ordered is None else request.ordered.by
        if confirmer.operator_id == asked_by:
            raise _same_person(confirmer.name)
        return Vouched(SecondPersonGround.CONFIRMED, confirmer.name, confirmer.operator_id)

    def _ground(self, kind: NamedKind, request: LeavingRequest) -> SecondPersonGround | None:
        with self._database.reading() as session:
            rule = second_person_rule(session)
            in_emergency = rule.emergency_alone and self._in_emergency(session, request)
        return ground_alone(kind, rule, operators=self._second.operators(), in_emergency=in_emergency)

    def _in_emergency(self, session: ReadSession, request: LeavingRequest) -> bool:
        """True where an emergency that is on names the recipient and reaches its 校区.

        Of an order only 「災害時の名簿」 counts: an ordinary list can wait for the second person.
        """
        recipient, ordered = request.recipient, request.ordered
        if recipient is None or (ordered is not None and not ordered.by_emergency):
            return False
        partner_id = None if ordered is None else ordered.partner_id
        return any(
            mode.includes(recipient.body, partner_id)
            and (recipient.district_id is None or mode.reaches(recipient.district_id))
            for mode in live_emergencies(session, self._clock.now())
        )


@dataclass(frozen=True, slots=True)
class LeavingRules:
    """名前が外に出るときの決まり ⚙: the second person, and who may declare 災害時提供モード."""

    second: SecondPersonRule = field(default_factory=SecondPersonRule)
    emergency_by_clerk: bool = True


class LeavingRulesService:
    """名前が外に出るときの決まりを読み書きする人. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, second: SecondPerson, clock: Clock) -> None:
        self._database = database
        self._second = second
        self._clock = clock

    @property
    def may_change(self) -> bool:
        """True for a clerk and an administrator."""
        return self._database.access.has(Right.KEEP_CITY_RULES)

    @property
    def sharing(self) -> SharingRuleService:
        """Whose answer a list needs: the rule beside these, changed under the same guard."""
        return SharingRuleService(self._database, self._second, self._clock)

    def read(self) -> LeavingRules:
        """Return the city's choices; raises ``second_person_unreadable``."""
        with self._database.reading() as session:
            return leaving_rules(session)

    def need(self, before: LeavingRules, after: LeavingRules) -> SecondPersonNeed:
        """Say whether another operator must agree to this change, and who could."""
        names = tuple(self._second.names(Right.KEEP_CITY_RULES))
        if not _loosens(before, after):
            return SecondPersonNeed(SecondPersonGround.NOT_ASKED, names)
        return SecondPersonNeed(SecondPersonGround.LONE if self._second.operators() <= 1 else None, names)

    def save(
        self, before: LeavingRules, after: LeavingRules, confirmation: Confirmation | None = None
    ) -> Outcome[LeavingRules]:
        """Keep the changed choices, audited with the old and the new ones and who agreed.

        What asks for less than before needs another operator (``services.disclosure.loosening``).

        Raises
        ------
        KnownProblem
            ``no_right``; ``changed_meanwhile`` where what stands is no longer what was shown; those of
            ``vouch_for_loosening``.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        vouched = Vouched(SecondPersonGround.NOT_ASKED)
        _refuse_stale(self.read(), before)
        if _loosens(before, after):
            vouched = vouch_for_loosening(self._second, access, confirmation)
        with self._database.writing() as session:
            stored = leaving_rules(session)
            _refuse_stale(stored, before)
            if after == stored:
                return Outcome(stored)
            session.set_fact(FACT_SECOND_PERSON, json.dumps(asdict(after.second), sort_keys=True))
            session.set_fact(FACT_EMERGENCY_BY_CLERK, "1" if after.emergency_by_clerk else "0")
            note_loosened(session, access, after.second, vouched, self._clock.now())
            changes = {"before": asdict(stored), "after": asdict(after)}
            signed = {"second_person": vouched.operator_id or "", "second_ground": vouched.ground.value}
            session.audit.record(access, "leaving_rules_saved", [], {**changes, **signed})
        return Outcome(after, frozenset({Topic.CITY_SETTINGS}))


def _refuse_stale(stored: LeavingRules, before: LeavingRules) -> None:
    if stored != before:
        raise KnownProblem(
            "changed_meanwhile",
            "開いている間に、ほかの人がこの決まりを変えました。",
            advice="いまの値を確かめてから、もう一度選んでください。",
        )


def _loosens(before: LeavingRules, after: LeavingRules) -> bool:
    by_more = after.emergency_by_clerk and not before.emergency_by_clerk
    return by_more or bool(looser(before.second, after.second))


def leaving_rules(session: ReadSession) -> LeavingRules:
    """Return the city's choices within a transaction."""
    return LeavingRules(second_person_rule(session), session.fact(FACT_EMERGENCY_BY_CLERK) != "0")


def _same_person(name: str) -> KnownProblem:
    return KnownProblem(
        "same_person",
        "申し出た人が、自分で確かめることはできません。",
        where=name,
        advice="名簿担当の、ほかの操作者に確かめてもらってください。",
    )


def _missing(*, has_names: bool) -> KnownProblem:
    if not has_names:
        return KnownProblem(
            "no_second_person",
            "名前の入ったものを出すには、もう一人の確認が要ります。確かめられる操作者が、ほかにいません。",
            advice="管理者に、「設定」の「操作者と鍵」で名簿の担当を加えてもらってください。",
        )
    return KnownProblem(
        "second_person_missing",
        "名前の入ったものを出すには、もう一人の確認が要ります。",
        advice="名簿の担当のほかの操作者が内容を確かめ、自分の合言葉で署名してください"
        "(コマンドでは --confirmed-by 操作者)。",
    )
