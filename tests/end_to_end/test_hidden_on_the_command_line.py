"""Every command, read from the grammar, asked by who must not know: nobody hidden in any word of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from kurume_bousai import cli
from tests.helpers.command_line import CommandLine
from tests.helpers.disk_scan import files_with
from tests.helpers.hidden_city import LATE, OTHERS, PASSPHRASE, HiddenCity, make_city

#: These make, bring or check other files, open a window, or have no database.
_APART = ("init", "demo", "restore", "self-test", "tiles", "map-pack", "template", "allocate", "hazards")
_NUMBERS = {"number", "numbers", "member", "person"}


def leaves(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command with the words that lead to it."""
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not below:
        yield words, parser
    for one in below:
        for name, made in one.choices.items():
            yield from leaves(made, (*words, name))


def typed(parser: argparse.ArgumentParser, city: HiddenCity, folder: Path) -> list[str]:
    """What must be typed, filled with what somebody who knows too much would type."""
    found: list[str] = []
    known: dict[str, list[str]] = {
        "copies": list(city.copies[:1]), "copy": [city.copies[0]], "order": [city.order_id],
        "recipient": [city.partner_id], "district": ["津福"], "form": [city.code], "code": [city.code],
        "codes": [city.code], "letter": [city.code], "import_id": [city.import_ids[0]],
        "emergency": [city.emergency_id], "fiscal_year": ["2026"], "year": ["2026"], "address": [LATE[2]],
        "site": [city.site_id], "files": [str(city.next_extract)],
        "text": [LATE[0]], "mailing": ["1"], "file": [str(city.next_extract)],
        "source": ["介護"], "district_id": ["津福"], "to": ["架空の会"], "purpose": ["訓練"],
    }  # fmt: skip
    groups = [one for one in parser._mutually_exclusive_groups if one.required]
    firsts = [group._group_actions[0] for group in groups]
    for one in parser._actions:
        is_wanted = (
            bool(one.required) or one in firsts or (not one.option_strings and one.nargs not in ("?", "*"))
        )
        if isinstance(one, argparse._HelpAction) or not is_wanted:
            continue
        if one.nargs == 0:
            values = []
        elif one.choices:
            values = [str(next(iter(one.choices)))]
        elif one.dest in known:
            values = known[one.dest]
        elif one.dest in _NUMBERS or one.type is int:
            values = [str(city.numbers[1])]
        elif one.dest == "out" or one.type is Path:
            values = [str(folder / "out.pdf")]
        else:
            values = [city.hidden[1]]
        found += [*one.option_strings[:1], *values]
    return found


@pytest.fixture(scope="module")
def hidden_city(tmp_path_factory: pytest.TempPathFactory) -> HiddenCity:
    return make_city(tmp_path_factory.mktemp("hidden"))


@pytest.mark.slow
@pytest.mark.parametrize("role", ["clerk", "viewer"])
def test_no_command_tells_of_the_hidden(hidden_city: HiddenCity, tmp_path: Path, role: str) -> None:
    secrets = (*hidden_city.secrets, *map(str, hidden_city.numbers))
    told: list[tuple[str, str]] = []
    answered = 0
    for words, parser in leaves(cli.build_parser()):
        if words[0] in _APART:
            continue
        place = tmp_path / "_".join(words)
        (place / "home").mkdir(parents=True)
        path = hidden_city.copy_to(place)
        person = CommandLine.of(
            place / "home", DB=str(path), OPERATOR=OTHERS[role], PASSPHRASE=PASSPHRASE,
            OUTPUT_PASSWORD="kakuu-kakuu", CONFIRM_PASSPHRASE=PASSPHRASE,
        )  # fmt: skip
        given = typed(parser, hidden_city, place)
        try:
            ended = person.here(*words, *given)
        except SystemExit:  # the grammar wants more: then nothing was opened
            continue
        answered += ended.status == 0
        said = ended.stdout + ended.stderr
        told += [
            (" ".join(words), one) for one in secrets if one in said and not any(one in it for it in given)
        ]
        for file in place.glob(f"{path.name}*"):
            file.unlink()
        told += [(" ".join(words), name) for name in files_with(place, hidden_city.secrets)]
    assert told == []
    assert answered > 10, "so few answers mean that the grammar was not read"
