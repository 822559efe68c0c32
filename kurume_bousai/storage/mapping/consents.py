"""同意 ↔ the JSON of the column ``members.consents``.

``codec`` knows how; but of nearly every consent only the same few fields say anything, and an import writes
and reads 30,000 of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.consents import Consent, ConsentGiver, ConsentKind, ConsentMethod, ConsentState
from kurume_bousai.domain.quick import quickly
from kurume_bousai.storage import codec

_KINDS: Final = {kind.value: kind for kind in ConsentKind}
_STATES: Final = {state.value: state for state in ConsentState}
_METHODS: Final = {method.value: method for method in ConsentMethod}
_GIVERS: Final = {giver.value: giver for giver in ConsentGiver}
_consent: Final = quickly(Consent)
_SILENT: Final = Consent(ConsentKind.ROSTER)
#: What stands in the JSON of a consent whose further fields say nothing.
_SILENT_JSON: Final[Mapping[str, Any]] = codec.encode(_SILENT)
_SAID: Final = ("kind", "state", "decided_on", "explained_on", "explained_by")
_SILENT_TAIL: Final = {name: value for name, value in _SILENT_JSON.items() if name not in _SAID}


def consents_text(consents: tuple[Consent, ...]) -> str:
    """Canonical JSON of all kinds."""
    return canonical_json([_encoded(one) for one in consents]) if consents else "[]"


def _encoded(one: Consent) -> Any:  # noqa: ANN401 - JSON
    if not _is_plain(one):
        return codec.encode(one)
    return {
        **_SILENT_TAIL,
        "kind": one.kind,
        "state": one.state,
        "decided_on": one.decided_on and one.decided_on.isoformat(),
        "explained_on": one.explained_on and one.explained_on.isoformat(),
        "explained_by": one.explained_by,
    }


def _is_plain(one: Consent) -> bool:
    return (
        one.covers is None
        and not one.exceptions
        and not one.relation
        and not one.correction
        and one.method is _SILENT.method
        and one.given_by is _SILENT.given_by
    )


def consents_of(text: str) -> tuple[Consent, ...]:
    """What ``consents_text`` wrote."""
    if text == "[]":
        return ()
    found = json.loads(text)
    if all(map(_names_no_body, found)):
        return tuple(map(_decoded, found))
    return codec.loads(tuple[Consent, ...], text)


def _names_no_body(one: Mapping[str, Any]) -> bool:
    """False for the rare ones, and for those of a program whose consents had other fields.

    ``covers`` empty is agreement to nobody, null is agreement to every body: never the same.
    """
    return one.keys() == _SILENT_JSON.keys() and one["covers"] is None and not one["exceptions"]


def _decoded(one: Mapping[str, Any]) -> Consent:
    return _consent(
        _KINDS[one["kind"]], _STATES[one["state"]], _day(one["decided_on"]), _day(one["explained_on"]),
        one["explained_by"], None, _METHODS[one["method"]], _GIVERS[one["given_by"]], one["relation"],
        (), one["correction"],
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
