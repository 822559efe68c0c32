"""くわしい記録のことば: every field of ``PersonDetails`` as a person reads it, one text a field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Final, TypeVar

from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.person_details import (
    CommunicationMeans,
    Consideration,
    Contact,
    DeliveryMeans,
    HouseholdPerson,
    MedicalDevice,
    Mobility,
    PersonDetails,
    ReasonRecord,
    Residence,
)
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster.register import Relative
from kurume_bousai.ui.registry.words import number_words

E = TypeVar("E", bound=Enum)

#: Details that the room must not read while names are hidden (UI.md principle 8): who is who, and where.
NAMING_DETAILS: Final = frozenset(
    {
        "display_name", "display_kana", "contacts", "household", "care_manager", "clinic", "services_used",
        "usual_room", "bedroom",
    }
)  # fmt: skip
#: How somebody of the list is called whose name the operator may not know, or not now.
_SOMEBODY: Final = "名簿の人"
_ALONE: Final = {True: "日中は一人", False: "日中もだれかいる", None: ""}


def detail_text(details: PersonDetails, name: str, relatives: Mapping[MemberId, Relative]) -> str:
    """One field as a text; empty where nothing is known."""
    if name == "household":
        return "\n".join(family_words(one, relatives) for one in details.household)
    if name in _SETS:
        return in_order(_SETS[name], getattr(details, name))
    if name in _TEXTS:
        return _TEXTS[name](details)
    return str(getattr(details, name))


def in_order(kind: type[E], values: Iterable[E]) -> str:
    """Words of a set in the order of its kind."""
    held = set(values)
    return "、".join(word_of(value) for value in kind if value in held)


def reason_words(record: ReasonRecord) -> str:
    """要介護　要介護3　R5.4.1から　介護保険課."""
    period = ""
    if record.since or record.until:
        since = f"{format_wareki_short(record.since)}から" if record.since else ""
        until = f"{format_wareki_short(record.until)}まで" if record.until else ""
        period = f"{since}{until}"
    return "　".join(part for part in (word_of(record.reason), record.detail, period, record.source) if part)


def contact_words(place: int, contact: Contact) -> str:
    """1 架空 次郎(長男)　0942-00-0002　住所."""
    kinship = f"({contact.kinship})" if contact.kinship else ""
    parts = (f"{place}　{contact.name}{kinship}", contact.phone, contact.address, contact.note)
    return "　".join(part for part in parts if part)


def family_words(person: HouseholdPerson, relatives: Mapping[MemberId, Relative]) -> str:
    """妻　架空 花子　名簿00002　一緒に避難."""
    name = person.name
    if person.link is not None:
        known = relatives.get(person.link)
        name = f"{known.name}(名簿{number_words(known.number)})" if known else _SOMEBODY
    goes = "一緒に避難" if person.goes_along else ""
    return "　".join(part for part in (person.kinship, name, goes, person.note) if part)


def _helpers(details: PersonDetails) -> str:
    return "" if details.helpers_needed is None else f"{details.helpers_needed}人"


_SETS: Final[Mapping[str, type[Enum]]] = {
    "considerations": Consideration, "devices": MedicalDevice, "communication": CommunicationMeans,
    "delivery": DeliveryMeans,
}  # fmt: skip
_TEXTS: Final[Mapping[str, Callable[[PersonDetails], str]]] = {
    "reason_records": lambda details: "\n".join(map(reason_words, details.reason_records)),
    "mobility": lambda details: "" if details.mobility is Mobility.UNKNOWN else word_of(details.mobility),
    "residence": lambda details: "" if details.residence is Residence.UNKNOWN else word_of(details.residence),
    "helpers_needed": _helpers,
    "contacts": lambda details: "\n".join(
        contact_words(place, one) for place, one in enumerate(details.contacts, 1) if one != Contact()
    ),
    "is_alone_by_day": lambda details: _ALONE[details.is_alone_by_day],
}
