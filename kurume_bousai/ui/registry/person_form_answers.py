"""たたんだ行の答え: what stands in each section of the form, in a few words and without a name."""

from __future__ import annotations

from kurume_bousai.domain.consents import ConsentKind
from kurume_bousai.domain.members import Need, RosterMember
from kurume_bousai.domain.person_details import (
    CommunicationMeans,
    Contact,
    MedicalDevice,
    Mobility,
    Residence,
)
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.registry.detail_words import in_order

_MOST: int = 3


def section_answers(member: RosterMember) -> dict[str, str]:
    """One short answer for every folded section; empty where nothing is known."""
    details = member.details
    grades = (member.care_level, member.physical_grade, member.intellectual_grade, member.mental_grade)
    rows = f"記録{len(details.reason_records)}件" if details.reason_records else ""
    support = (
        in_order(Need, member.needs), in_order(MedicalDevice, details.devices),
        "" if details.mobility is Mobility.UNKNOWN else word_of(details.mobility),
    )  # fmt: skip
    contacts = sum(one != Contact() for one in details.contacts)
    family = (
        f"同居{member.household_size}人", f"同行{member.companion_count}人",
        f"連絡先{contacts}件" if contacts else "",
    )  # fmt: skip
    body = (
        "アレルギーあり" if details.allergies else "", "服薬あり" if details.medicine else "",
        "ペットあり" if details.pets else "",
    )  # fmt: skip
    lives = "" if details.residence is Residence.UNKNOWN else word_of(details.residence)
    consent = f"名簿 {word_of(member.consent_state(ConsentKind.ROSTER))}"
    return {
        "grades": _short(*grades, member.disease, rows),
        "support": _short(*support),
        "telling": _short(in_order(CommunicationMeans, details.communication), details.language),
        "district": _short(str(member.district_id or "校区不明"), member.neighborhood),
        "family": _short(*family),
        "body": _short(*body),
        "house": _short(lives, member.home_story, details.house_structure),
        "agreed": _short(word_of(member.registration.state), consent),
        "rest": "あり" if member.note else "",
    }


def _short(*parts: str) -> str:
    return "・".join([part for part in parts if part][:_MOST])
