"""架空の氏名: a surname and a given name drawn apart from each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from kurume_bousai.services.fictional.profile import NamePart, NameTables

_OLDER_FROM: Final = 58  # years of age at which the older given names begin


@dataclass(frozen=True, slots=True)
class FictionalName:
    """架空の氏名と読み."""

    text: str = field(repr=False)
    kana: str = field(repr=False)
    surname: NamePart = field(repr=False)


def draw_name(
    rng: Random, names: NameTables, *, age: int, is_woman: bool, surname: NamePart | None = None
) -> FictionalName:
    """Return a name fit for the age; ``surname`` keeps a household together."""
    family = surname or names.surnames.draw(rng)
    if age >= _OLDER_FROM:
        table = names.older_women if is_woman else names.older_men
    else:
        table = names.younger_women if is_woman else names.younger_men
    given = table.draw(rng)
    return FictionalName(f"{family.text} {given.text}", f"{family.kana} {given.kana}", family)
