"""The quick spelling of consents against ``codec``, which knows every field of them."""

from __future__ import annotations

from datetime import date

import pytest

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import (
    BodyAnswer,
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
)
from kurume_bousai.storage import codec
from kurume_bousai.storage.mapping.consents import consents_of, consents_text

_GIVEN = Consent(ConsentKind.ROSTER, ConsentState.GIVEN, date(2025, 7, 20), date(2025, 1, 20), "架空 職員21")
_BODY = next(iter(Body))


@pytest.mark.parametrize(
    "consents",
    [
        (),
        (_GIVEN,),
        (Consent(ConsentKind.PLAN),),
        (_GIVEN, Consent(ConsentKind.SUPPORTER, ConsentState.REFUSED, date(2025, 7, 21))),
        # Agreed to nobody at all, which is not the same as to every body.
        (Consent(ConsentKind.ROSTER, ConsentState.GIVEN, covers=frozenset()),),
        (Consent(ConsentKind.ROSTER, ConsentState.GIVEN, covers=frozenset({_BODY})), _GIVEN),
        (Consent(ConsentKind.ROSTER, exceptions=(BodyAnswer(_BODY, ConsentState.WITHDRAWN),)),),
        (Consent(ConsentKind.ROSTER, method=ConsentMethod.PHONE, given_by=ConsentGiver.AGENT),),
        (Consent(ConsentKind.ROSTER, relation="長女", correction="入力のまちがい"),),
    ],
)
def test_consents_are_read_as_codec_does(consents: tuple[Consent, ...]) -> None:
    text = consents_text(consents)
    assert consents_of(text) == consents == codec.loads(tuple[Consent, ...], text)
    # Of an older program, which named what says nothing, too.
    assert consents_of(codec.dumps(consents)) == consents
    if any(one.covers is not None or one.exceptions for one in consents):
        assert text == codec.dumps(consents)  # ``HandOuts.to_recall`` looks for this spelling


def test_a_consent_to_every_body_says_so() -> None:
    assert '"covers":null' in consents_text((_GIVEN,))
    assert "correction" not in consents_text((_GIVEN,))


def test_a_consent_of_an_older_program_is_read() -> None:
    assert consents_of('[{"kind":"roster","state":"given"}]') == (
        Consent(ConsentKind.ROSTER, ConsentState.GIVEN),
    )
