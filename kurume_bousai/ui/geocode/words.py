"""住所から位置を決める画面のことば. Addresses never enter what is logged: these are for the window only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.gazetteer import (
    GazetteerSource,
    GeocodeMatch,
    GeocodeReason,
    PlaceLevel,
)
from kurume_bousai.domain.home_places import HomeDoubt, HomeStanding
from kurume_bousai.domain.members import DistrictMethod, RosterMember
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.places.geocoding_batch import BatchOptions, BatchResult
from kurume_bousai.services.places.home_placing import Candidate, PlacingState, WorkItem
from kurume_bousai.ui.registry.place_words import ROUGH_M

#: The three ways to run the batch, each in whole sentences: options, choice, what it means.
CHOICES: Final = (
    (
        BatchOptions(),
        "番地まで見つかった人だけを置く",
        "番地が辞書にない人は置きません。あとで一人ずつ決めます。",
    ),
    (
        BatchOptions(rough=True),
        "番地がわからない人も、町字の中ほどに置く",
        (
            f"町字の中ほどは、実際の家から中央値で{ROUGH_M}mずれます。"
            "地図では「おおよそ」の印になり、校区は決めません。"
        ),
    ),
    (
        BatchOptions(rough=True, rough_districts=True),
        "町字の中ほどに置き、校区もそこから決める",
        (
            f"{ROUGH_M}mずれた位置から校区を決めるので、となりの校区になる人がいます。"
            "校区が書かれている人の校区は変えません。"
        ),
    ),
)
_DOUBT_SENTENCES: Final = {
    HomeDoubt.ADDRESS_CHANGED: (
        "位置を決めた後に、住所が変わりました。前の位置のままでよいか確かめてください。"
    ),
    HomeDoubt.DISTRICT_DIFFERS: (
        "名簿の校区と、位置のある校区が合いません。住所、位置、校区のどれが違うか確かめてください。"
    ),
    HomeDoubt.BENT: "住所の字(小字など)が辞書にないので、番地だけで見つけました。別の場所かもしれません。",
    HomeDoubt.ROUGH: f"町字の中ほどに置いています。実際の家から中央値で{ROUGH_M}mずれます。",
    HomeDoubt.UNDECIDED: "「この住所では決められない」としてあります。住所が変わると、また出てきます。",
}


def state_sentence(state: PlacingState) -> str:
    """How many homes are placed and how many are not."""
    if not state.people:
        return "名簿に、まだだれもいません。"
    if not state.waiting:
        return f"{state.people:,}人のうち、{state.placed:,}人の位置が決まっています。"
    return (
        f"{state.people:,}人のうち、{state.placed:,}人の位置が決まっています。"
        f"{state.waiting:,}人は、まだ決まっていません。"
    )


def standing_facts(state: PlacingState) -> list[tuple[str, str]]:
    """People by how exactly their home is known."""
    return [
        (word_of(standing), f"{state.standings.get(standing, 0):,}人")
        for standing in HomeStanding
        if state.standings.get(standing, 0) or standing is HomeStanding.UNPLACED
    ]


def method_facts(state: PlacingState) -> list[tuple[str, str]]:
    """People by how their 校区 was decided."""
    return [(word_of(method), f"{state.methods.get(method, 0):,}人") for method in DistrictMethod]


def source_lines(sources: Sequence[GazetteerSource]) -> str:
    """The dictionaries, one a line; what to do where there is none."""
    if not sources:
        return (
            "住所辞書が、まだ入っていません。「地図データ」の画面で、位置参照情報などを取り込んでください。"
            "辞書がなくても、地図に手で置くことはできます。"
        )
    return "\n".join(
        f"{word_of(source.kind)} {source.edition}版 {source.points:,}件"
        f"({format_wareki(in_japan(source.imported_at).date())}に取込)"
        for source in sources
    )


def hazard_words(state: PlacingState) -> str:
    """Whether the hazards of moved homes will be read with it."""
    if state.hazard_layers:
        return "位置が動いた人の浸水などの読み取りも、続けて新しくします。"
    return "浸水などの地図がまだ入っていないので、位置が動いた人の浸水は「不明」になります。"


def batch_sentence(result: BatchResult) -> str:
    """The headline of the preview or of the result."""
    if result.is_committed:
        return f"{result.placed:,}人の位置を決めました。"
    if not result.placed and not result.cleared:
        return "新しく位置が決まる人はいません。"
    return f"{result.placed:,}人の位置が決まります。まだ書き込んでいません。"


def batch_facts(result: BatchResult) -> list[tuple[str, str]]:
    """Everybody, then what became of them; the rest adds up to the first."""
    facts = [
        ("全員", result.people),
        ("新しく決まる", result.placed),
        ("前と同じ", result.unchanged),
        ("見つからない", len(result.unplaced)),
        ("手で置いた", result.kept_by_hand),
        ("ファイルの位置", result.kept_from_file),
        ("決められない", result.set_aside),
    ]
    return [(words, f"{count:,}人") for words, count in facts]


def batch_levels(result: BatchResult) -> list[tuple[str, str]]:
    """What was found, by level."""
    return [
        (word_of(level), f"{result.levels.get(level, 0):,}人")
        for level in PlaceLevel
        if level is not PlaceLevel.MANUAL
    ]


def batch_reasons(result: BatchResult) -> list[tuple[str, str]]:
    """Why people are not placed, the commonest first."""
    ranked = sorted(result.reasons.items(), key=lambda item: -item[1])
    return [(f"{count:,}人", f"{word_of(reason)}。") for reason, count in ranked]


def batch_notes(result: BatchResult) -> list[str]:
    """What else is to be known, in whole sentences."""
    notes = []
    if result.cleared:
        notes.append(f"住所が変わって見つからなくなった{result.cleared:,}人の位置を外します。")
    if result.pins_to_check:
        notes.append(
            f"手で位置を決めた後に住所が変わった人が{len(result.pins_to_check):,}人います。"
            "動かさずに、確かめる一覧に出します。"
        )
    if result.differing:
        notes.append(
            f"名簿の校区と位置の校区が合わない人が{len(result.differing):,}人います。校区は変えません。"
        )
    if result.districts_given:
        notes.append(f"{result.districts_given:,}人の校区が、位置から決まります。")
    if result.is_committed:
        notes.append(
            f"位置が動いた{result.hazards_read:,}人の浸水などを読み直しました。"
            if result.hazards_read
            else "浸水などの地図がないので、位置が動いた人の浸水は「不明」です。"
        )
    return notes


def reason_words(item: WorkItem) -> str:
    """Why a person is on the worklist, short."""
    if item.doubt is HomeDoubt.UNPLACED and item.reason is not None:
        return _SHORT_REASONS[item.reason]
    return word_of(item.doubt)


_SHORT_REASONS: Final = {
    GeocodeReason.FOUND: "番地まで見つかる",
    GeocodeReason.ADDRESS_EMPTY: "住所がない",
    GeocodeReason.DICTIONARY_EMPTY: "辞書がない",
    GeocodeReason.ELSEWHERE: "市外の住所か",
    GeocodeReason.TOWN_UNKNOWN: "町字が辞書にない",
    GeocodeReason.AMBIGUOUS: "同じ番地が複数",
    GeocodeReason.NUMBER_MISSING: "番地が書いてない",
    GeocodeReason.NUMBER_UNKNOWN: "番地が辞書にない",
}


def doubt_sentence(doubt: HomeDoubt | None, reason: GeocodeReason) -> str:
    """Why to look at this person's place, in a whole sentence."""
    if doubt is not None and doubt is not HomeDoubt.UNPLACED:
        return _DOUBT_SENTENCES[doubt]
    if doubt is HomeDoubt.UNPLACED and reason is GeocodeReason.FOUND:
        return "番地まで見つかりました。まだ、この位置に決めていません。"
    if doubt is None:
        return "この人の位置は決まっています。違っていれば、地図で置き直せます。"
    return f"{word_of(reason)}。"


def candidate_words(
    number: int, candidate: Candidate, member: RosterMember, *, hidden: bool
) -> tuple[str, str]:
    """The line of a candidate and its small line: which place, how sure, which 校区."""
    match = candidate.match
    if candidate.is_present:
        how = f"{number}　いまの位置"
    elif candidate.is_old_pin:
        how = f"{number}　前の住所のときに手で置いた位置"
    else:
        # The dictionary's words hold the number of the house as much as the address does.
        how = f"{number}　辞書の候補" if hidden else f"{number}　{match.matched}"
    left = "" if hidden or not match.left_over else f"使わなかった字「{match.left_over}」"
    parts = (*_sureness(match), _candidate_district(candidate, member), left)
    return how, "　".join(part for part in parts if part)


def _sureness(match: GeocodeMatch) -> tuple[str, str]:
    if match.level is PlaceLevel.MANUAL:
        return ("手で置いた位置", "") if match.confidence else ("ファイルの位置", "細かさは不明")
    return word_of(match.level), f"確からしさ {round(match.confidence * 100)}%"


def _candidate_district(candidate: Candidate, member: RosterMember) -> str:
    if candidate.district_id is None:
        return "どの校区の区域の中でもありません"
    if member.district_method is DistrictMethod.STATED and member.district_id != candidate.district_id:
        return f"{candidate.district_id}校区(名簿の校区と違います)"
    return f"{candidate.district_id}校区"
