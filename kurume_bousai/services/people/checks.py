"""くわしい記録の点検: what a form may hold before it is stored."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.person_details import PersonDetails

LONGEST: Final = 500
MOST_ROWS: Final = 30
MOST_HELPERS: Final = 20


def check_details(details: PersonDetails) -> None:
    """Refuse what is too long, too many, or ends before it begins.

    Raises
    ------
    KnownProblem
        ``text_too_long``, ``too_many_rows``, ``helpers_unlikely``, ``reason_period``, ``linked_twice``.
        ``where`` is the name of the field of ``PersonDetails``.
    """
    for item in dataclasses.fields(details):
        _check_field(item.name, getattr(details, item.name))
    helpers = details.helpers_needed
    if helpers is not None and not 0 <= helpers <= MOST_HELPERS:
        raise KnownProblem(
            "helpers_unlikely",
            f"介助に要る人数は、0人から{MOST_HELPERS}人までにしてください。",
            where="helpers_needed",
            advice="人数をもう一度確かめてください。",
        )
    for record in details.reason_records:
        if record.since is not None and record.until is not None and record.until < record.since:
            raise KnownProblem(
                "reason_period",
                "事由の終わりの日が、始まりの日より前になっています。",
                where="reason_records",
                advice="いつから、いつまでをもう一度確かめてください。",
            )
    linked = [one.link for one in details.household if one.link is not None]
    if len(linked) != len(set(linked)):
        raise KnownProblem(
            "linked_twice",
            "名簿の同じ人が、家族に2回入っています。",
            where="household",
            advice="どちらかをはずしてください。",
        )


def _check_field(name: str, value: Any) -> None:  # noqa: ANN401 - fields are of many types
    rows = value if isinstance(value, tuple) else ()
    if len(rows) > MOST_ROWS:
        raise KnownProblem(
            "too_many_rows",
            f"1人に入れられるのは{MOST_ROWS}件までです。",
            where=name,
            advice="要らない行をはずしてください。",
        )
    texts = [value] if isinstance(value, str) else [text for row in rows for text in _texts(row)]
    if any(len(text) > LONGEST for text in texts):
        raise KnownProblem(
            "text_too_long", "文が長すぎます。", where=name, advice=f"{LONGEST}文字までにしてください。"
        )


def _texts(row: Any) -> list[str]:  # noqa: ANN401 - contacts, family and reasons
    values = (getattr(row, item.name) for item in dataclasses.fields(row))
    return [str(value) for value in values if isinstance(value, str)]
