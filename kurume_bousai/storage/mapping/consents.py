"""同意 ↔ the JSON of the column ``members.consents``.

``codec`` knows how; but of nearly every consent only the same few fields say anything, and an import writes
and reads 30,000 of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.quick import quickly
from kurume_bousai.storage import codec

_KINDS: Final = {kind.value: kind for kind in ConsentKind}
_STATES: Final = {state.value: state for state in ConsentState}
# An enum works out its value at every asking.
_KIND_TEXT: Final = {kind: text for text, kind in _KINDS.items()}
_STATE_TEXT: Final = {state: text for text, state in _STATES.items()}
_consent: Final = quickly(Consent)
_SILENT: Final = Consent(ConsentKind.ROSTER)
#: All that the JSON of a plain consent may name. ``covers`` stands there even where it is null, for that is
#: no silence: it is agreement to every body. Older programs also named what says nothing (``_FURTHER``).
_SAID: Final = frozenset({"covers", "decided_on", "explained_by", "explained_on", "kind", "state"})
_FURTHER: Final[Mapping[str, Any]] = {
    name: value for name, value in codec.encode(_SILENT).items() if name not in _SAID
}


#: What ``_spelled`` writes of the one answer that nearly everybody has, where no sign in it is escaped.
_ONE: Final = re.compile(
    r'\[\{"covers":null,"decided_on":(?:null|"([\d-]{10})"),"explained_by":"([^"\\]*)",'
    r'"explained_on":(?:null|"([\d-]{10})"),"kind":"(\w+)","state":"(\w+)"\}\]'
)


def consents_text(consents: tuple[Consent, ...]) -> str:
    """JSON of all kinds, with sorted keys. What says nothing further of a consent is left out."""
    if all(map(_is_plain, consents)):
        return f"[{','.join(map(_spelled, consents))}]"
    return codec.dumps(consents)


def _spelled(one: Consent) -> str:
    decided, explained = one.decided_on, one.explained_on
    return (
        f'{{"covers":null,"decided_on":{_spelled_day(decided)},'
        f'"explained_by":{encode_basestring(one.explained_by)},"explained_on":{_spelled_day(explained)},'
        f'"kind":"{_KIND_TEXT[one.kind]}","state":"{_STATE_TEXT[one.state]}"}}'
    )


@lru_cache(maxsize=4096)
def _spelled_day(day: date | None) -> str:
    return "null" if day is None else f'"{day.isoformat()}"'


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
    if (one := _ONE.fullmatch(text)) is not None:
        decided, by, explained, kind, state = one.groups()
        return (_consent(_KINDS[kind], _STATES[state], _day(decided), _day(explained), by),)
    found = json.loads(text)
    if all(map(_names_no_body, found)):
        return tuple(map(_decoded, found))
    return codec.loads(tuple[Consent, ...], text)


def _names_no_body(one: Mapping[str, Any]) -> bool:
    """False for the rare ones, and for those of a program whose consents had other fields.

    ``covers`` empty is agreement to nobody, null is agreement to every body: never the same.
    """
    return (
        one.keys() >= _SAID
        and one["covers"] is None
        and all(name in _FURTHER and one[name] == _FURTHER[name] for name in one.keys() - _SAID)
    )


def _decoded(one: Mapping[str, Any]) -> Consent:
    return _consent(
        _KINDS[one["kind"]], _STATES[one["state"]], _day(one["decided_on"]), _day(one["explained_on"]),
        one["explained_by"],
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
