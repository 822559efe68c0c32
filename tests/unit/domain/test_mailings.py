from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.mailings import (
    Addressee,
    EnvelopeCheck,
    EnvelopeOrder,
    Letter,
    LetterCode,
    MailingId,
    bundles_of,
    envelope_order,
    letter_codes,
    mailing_number_of,
    read_code,
    same_person_key,
    show_code,
    unchecked,
    without_twins,
)

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
places = st.integers(0, 8)
mailing_numbers = st.integers(1, 999)
codes = st.builds(
    lambda number, skip: next(islice(letter_codes(number), skip, None)), mailing_numbers, st.integers(0, 300)
)


def refused(text: str) -> str:
    with pytest.raises(KnownProblem) as caught:
        read_code(text)
    return caught.value.code


@given(codes)
def test_a_code_is_read_as_it_is_printed(code: LetterCode) -> None:
    assert read_code(show_code(code)) == code
    assert read_code(f" {code[:3]}－{code[3:8]} {code[8:]}　") == code


@given(codes, places, st.integers(1, 9))
def test_one_wrong_digit_is_always_found(code: LetterCode, place: int, by: int) -> None:
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert refused(wrong) == "code_check"


@given(codes, places, places)
def test_two_swapped_digits_are_always_found(code: LetterCode, one: int, other: int) -> None:
    digits = list(code)
    digits[one], digits[other] = digits[other], digits[one]
    if "".join(digits) != code:
        assert refused("".join(digits)) == "code_check"


@given(mailing_numbers, mailing_numbers)
def test_codes_are_unique_rise_and_name_their_mailing(one: int, other: int) -> None:
    first, second = list(islice(letter_codes(one), 200)), list(islice(letter_codes(other), 200))
    assert first == sorted(set(first))
    assert {mailing_number_of(code) for code in first} == {one}
    assert one == other or not set(first) & set(second)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "code_empty"), (" － ", "code_empty"), ("12", "code_length"), ("abc", "code_length")],
)
def test_what_is_no_code_is_told(text: str, code: str) -> None:
    assert refused(text) == code


addressees = st.builds(
    Addressee,
    member_id=st.uuids().map(lambda found: MemberId(found.hex)),
    number=st.integers(1, 900_100),
    name=st.sampled_from(["架空 花子", "架空　花子", "架空 太郎"]),
    born_on=st.none() | st.sampled_from([date(1935, 4, 1), date(1940, 1, 2)]),
    postal_code=st.sampled_from(["830-0000", "8300001", "８３０－０００２", "", "83"]),
    address=st.sampled_from(["久留米市架空町9999-1", "久留米市架空町9999-2", "久留米市架空町９９９９-1"]),
    building=st.just(""),
    district_id=st.none() | st.sampled_from([DistrictId("津福"), DistrictId("荒木")]),
)
people = st.lists(addressees, max_size=30, unique_by=lambda one: one.member_id)
DISTRICTS = (DistrictId("荒木"), DistrictId("津福"))


@given(people, st.sampled_from(EnvelopeOrder), st.randoms(use_true_random=False))
def test_the_order_of_the_envelopes_is_that_of_the_people_alone(
    found: list[Addressee], order: EnvelopeOrder, random: object
) -> None:
    mixed = list(found)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random of Hypothesis
    once = envelope_order(found, order, DISTRICTS)
    assert once == envelope_order(mixed, order, DISTRICTS)
    assert sorted(one.member_id for one in once) == sorted(one.member_id for one in found)


@given(people)
def test_nobody_gets_two_letters(found: list[Addressee]) -> None:
    kept, twins = without_twins(envelope_order(found, EnvelopeOrder.POSTAL, DISTRICTS))
    keys = [key for one in kept if (key := same_person_key(one)) is not None]
    assert len(keys) == len(set(keys))
    assert len(kept) + len(twins) == len(found)


def letters(count: int) -> list[Letter]:
    return [
        Letter(code, MailingId("m"), place, MemberId(str(place)))
        for place, code in enumerate(islice(letter_codes(1), count), start=1)
    ]


@given(st.integers(0, 300), st.integers(5, 60), st.integers(2, 60), st.sets(st.integers(1, 300)))
def test_bundles_hold_every_letter_once(count: int, size: int, every: int, gone: set[int]) -> None:
    standing = [one for one in letters(count) if one.position not in gone]
    bundles = bundles_of(standing, size=size, check_every=every)
    assert sum(bundle.letters for bundle in bundles) == len(standing)
    assert all(bundle.letters <= size for bundle in bundles)
    assert all({bundle.first, bundle.last} <= set(bundle.samples) for bundle in bundles)
    # A letter that falls out moves no other into another bundle.
    whole = {one.code: (one.position - 1) // size + 1 for one in standing}
    assert all(whole[bundle.first] == whole[bundle.last] == bundle.number for bundle in bundles)


@given(st.integers(2, 120), st.integers(0, 118), st.integers(5, 60))
def test_a_bundle_that_slipped_by_one_sheet_is_found(count: int, slipped_at: int, size: int) -> None:
    """From some envelope on, each form is that of the next person: the last of the bundle shows it."""
    made = letters(count)
    start = min(slipped_at, count - 2)
    end = min(count, (start // size + 1) * size)
    forms = {one.code: one.code for one in made}
    for place in range(start, end - 1):
        forms[made[place].code] = made[place + 1].code
    forms[made[end - 1].code] = made[start].code
    bundles = bundles_of(made, size=size, check_every=25)
    checks = [EnvelopeCheck(code, forms[code], NOW, "x") for bundle in bundles for code in bundle.samples]
    wrong = unchecked(bundles, checks)
    assert bool(wrong) == (end - start > 1)


def test_a_wrong_pair_stays_wrong_until_both_are_found_right() -> None:
    made = letters(30)
    bundles = bundles_of(made, size=30, check_every=10)
    right = [EnvelopeCheck(code, code, NOW, "x") for code in bundles[0].samples]
    assert unchecked(bundles, right) == ()
    wrong = EnvelopeCheck(made[3].code, made[4].code, NOW, "x")
    assert set(unchecked(bundles, [*right, wrong])) == {made[3].code, made[4].code}
    mended = [EnvelopeCheck(one.code, one.code, NOW, "x") for one in made[3:5]]
    assert unchecked(bundles, [*right, wrong, *mended]) == ()
