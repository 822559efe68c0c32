"""架空の人のくわしい記録: what a share of the people told when they applied, fitting what they need.

Drawn from a stream of its own, so that everything else of the city stays as it is for the same seed.
"""

from __future__ import annotations

from random import Random
from typing import Final

from kurume_bousai.domain.members import (
    AdmissionCategory,
    Need,
    Reason,
    RegistrationState,
    RosterMember,
)
from kurume_bousai.domain.person_details import (
    NO_DETAILS,
    CommunicationMeans,
    Consideration,
    Contact,
    DeliveryMeans,
    MedicalDevice,
    Mobility,
    PersonDetails,
    Residence,
)
from kurume_bousai.services.fictional import addresses
from kurume_bousai.services.fictional.draw import FICTIONAL, Lottery
from kurume_bousai.services.fictional.names import draw_name
from kurume_bousai.services.fictional.profile import NamePart, NameTables

#: Who applied filled in a form; of the others an office or a 民生委員 knows something now and then.
_TOLD_BY_APPLICANTS: Final = 0.6
_TOLD_BY_OTHERS: Final = 0.08
_SECOND_CONTACT: Final = 0.35
_HARD_OF_HEARING: Final = 0.07
_BLIND: Final = 0.04
#: Characters of names that other computers may lack, and how they are shown instead.
PLAIN_FORMS: Final = {
    "髙": "高", "﨑": "崎", "邊": "辺", "邉": "辺", "𠮷": "吉", "濵": "浜", "澤": "沢", "齋": "斎",
}  # fmt: skip
_KINSHIP: Final = Lottery(
    {"長男": 26.0, "長女": 30.0, "次男": 8.0, "次女": 9.0, "妹": 7.0, "弟": 6.0, "おい": 6.0, "めい": 8.0}
)
_WOMEN: Final = frozenset({"長女", "次女", "妹", "めい", "母"})
_ROOMS: Final = ("1階の居間", "1階の和室", "1階の奥の部屋", "台所のとなり")
_BEDROOMS: Final = ("1階の奥の和室", "1階の居間のとなり", "2階の東の部屋", "玄関のとなり")
_STRUCTURES: Final = Lottery({"木造": 70.0, "鉄骨造": 14.0, "鉄筋コンクリート造": 16.0})
#: The offices know it of nearly everybody; who entered a home or a hospital is still to be taken off.
_RESIDENCES: Final = Lottery({Residence.HOME: 88.0, Residence.FACILITY: 3.0, Residence.UNKNOWN: 9.0})
_BELONGINGS: Final = (
    "お薬手帳、眼鏡",
    "お薬手帳、補聴器の電池",
    "おむつ、お薬手帳",
    "入れ歯、眼鏡、お薬手帳",
)
_DEVICES: Final = Lottery(
    {MedicalDevice.OXYGEN: 55.0, MedicalDevice.VENTILATOR: 20.0, MedicalDevice.SUCTION: 25.0}
)


def draw_residence(rng: Random) -> Residence:
    """Return where somebody of the list lives: at home, but for a few who moved since they were listed."""
    return _RESIDENCES.draw(rng)


def draw_details(rng: Random, member: RosterMember, age: int, names: NameTables) -> PersonDetails:
    """Return what is known of one person; ``NO_DETAILS`` for most."""
    has_applied = member.registration.state is RegistrationState.APPLIED
    if rng.random() >= (_TOLD_BY_APPLICANTS if has_applied else _TOLD_BY_OTHERS):
        return NO_DETAILS
    hears = AdmissionCategory.PHYSICAL not in member.categories or rng.random() >= _HARD_OF_HEARING
    sees = AdmissionCategory.PHYSICAL not in member.categories or rng.random() >= _BLIND
    devices = _devices(rng, member)
    shown = "".join(PLAIN_FORMS.get(letter, letter) for letter in member.name)
    return PersonDetails(
        display_name="" if shown == member.name else shown,
        considerations=_considerations(rng, member, age, hears=hears, sees=sees),
        devices=devices,
        mobility=_mobility(rng, member, age),
        helpers_needed=_helpers(member),
        communication=_communication(rng, member, hears=hears, sees=sees),
        delivery=_delivery(rng, member, hears=hears, sees=sees),
        belongings=rng.choice(_BELONGINGS) if rng.random() < 0.4 else "",
        contacts=_contacts(rng, member, age, names),
        is_alone_by_day=True if member.household_size == 1 else rng.random() < 0.4,
        usual_room=rng.choice(_ROOMS) if rng.random() < 0.5 else "",
        bedroom=rng.choice(_BEDROOMS) if rng.random() < 0.5 else "",
        house_structure=_STRUCTURES.draw(rng) if rng.random() < 0.3 else "",
        clinic=f"{FICTIONAL}クリニック" if devices or rng.random() < 0.3 else "",
    )


def _devices(rng: Random, member: RosterMember) -> frozenset[MedicalDevice]:
    found = set()
    if Need.POWER in member.needs:
        found.add(_DEVICES.draw(rng))
        if Need.STRETCHER in member.needs and rng.random() < 0.5:
            found |= {MedicalDevice.VENTILATOR, MedicalDevice.SUCTION}
    if Need.STRETCHER in member.needs and rng.random() < 0.3:
        found.add(MedicalDevice.TUBE_FEEDING)
    if member.disease and rng.random() < 0.12:
        found.add(MedicalDevice.DIALYSIS)
    return frozenset(found)


def _mobility(rng: Random, member: RosterMember, age: int) -> Mobility:
    if Need.STRETCHER in member.needs:
        return Mobility.STRETCHER
    if Need.WHEELCHAIR in member.needs:
        return Mobility.WHEELCHAIR
    needs_a_cane = age >= 80 or Need.CARE in member.needs
    return Mobility.CANE if needs_a_cane and rng.random() < 0.7 else Mobility.WALKS


def _helpers(member: RosterMember) -> int | None:
    if Need.STRETCHER in member.needs:
        return 4
    if Need.WHEELCHAIR in member.needs:
        return 2
    return 1 if Need.CARE in member.needs else None


def _considerations(
    rng: Random, member: RosterMember, age: int, *, hears: bool, sees: bool
) -> frozenset[Consideration]:
    found = set()
    if member.needs & {Need.WHEELCHAIR, Need.STRETCHER}:
        found.add(Consideration.CANNOT_WALK)
    if not hears or (age >= 85 and rng.random() < 0.25):
        found.add(Consideration.CANNOT_HEAR)
    if not sees:
        found.add(Consideration.CANNOT_SEE)
    if AdmissionCategory.INTELLECTUAL in member.categories:
        found.add(Consideration.CANNOT_JUDGE)
        if rng.random() < 0.5:
            found.add(Consideration.CANNOT_UNDERSTAND)
    if Reason.CARE_LEVEL in member.reasons and Need.CARE in member.needs and rng.random() < 0.25:
        found.add(Consideration.CANNOT_RECOGNISE)
    return frozenset(found)


def _communication(
    rng: Random, member: RosterMember, *, hears: bool, sees: bool
) -> frozenset[CommunicationMeans]:
    if not hears and not sees:
        return frozenset({CommunicationMeans.TACTILE})
    if not hears:
        signs = rng.random() < 0.6
        extra = {CommunicationMeans.SIGN_LANGUAGE} if signs else set[CommunicationMeans]()
        return frozenset({CommunicationMeans.WRITING} | extra)
    if Need.POWER in member.needs and Need.STRETCHER in member.needs:
        return frozenset({CommunicationMeans.BOARD})
    if AdmissionCategory.INTELLECTUAL in member.categories:
        return frozenset({CommunicationMeans.SPEECH, CommunicationMeans.PLAIN_JAPANESE})
    return frozenset({CommunicationMeans.SPEECH})


def _delivery(rng: Random, member: RosterMember, *, hears: bool, sees: bool) -> frozenset[DeliveryMeans]:
    if not hears:
        return frozenset({DeliveryMeans.FAX if sees else DeliveryMeans.VISIT, DeliveryMeans.LIGHT})
    found = {DeliveryMeans.PHONE} if member.phone else {DeliveryMeans.VISIT}
    if not sees:
        found.add(DeliveryMeans.BRAILLE)
    if rng.random() < 0.3:
        found.add(DeliveryMeans.RADIO)
    return frozenset(found)


def _contacts(rng: Random, member: RosterMember, age: int, names: NameTables) -> tuple[Contact, ...]:
    count = 2 if rng.random() < _SECOND_CONTACT else 1
    return tuple(_contact(rng, member, age, names) for _ in range(count))


def _contact(rng: Random, member: RosterMember, age: int, names: NameTables) -> Contact:
    """A child, a sister or a nephew of a grown-up, a parent of a child; most have the same surname."""
    kinship = _KINSHIP.draw(rng) if age >= 40 else rng.choice(("母", "父"))
    kept, _space, _given = member.name.partition(" ")
    family = NamePart(kept, "") if age < 40 or rng.random() < 0.6 else None
    other = draw_name(
        rng, names, age=max(age - 28, 20) if age >= 40 else age + 30, is_woman=kinship in _WOMEN,
        surname=family,
    )  # fmt: skip
    return Contact(other.text, kinship, phone=addresses.phone(rng), note=FICTIONAL)
