from __future__ import annotations

import importlib
import inspect
import pkgutil
from enum import Enum
from pathlib import Path

import pytest

import kurume_bousai.domain
from kurume_bousai import labels
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import REASONS
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.services.ports.members import MemberFilter


def domain_enums() -> list[type[Enum]]:
    found: dict[str, type[Enum]] = {}
    for module_info in pkgutil.walk_packages(kurume_bousai.domain.__path__, "kurume_bousai.domain."):
        module = importlib.import_module(module_info.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Enum) and kind.__module__ == module_info.name:
                found[f"{kind.__module__}.{kind.__name__}"] = kind
    return [*found.values(), MemberFilter]


@pytest.mark.parametrize("kind", domain_enums(), ids=lambda kind: kind.__name__)
def test_every_member_of_every_enum_has_a_word(kind: type[Enum]) -> None:
    for member in kind:
        assert labels.label(member).strip()


@pytest.mark.parametrize("kind", domain_enums(), ids=lambda kind: kind.__name__)
def test_no_two_members_of_one_enum_share_a_word(kind: type[Enum]) -> None:
    words = [labels.label(member) for member in kind]
    assert len(words) == len(set(words))


def test_equal_values_of_two_enums_keep_their_own_words() -> None:
    assert labels.label(Need.STRETCHER) == "寝台・ストレッチャー"
    assert labels.label(TravelMode.STRETCHER) == "ストレッチャー"


def test_the_signs_are_those_of_the_rulebook() -> None:
    assert [labels.need_sign(need) for need in Need] == ["電", "椅", "寝", "個", "介", "乳"]
    assert labels.need_signs(frozenset({Need.CARE, Need.POWER})) == "電介"


def test_every_reason_has_words() -> None:
    for code in REASONS:
        assert labels.reason_label(code)


def test_the_glossary_file_is_the_generated_one() -> None:
    file = Path(__file__).parents[2] / "docs" / "GLOSSARY.md"
    assert file.read_text(encoding="utf-8") == labels.glossary_markdown(), (
        "write it anew from kurume_bousai.labels.glossary_markdown()"
    )
