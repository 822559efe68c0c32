"""渡す先の台帳: who may be handed a list, kept in order; and the rules per kind of body (⚙)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import HELD_STATES, CopyEvent, CopyEventKind, HandedCopy, check_event
from kurume_bousai.domain.ids import new_id
from kurume_bousai.domain.json_values import flag, text, whole
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.recipients import PartnerId, SupportPartner, check_partner
from kurume_bousai.domain.roster_columns import DEFAULT_RULES, BodyRule, RosterColumn, check_rule
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.hand_outs import PartnerVersion
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession

#: The city's rules per kind of body: JSON, only what differs from the defaults.
FACT_BODY_RULES: Final = "hand_out_rules:1"
_TOPICS: Final = frozenset({Topic.PARTNERS})


def body_rules(session: ReadSession) -> dict[Body, BodyRule]:
    """Return the rule of every body that may receive a list.

    Raises
    ------
    KnownProblem
        ``body_rules_unreadable``: never answered with a default in silence.
    """
    kept = _kept_rules(session)
    try:
        return {body: _rule_from(rule, kept.get(body.value)) for body, rule in DEFAULT_RULES.items()}
    except (TypeError, ValueError, KeyError) as error:
        raise _unreadable() from error


class RecipientService:
    """渡す先の用件 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def access(self) -> Access:
        """Who asks."""
        return self._database.access

    @property
    def today(self) -> date:
        """Today by the clock."""
        return self._clock.now().date()

    def all(self) -> list[SupportPartner]:
        """Every recipient, ended ones too."""
        with self._database.reading() as session:
            return session.partners.all(self.access)

    def get(self, partner_id: PartnerId) -> SupportPartner:
        """One; raises ``partner_unknown``."""
        with self._database.reading() as session:
            return find_partner(session, self.access, partner_id)

    def named(self, words: str) -> SupportPartner:
        """One by its id or, where only one is called so, its name.

        Raises
        ------
        KnownProblem
            ``partner_unknown``, ``partner_ambiguous``.
        """
        found = [one for one in self.all() if one.partner_id == words]
        found = found or [one for one in self.all() if fold(one.name) == fold(words)]
        if len(found) > 1:
            raise KnownProblem(
                "partner_ambiguous",
                "同じ名前の渡す先が、いくつかあります。",
                where=words,
                advice="recipients list で番号(ID)を確かめて、IDで指定してください。",
            )
        if not found:
            raise partner_unknown(words)
        return found[0]

    def history(self, partner_id: PartnerId) -> list[PartnerVersion]:
        """The saved states, newest first."""
        with self._database.reading() as session:
            return session.partners.versions(self.access, partner_id)[::-1]

    def blank(self, body: Body) -> SupportPartner:
        """A new recipient before anything is typed; nothing is stored."""
        return SupportPartner(PartnerId(new_id()[:8]), body, "")

    def save(self, partner: SupportPartner) -> Outcome[SupportPartner]:
        """Store a new or changed recipient.

        Raises
        ------
        KnownProblem
            ``no_right``, those of ``check_partner``, ``partner_district_unknown``, ``partner_twice``,
            ``changed_meanwhile``, and ``holder_changed`` where another 責任者 was typed: that is
            ``change_responsible``, because copies are out.
        """
        self.access.require(Right.PRINT_NAMED)
        check_partner(partner)
        with self._database.writing() as session:
            self._check_against_others(session, partner)
            before = session.partners.get(self.access, partner.partner_id)
            if before is not None and before.responsible != partner.responsible and before.responsible:
                self._refuse_silent_change(session, partner)
            saved = session.partners.save(self.access, partner)
        return Outcome(saved, _TOPICS)

    def end(self, partner_id: PartnerId, on: date) -> Outcome[list[HandedCopy]]:
        """End a recipient; every copy it still has is called back. Returns those copies."""
        self.access.require(Right.PRINT_NAMED)
        with self._database.writing() as session:
            partner = find_partner(session, self.access, partner_id)
            session.partners.save(self.access, replace(partner, ended_on=on))
            held = held_by(session, self.access, partner_id)
            for copy in held:
                self._note(session, copy, CopyEventKind.RECALLED, on, note="渡す先が終わったため")
        return Outcome(held, _TOPICS | {Topic.LEDGER})

    def change_responsible(
        self, partner_id: PartnerId, name: str, on: date, *, hands_over: Mapping[str, bool]
    ) -> Outcome[SupportPartner]:
        """責任者の交代: every copy that is out is handed over to the new one, or called back.

        ``hands_over``: per copy number, True = handed over, False = called back. All copies that are out
        must be in it: a copy nobody speaks of is how lists were lost (FEATURES X3).

        Raises
        ------
        KnownProblem
            ``no_right``, ``partner_unknown``, ``holder_name``, ``holder_copies`` and
            those of ``check_event``.
        """
        self.access.require(Right.PRINT_NAMED)
        if not name.strip():
            raise KnownProblem(
                "holder_name", "新しい責任者の名前が入っていません。", advice="名前を入れてください。"
            )
        with self._database.writing() as session:
            partner = find_partner(session, self.access, partner_id)
            held = held_by(session, self.access, partner_id)
            if {copy.copy_number for copy in held} != set(hands_over):
                raise KnownProblem(
                    "holder_copies",
                    "持っている写しのすべてについて、引き継ぐか回収するかを決めてください。",
                    where="、".join(copy.copy_number for copy in held),
                    advice="写しを一部ずつ確かめてください。",
                )
            for copy in held:
                kind = CopyEventKind.HANDED_OVER if hands_over[copy.copy_number] else CopyEventKind.RECALLED
                holder = name.strip() if kind is CopyEventKind.HANDED_OVER else ""
                self._note(session, copy, kind, on, holder=holder, note="責任者の交代")
            saved = session.partners.save(self.access, partner.under(name, on))
        return Outcome(saved, _TOPICS | {Topic.LEDGER})

    # -- rules ---------------------------------------------------------------------------------

    def rules(self) -> dict[Body, BodyRule]:
        """The rule of every body; raises ``body_rules_unreadable``."""
        with self._database.reading() as session:
            return body_rules(session)

    @property
    def may_change_rules(self) -> bool:
        """True for a clerk and an administrator."""
        return self.access.has(Right.KEEP_CITY_RULES)

    def set_rule(self, body: Body, rule: BodyRule, *, shown: BodyRule | None = None) -> Outcome[BodyRule]:
        """Keep another rule for a body, audited with the old and the new one.

        A rule that equals the default is kept as none: a later program may better the default. ``shown``:
        the rule a person saw when they decided.

        Raises
        ------
        KnownProblem
            ``no_right``, those of ``check_rule``, ``changed_meanwhile`` where ``shown`` is not what stands.
        """
        self.access.require(Right.KEEP_CITY_RULES)
        check_rule(body, rule)
        with self._database.writing() as session:
            before = body_rules(session)[body]
            if shown is not None and before != shown:
                raise KnownProblem(
                    "changed_meanwhile",
                    "開いている間に、ほかの人がこの決まりを変えました。",
                    advice="いまの決まりを確かめてから、もう一度直してください。",
                )
            if rule == before:
                return Outcome(rule)
            kept = {name: one for name, one in _kept_rules(session).items() if name != body.value}
            if rule != DEFAULT_RULES[body]:
                kept[body.value] = _rule_to(rule)
            session.set_fact(FACT_BODY_RULES, json.dumps(kept, ensure_ascii=False, sort_keys=True))
            session.audit.record(
                self.access,
                "body_rule_saved",
                [body.value],
                {"before": _rule_to(before), "after": _rule_to(rule)},
            )
        return Outcome(rule, _TOPICS)

    def reset_rule(self, body: Body, *, shown: BodyRule | None = None) -> Outcome[BodyRule]:
        """元に戻す: the rule the program began with; raises as ``set_rule``."""
        return self.set_rule(body, DEFAULT_RULES[body], shown=shown)

    # -- inside --------------------------------------------------------------------------------

    def _check_against_others(self, session: ReadSession, partner: SupportPartner) -> None:
        known = {district.district_id for district in session.districts.all()}
        if partner.district_id is not None and partner.district_id not in known:
            raise KnownProblem(
                "partner_district_unknown",
                "その名前の校区はありません。",
                where=f"{partner.district_id}校区",
                advice="校区の名前を確かめてください。",
            )
        for other in session.partners.all(self.access):
            is_same = other.body is partner.body and fold(other.name) == fold(partner.name)
            if is_same and other.partner_id != partner.partner_id and other.ended_on is None:
                raise KnownProblem(
                    "partner_twice",
                    "同じ名前の渡す先が、もうあります。",
                    where=partner.name,
                    advice="いまある渡す先を直すか、名前を変えてください。",
                )

    def _refuse_silent_change(self, session: ReadSession, partner: SupportPartner) -> None:
        if held_by(session, self.access, partner.partner_id):
            raise KnownProblem(
                "holder_changed",
                "この渡す先は、いま写しを持っています。責任者だけを書きかえることはできません。",
                where=partner.name,
                advice="「責任者の交代」で、写しを引き継ぐか回収するかを決めてください。",
            )

    def _note(
        self,
        session: WriteSession,
        copy: HandedCopy,
        kind: CopyEventKind,
        on: date,
        *,
        holder: str = "",
        note: str = "",
    ) -> None:
        event = CopyEvent(
            new_id(), copy.copy_number, kind, on, self._clock.now(), self.access.name, holder, note
        )
        check_event(copy, event, self.today)
        session.hand_outs.add_event(self.access, event)


def find_partner(session: ReadSession, access: Access, partner_id: PartnerId) -> SupportPartner:
    """Return one recipient; raises ``partner_unknown``."""
    found = session.partners.get(access, partner_id)
    if found is None:
        raise partner_unknown(partner_id)
    return found


def partner_unknown(words: str) -> KnownProblem:
    """The problem of a recipient that is not in the master."""
    return KnownProblem(
        "partner_unknown",
        "その渡す先は、台帳にありません。",
        where=words,
        advice="「渡す先の台帳」に加えてから、名簿を渡してください。",
    )


def held_by(session: ReadSession, access: Access, partner_id: PartnerId) -> list[HandedCopy]:
    """Return the copies a recipient should still have, the latest first."""
    return [
        copy
        for copy in session.hand_outs.copies(access)
        if copy.partner_id == partner_id and copy.state in HELD_STATES
    ]


def _kept_rules(session: ReadSession) -> dict[str, Any]:
    content = session.fact(FACT_BODY_RULES)
    try:
        found = json.loads(content) if content else {}
    except ValueError as error:
        raise _unreadable() from error
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _rule_to(rule: BodyRule) -> dict[str, Any]:
    return {
        "columns": sorted(column.value for column in rule.columns),
        "needs_agreement": rule.needs_agreement,
        "needs_training": rule.needs_training,
        "valid_days": rule.valid_days,
        "health_reason": rule.health_reason,
    }


def _rule_from(default: BodyRule, kept: Mapping[str, Any] | None) -> BodyRule:
    if kept is None:
        return default
    return BodyRule(
        frozenset(RosterColumn(text(name)) for name in kept["columns"]),
        flag(kept["needs_agreement"]),
        flag(kept["needs_training"]),
        whole(kept["valid_days"]),
        text(kept["health_reason"]),
    )


def _unreadable() -> KnownProblem:
    return KnownProblem(
        "body_rules_unreadable",
        "渡す名簿の決まり(列・協定・期限)が読めません。",
        where="渡す先の台帳",
        advice="新しい版のソフトで保存したファイルかもしれません。ソフトを新しくしてください。",
    )
