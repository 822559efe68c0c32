"""くわしい記録の札: dated reasons, what to mind, how to tell, what the body needs. In the record only."""

from __future__ import annotations

from collections.abc import Sequence

from kurume_bousai.domain.members import RosterMember
from kurume_bousai.labels import DETAIL_WORDS
from kurume_bousai.services.matching.sources import FieldSource
from kurume_bousai.ui.registry.detail_facts import CardWords, Shown
from kurume_bousai.ui.registry.detail_words import NAMING_DETAILS, detail_text
from kurume_bousai.ui.registry.words import FIELD_WORDS

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


#: Fields whose own words may be read out; the others are codes of the program.
_READ_OUT = frozenset(
    {
        "name", "kana", "address", "building", "postal_code", "phone", "phone_second", "mail_or_fax",
        "neighborhood", "commissioner", "care_level", "physical_grade", "intellectual_grade", "mental_grade",
        "disease", "information_means", "note",
    }
)  # fmt: skip


def source_facts(sources: Sequence[FieldSource], shown: Shown) -> list[tuple[str, str]]:
    """提供元の記載: whose word each field follows, and who says something else."""
    facts = []
    for one in sources:
        lines = [f"{one.followed}のとおり" if one.followed else "職員が入れた内容"]
        for source, text in one.stated:
            if source not in one.followed.split("、"):
                told = shown(text) if one.field_name in _READ_OUT else "別の内容"
                lines.append(f"{source}: {told}")
        facts.append((FIELD_WORDS.get(one.field_name, one.field_name), "\n".join(lines)))
    return facts or [("記載", "どの提供元のファイルにも、まだ載っていません。")]
