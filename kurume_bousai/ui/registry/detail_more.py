"""くわしい記録の札: dated reasons, what to mind, how to tell, what the body needs. In the record only."""

from __future__ import annotations

from kurume_bousai.domain.members import RosterMember
from kurume_bousai.labels import DETAIL_WORDS
from kurume_bousai.ui.registry.detail_facts import CardWords, Shown
from kurume_bousai.ui.registry.detail_words import NAMING_DETAILS, detail_text

_NONE = "まだ"


def reasons_card(member: RosterMember) -> CardWords:
    """事由の記録."""
    records = member.details.reason_records
    answer = f"{len(records)}件" if records else _NONE
    return _card(member, ("reason_records", "support_class", "disability"), answer)


def care_card(member: RosterMember) -> CardWords:
    """配慮・医療機器."""
    details = member.details
    known = (details.devices, details.considerations)
    count = sum(len(one) for one in known)
    names = ("considerations", "consideration_note", "devices", "mobility", "helpers_needed")
    return _card(member, names, f"{count}つ" if count else detail_text(details, "mobility", {}) or _NONE)


def telling_card(member: RosterMember) -> CardWords:
    """伝え方・知らせ方."""
    details = member.details
    made = _card(
        member,
        ("communication", "communication_note", "delivery", "language"),
        detail_text(details, "communication", {}).split("、")[0] or member.information_means or _NONE,
    )
    return CardWords(made.answer, [*made.facts, ("知らせ方", member.information_means)])


def body_card(member: RosterMember, shown: Shown) -> CardWords:
    """医療・持出品. Who cares for the person is hidden with the names."""
    names = ("allergies", "medicine", "clinic", "care_manager", "services_used", "belongings", "pets")
    known = sum(bool(getattr(member.details, name)) for name in names)
    made = _card(member, names, f"{known}つ" if known else _NONE)
    facts = [
        (caption, shown(value) if value and name in NAMING_DETAILS else value)
        for name, (caption, value) in zip(names, made.facts, strict=True)
    ]
    return CardWords(made.answer, facts)


def _card(member: RosterMember, names: tuple[str, ...], answer: str) -> CardWords:
    facts = [(DETAIL_WORDS[name], detail_text(member.details, name, {})) for name in names]
    return CardWords(answer, facts)
