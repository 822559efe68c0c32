"""Control totals of the source office against what would be on the list (FEATURES A3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter, methodcaller
from typing import Any, Final

from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.members import Need, Reason, RegistrationState, RosterMember, Sex
from kurume_bousai.domain.names import fold
from kurume_bousai.services.districts.names import DistrictNames
from kurume_bousai.services.people.roster_file import ControlTotals
from kurume_bousai.services.roster_import.results import TotalDifference

TOTAL: Final = "総件数"
DISTRICT: Final = "校区"
REGISTRATION: Final = "登録状態"
CONSENT: Final = "名簿同意"
NEED: Final = "支援の必要"
#: Fields an office counts as it writes them: 「要介護度:要介護3」; 「要介護度:なし」 counts the empty ones.
_AS_WRITTEN: Final[Mapping[str, str]] = {
    "要介護度": "care_level", "身障等級": "physical_grade", "療育": "intellectual_grade",
    "精神等級": "mental_grade", "難病": "disease",
}  # fmt: skip
SEX: Final = "性別"
REASON: Final = "事由"
KINDS: Final = (TOTAL, DISTRICT, REGISTRATION, CONSENT, NEED, SEX, REASON, *_AS_WRITTEN)

_REGISTRATION_WORDS: Final = {
    "未案内": RegistrationState.NOT_INVITED,
    "案内済": RegistrationState.INVITED,
    "申込済": RegistrationState.APPLIED,
    "辞退": RegistrationState.DECLINED,
}
_CONSENT_WORDS: Final = {
    "同意": ConsentState.GIVEN,
    "不同意": ConsentState.REFUSED,
    "撤回": ConsentState.WITHDRAWN,
    "未回答": ConsentState.UNANSWERED,
}
_NEED_WORDS: Final = {
    "電源": Need.POWER,
    "車いす": Need.WHEELCHAIR,
    "寝台・ストレッチャー": Need.STRETCHER,
    "個室": Need.PRIVATE_ROOM,
    "常時の介助・見守り": Need.CARE,
    "乳幼児・妊産婦": Need.INFANT,
}
_SEX_WORDS: Final = {"男": Sex.MALE, "女": Sex.FEMALE, "その他": Sex.OTHER, "不明": Sex.UNKNOWN}
_REASON_WORDS: Final = {
    "要介護": Reason.CARE_LEVEL,
    "身体障害者手帳": Reason.PHYSICAL_CERTIFICATE,
    "療育手帳": Reason.INTELLECTUAL_CERTIFICATE,
    "精神障害者保健福祉手帳": Reason.MENTAL_CERTIFICATE,
    "難病": Reason.INTRACTABLE_DISEASE,
    "高齢者のみの世帯": Reason.ELDERLY_HOUSEHOLD,
    "妊産婦・乳幼児": Reason.MATERNAL_INFANT,
    "準じる人": Reason.EQUIVALENT,
}
_WORDS: Final[Mapping[str, Mapping[str, object]]] = {
    SEX: _SEX_WORDS,
    REASON: _REASON_WORDS,
    REGISTRATION: _REGISTRATION_WORDS,
    CONSENT: _CONSENT_WORDS,
    NEED: _NEED_WORDS,
}
_ONE_OF: Final[Mapping[str, Callable[[RosterMember], object]]] = {
    DISTRICT: attrgetter("district_id"),
    REGISTRATION: attrgetter("registration.state"),
    CONSENT: methodcaller("consent_state", ConsentKind.ROSTER),
    SEX: attrgetter("sex"),
}
_SEVERAL_OF: Final[Mapping[str, Callable[[RosterMember], Iterable[object]]]] = {
    NEED: attrgetter("needs"),
    REASON: attrgetter("reasons"),
}
_NO_DISTRICT: Final = "不明"
_NONE: Final = "なし"


def differences(
    expected: ControlTotals, members: Iterable[RosterMember], names: DistrictNames, *, tell_found: bool
) -> tuple[TotalDifference, ...]:
    """Totals that do not agree with ``members``: the people of the file as they would be on the list.

    Rows that are refused or held are not on the list, so a file that lacks one person of the office's
    count is seen here even though its own rows add up.

    Raises
    ------
    KnownProblem
        ``expect_unknown``: a line of the totals that cannot be counted.
    """
    found = _count(tuple(members))
    gaps = []
    for (kind, item), number in expected.totals.items():
        key = (kind, _item_key(kind, item, names))
        if found[key] != number:
            gaps.append(TotalDifference(kind, item, number, found[key] if tell_found else None))
    return tuple(gaps)


def _count(members: Sequence[RosterMember]) -> Counter[tuple[str, object]]:
    """Everything an office could count, field by field: a field has few values and thousands of people."""
    found: Counter[tuple[str, object]] = Counter({(TOTAL, ""): len(members)})
    for kind, value_of in _ONE_OF.items():
        found.update(_named(kind, Counter(map(value_of, members))))
    for kind, values_of in _SEVERAL_OF.items():
        found.update(_named(kind, Counter(chain.from_iterable(map(values_of, members)))))
    for kind, name in _AS_WRITTEN.items():
        for written, number in Counter(map(attrgetter(name), members)).items():
            found[kind, fold(written) or fold(_NONE)] += number
    return found


def _named(kind: str, counted: Counter[Any]) -> dict[tuple[str, object], int]:
    return {(kind, value): number for value, number in counted.items()}


def _item_key(kind: str, item: str, names: DistrictNames) -> object:
    if kind == TOTAL and not item:
        return ""
    if kind == DISTRICT:
        if fold(item) == fold(_NO_DISTRICT):
            return None
        district_id = names.find(item)
        if district_id is not None:
            return district_id
    elif kind in _AS_WRITTEN and item:
        return fold(item)
    elif kind in _WORDS and item in _WORDS[kind]:
        return _WORDS[kind][item]
    raise KnownProblem(
        "expect_unknown",
        f"照合用の件数の「{kind}:{item}」は数えられません。",
        advice="区分は、総件数、校区:津福、登録状態:申込済、名簿同意:同意、支援の必要:電源、要介護度:要介護3、"
        "身障等級:1級、事由:要介護、性別:女 の形で書きます。",
    )
