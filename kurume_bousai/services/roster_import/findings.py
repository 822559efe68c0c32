"""名簿と比べてはじめてわかること: a file that reads well and is still the wrong one.

Yesterday's file again, one 校区's file declared whole, a column that slipped by one, an older extract, IDs
of another office. Counted over the rows this operator may know of; messages name no person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from kurume_bousai.domain.addresses import same_house
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.names import fold
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.ports.matching import SourceKey, SourceStatement
from kurume_bousai.services.roster_import.plan import Fate, RosterPlan
from kurume_bousai.services.roster_import.results import (
    FieldChange,
    Finding,
    FindingKind,
    PreviousImport,
    RowKind,
)

#: Fewer people than this say nothing about a whole file.
_ENOUGH: Final = 10
_MOST: Final = 0.5
_NEARLY_ALL: Final = 0.95
_WORDS: Final[Mapping[str, str]] = {
    "name": "氏名", "kana": "フリガナ", "born_on": "生年月日", "sex": "性別", "address": "住所",
    "care_level": "要介護度", "physical_grade": "身障等級", "intellectual_grade": "療育",
    "mental_grade": "精神等級", "household_id": "世帯ID", "district_id": "校区",
}  # fmt: skip
#: What hardly ever changes for most people between two extracts.
_STEADY: Final = (
    "name", "kana", "born_on", "sex", "address", "physical_grade", "intellectual_grade",
    "mental_grade", "household_id", "district_id",
)  # fmt: skip


def findings(
    plan: RosterPlan,
    *,
    sees_protected: bool,
    previous: PreviousImport | None,
    records: Sequence[ImportRecord],
    extracted_on: date | None,
    stated: Mapping[SourceKey, SourceStatement],
    digests: Mapping[SourceKey, str],
) -> tuple[Finding, ...]:
    """What is strange about a file, the gravest first. ``digests``: what each row states now."""
    visible = plan.visible(sees_protected=sees_protected)
    past = [one for one in records if one.source == plan.source and one.undone_at is None]
    found = [
        _older(visible, plan, past, previous, extracted_on, stated, digests),
        _shifted(visible),
        _one_district(visible, plan),
        _other_office(visible, plan),
        _again(visible, previous),
    ]
    return tuple(one for one in found if one is not None)


def _again(visible: Sequence[Fate], previous: PreviousImport | None) -> Finding | None:
    if previous is not None:
        at = in_japan(previous.committed_at)
        return Finding(
            FindingKind.SAME_FILE,
            f"同じ内容のファイルを{format_wareki(at.date())} {at:%H:%M}に取り込んでいます。",
            must_accept=False,
        )
    known = [fate for fate in visible if fate.before is not None and fate.kind is not RowKind.REMOVED]
    same = bool(known) and all(fate.kind is RowKind.UNCHANGED and not fate.is_joined for fate in visible)
    if not same or len(known) < _ENOUGH:
        return None
    return Finding(
        FindingKind.SAME_CONTENT,
        "名簿にある内容とまったく同じです。前のファイルをもう一度選んでいないか、確かめてください。",
        must_accept=False,
    )


def _older(
    visible: Sequence[Fate],
    plan: RosterPlan,
    past: Sequence[ImportRecord],
    previous: PreviousImport | None,
    extracted_on: date | None,
    stated: Mapping[SourceKey, SourceStatement],
    digests: Mapping[SourceKey, str],
) -> Finding | None:
    latest_day = max((one.extracted_on for one in past if one.extracted_on is not None), default=None)
    if extracted_on is not None and latest_day is not None and extracted_on < latest_day:
        return _older_words(
            f"このファイルは{format_wareki(extracted_on)}現在で、"
            f"もう取り込んだ{format_wareki(latest_day)}現在のものより古いものです。"
        )
    if previous is not None and any(
        one.committed_at > previous.committed_at and one.import_id != previous.import_id for one in past
    ):
        return _older_words("このファイルを取り込んだ後に、同じ提供元の別のファイルを取り込んでいます。")
    back = forth = 0
    for fate in visible:
        if fate.row is None or fate.kind is not RowKind.CHANGED:
            continue
        key = (plan.source, fate.row.key)
        kept = stated.get(key)
        if kept is None:
            continue
        went_back = digests.get(key) in kept.earlier
        back, forth = back + went_back, forth + (not went_back)
    if back >= _ENOUGH and back > forth:
        return _older_words("変わる人の多くが、前の内容に戻ります。")
    return None


def _older_words(first: str) -> Finding:
    return Finding(
        FindingKind.OLDER_EXTRACT,
        f"{first}古いファイルで新しい名簿を上書きしないよう、提供元に抽出した日を確かめてください。",
    )


def _shifted(visible: Sequence[Fate]) -> Finding | None:
    """Most people's name, kana, birth … changed at once: a column slipped, or the IDs are others'."""
    known = [
        fate for fate in visible
        if fate.before is not None and fate.kind in (RowKind.CHANGED, RowKind.UNCHANGED)
        and not fate.is_joined
    ]  # fmt: skip
    if len(known) < _ENOUGH:
        return None
    changed: Counter[str] = Counter()
    for fate in known:
        changed.update({one.field_name for one in fate.line.changes if _says_otherwise(one)})
    columns = [_WORDS[name] for name in _STEADY if changed[name] > len(known) * _MOST]
    if not columns:
        return None
    return Finding(
        FindingKind.SHIFTED_COLUMN,
        f"名簿にいる人の半分より多くで、{'・'.join(columns)}が変わります。"
        "列がずれているか、別の提供元のIDかもしれません。列の対応と元のファイルを確かめてください。",
    )


def _says_otherwise(change: FieldChange) -> bool:
    """Another content, not only another way of writing, which an office may change for everybody at once."""
    if not change.before or change.field_name not in _STEADY:
        return False
    if change.field_name == "address":
        return not same_house(change.before, change.after)
    return fold(change.before) != fold(change.after)


def _one_district(visible: Sequence[Fate], plan: RosterPlan) -> Finding | None:
    """Declared whole, but nearly everybody in it lives in one 校区, and people of others would go."""
    removed = [fate for fate in visible if fate.kind is RowKind.REMOVED]
    if not plan.is_whole or len(removed) < _ENOUGH:
        return None
    present = Counter(
        fate.after.district_id for fate in visible if fate.after is not None and fate.after.district_id
    )
    if not present:
        return None
    district, most = present.most_common(1)[0]
    elsewhere = sum(
        fate.before is not None and fate.before.district_id not in (None, district) for fate in removed
    )
    if most < sum(present.values()) * _NEARLY_ALL or elsewhere <= len(removed) * _MOST:
        return None
    return Finding(
        FindingKind.ONE_DISTRICT,
        f"ファイルの人はほとんどが{_name(district)}校区で、ほかの校区の{elsewhere:,}人が消除されます。"
        "一つの校区だけのファイルなら、全件ではなく一部として取り込んでください。",
    )


def _name(district: DistrictId | None) -> str:
    return str(district or "")


def _other_office(visible: Sequence[Fate], plan: RosterPlan) -> Finding | None:
    """A source with people of its own, and hardly one ID of the file is among them."""
    rows = [fate for fate in visible if fate.row is not None and fate.row.key]
    if len(rows) < _ENOUGH or len(plan.links_before) < _ENOUGH:
        return None
    known = sum(fate.row is not None and fate.row.key in plan.links_before for fate in rows)
    if known > len(rows) * (1 - _NEARLY_ALL):
        return None
    return Finding(
        FindingKind.OTHER_OFFICE,
        "この提供元のこれまでのIDが、ファイルにほとんどありません。"
        "別の提供元のファイルか、IDの付け方が変わっていないか、確かめてください。",
        must_accept=plan.is_whole,  # a part may well name new people only
    )
