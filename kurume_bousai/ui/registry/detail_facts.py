"""一人の記録のことば: the facts and the one-line answer of every card of the detail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from kurume_bousai.domain.consents import (
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
)
from kurume_bousai.domain.hazard_readings import HazardSource, StoredReading
from kurume_bousai.domain.members import DistrictMethod, Reason, RosterMember
from kurume_bousai.domain.names import unusual_characters
from kurume_bousai.domain.plans import DestinationKind, PlanState
from kurume_bousai.domain.screening import CLASS_PLACES, ScreeningClass
from kurume_bousai.domain.statutory import missing_items
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.places.home_placing import HomeView
from kurume_bousai.services.roster.register import PersonFile, Relative
from kurume_bousai.ui.registry.detail_words import detail_text
from kurume_bousai.ui.registry.hazard_words import hazard_facts
from kurume_bousai.ui.registry.place_words import district_words, home_words
from kurume_bousai.ui.registry.words import (
    NOTHING,
    UNKNOWN,
    address_words,
    birth_words,
    day_words,
    flood_words,
    plan_words,
    short_day,
)

Facts = Sequence[tuple[str, str]]
#: Shows a personal text, or what stands for it while names are hidden.
Shown = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CardWords:
    """札のことば: the answer on the line, and the facts inside."""

    answer: str = field(repr=False)
    facts: Facts = field(repr=False)


def person_facts(member: RosterMember, today: date, *, hidden: bool, shown: Shown) -> Facts:
    """本人."""
    grades = (
        ("要介護度", member.care_level), ("身障等級", member.physical_grade),
        ("療育", member.intellectual_grade), ("精神等級", member.mental_grade), ("難病", member.disease),
    )  # fmt: skip
    return [
        ("生まれ", birth_words(member, today, hidden=hidden)),
        ("性別", word_of(member.sex)),
        ("住所", address_words(member, hidden=hidden)),
        ("電話", shown(member.phone) or NOTHING),
        ("校区", f"{member.district_id or UNKNOWN} {member.neighborhood}".strip()),
        ("事由", "、".join(word_of(reason) for reason in Reason if reason in member.reasons)),
        *grades,
    ]


def name_words(member: RosterMember) -> str:
    """The way of writing used in place of characters that another computer may not show, or a warning."""
    details = member.details
    if details.display_name or details.display_kana:
        return f"表示: {' '.join(part for part in (details.display_name, details.display_kana) if part)}"
    unusual = unusual_characters(f"{member.name}{member.kana}{member.address}{member.building}")
    return "外字か異体字が入っています。ほかのコンピューターでは出ないことがあります。" if unusual else ""


def statutory_words(member: RosterMember) -> str:
    """法定項目の充足 (災対法49条の10②): what is still missing."""
    lacking = "、".join(word_of(item) for item in missing_items(member))
    if lacking:
        return f"法律で決まった項目で、まだないもの: {lacking}"
    return "法律で決まった項目は、すべて入っています。"


def house_card(
    member: RosterMember,
    view: HomeView | None = None,
    hazards: Sequence[StoredReading] = (),
    sources: Sequence[HazardSource] = (),
) -> CardWords:
    """家・危険. ``view`` = how the place and the 校区 were decided, as soon as it is read.

    ``hazards``: what the layers say, question by question; 区域外 and データなし stay apart; ``sources``:
    which layers those are.
    """
    flood = flood_words(member.flood_rank)
    spoken = "想定区域の外" if flood == NOTHING else flood
    known = "位置があります" if member.home else "位置がありません"
    method = "" if member.district_method is DistrictMethod.UNKNOWN else word_of(member.district_method)
    answer = "・".join(part for part in (f"浸水 {spoken}", member.home_story) if part)
    read = hazard_facts(member, hazards, sources)
    details = member.details
    facts = [
        *(read or _kept_rank(member, flood)),
        ("家の階", member.home_story or UNKNOWN),
        ("在宅・入所", word_of(details.residence)),
        ("いる部屋", details.usual_room),
        ("寝室", details.bedroom),
        ("つくり", " ".join(part for part in (details.house_structure, details.built_year) if part)),
        ("地図", known if view is None else home_words(member, view)),
        ("校区は", method if view is None else district_words(member, view)),
    ]
    return CardWords(answer, facts)


def _kept_rank(member: RosterMember, flood: str) -> Facts:
    """What stands in the record where no layer was read at this home."""
    words = "想定区域の外（安全という意味ではありません）" if flood == NOTHING else flood
    if member.flood_rank is None:
        return [("浸水", words)]
    return [("浸水", words), ("出典", "取り込んだ図から読んだ値ではなく、記録に入っていた値です")]


def plan_card(person: PersonFile) -> CardWords:
    """計画."""
    plan = person.plan
    if plan is None or plan.state is PlanState.NONE:
        return CardWords("なし", [("状態", "まだありません")])
    _mark, words = plan_words(plan.state.value)
    made = f"（{short_day(plan.made_on)}）" if plan.made_on else ""
    undecided = plan.destination_kind is DestinationKind.UNDECIDED
    place = f"{person.destination}（{word_of(plan.destination_kind)}）" if person.destination else ""
    facts = [
        ("状態", word_of(plan.state)),
        ("行先", "未定" if undecided else place or word_of(plan.destination_kind)),
        ("手段", word_of(plan.travel_mode) if plan.travel_mode else "未定"),
        ("出る時", f"警戒レベル{plan.leave_at_level}"),
        ("作成日", day_words(plan.made_on)),
        ("見直し", day_words(plan.review_on)),
        ("訓練", day_words(plan.rehearsed_on)),
    ]
    return CardWords(f"{words}{made}", facts)


def screening_card(member: RosterMember) -> CardWords:
    """ふりわけ: the 区分 of the latest screening, and where it points to."""
    if member.screening_class is None:
        return CardWords("まだ", [("区分", "まだ記録がありません")])
    kind = ScreeningClass(member.screening_class)
    facts = [("区分", f"{kind.value}　{word_of(kind)}"), ("目安", CLASS_PLACES[kind])]
    return CardWords(f"区分{kind.value}", facts)


def family_card(member: RosterMember, shown: Shown, relatives: Sequence[Relative] = ()) -> CardWords:
    """家族・連絡先. ``relatives``: those of the family who are on the list too, as far as one may know."""
    details, known = member.details, {one.member_id: one for one in relatives}
    facts = [
        ("家族", shown(detail_text(details, "household", known))),
        ("連絡先", shown(detail_text(details, "contacts", known))),
        ("日中", detail_text(details, "is_alone_by_day", known)),
        ("同居", shown(f"本人を入れて{member.household_size}人")),
        ("同行", shown(f"{member.companion_count}人")),
        ("電話1", shown(member.phone)),
        ("電話2", shown(member.phone_second)),
        ("メール・FAX", shown(member.mail_or_fax)),
        ("郵便番号", shown(member.postal_code)),
        ("知らせ方", member.information_means),
        ("民生委員", shown(member.commissioner)),
        ("備考", shown(member.note)),
    ]
    return CardWords(shown(f"同居 {member.household_size}人"), facts)


def consent_card(member: RosterMember, shown: Shown = str) -> CardWords:
    """同意と提供: the answer of each kind, who gave it and how, and after which explanation."""
    roster = member.consent(ConsentKind.ROSTER)
    answer = f"{word_of(roster.state)} {short_day(roster.decided_on)}".strip()
    facts: list[tuple[str, str]] = []
    for kind in ConsentKind:
        consent = member.consent(kind)
        day = f" {day_words(consent.decided_on)}" if consent.decided_on else ""
        parts = [f"{word_of(consent.state)}{day}"]
        if consent.explained_on:
            explained = f"説明 {day_words(consent.explained_on)}"
            parts.append(f"{explained} {shown(consent.explained_by)}" if consent.explained_by else explained)
        if consent.covers is not None:
            parts.append(f"相手 {'、'.join(word_of(body) for body in sorted(consent.covers))}")
        facts.append((word_of(kind), "\n".join(parts)))
        if consent.state is not ConsentState.UNANSWERED:
            facts.append(("答えた人", giver_words(consent, shown)))
        for one in consent.exceptions:
            day = short_day(one.decided_on)
            facts.append(("渡さない団体", f"{word_of(one.body)} {word_of(one.state)} {day}".strip()))
        if consent.correction:
            facts.append(("入力の直し", shown(consent.correction)))
    applied = member.registration
    facts.append(("申込", f"{word_of(applied.state)} {short_day(applied.registered_on)}".strip()))
    return CardWords(answer, facts)


def giver_words(consent: Consent, shown: Shown = str) -> str:
    """本人　書面; 代理(長女)　電話; 不明 where an older file did not say."""
    giver = word_of(consent.given_by)
    if consent.given_by is ConsentGiver.AGENT and consent.relation:
        giver = f"{giver}({shown(consent.relation)})"
    method = "" if consent.method is ConsentMethod.UNKNOWN else word_of(consent.method)
    return "　".join(part for part in (giver, method) if part)
