"""``report atlas`` from its options to the file, on a fake and on the fictional city."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest

from kurume_bousai import app
from kurume_bousai.app.map_papers import map_papers
from kurume_bousai.cli import report
from kurume_bousai.cli.context import CliContext
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.geo.crs import blur
from kurume_bousai.services.papers.map_ports import MapPaperOrder
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FakeCity
from tests.fakes.state import CityState
from tests.fixtures.demo_city import DISTRICT
from tests.fixtures.map_papers import content
from tests.unit.services.maps.test_map_papers import CLERK


@dataclass
class FakeContext:
    city: CityDatabase
    said: list[str] = field(default_factory=list)

    @contextmanager
    def open_database(self) -> Iterator[CityDatabase]:
        yield self.city

    def tell(self, text: str) -> None:
        self.said.append(text)


def fake_context() -> FakeContext:
    what = content(count=3)
    return FakeContext(
        FakeCity(
            CLERK,
            CityState(
                districts={one.district_id: one for one in what.districts},
                designated={one.site_id: one for one in what.designated},
                facts={"is_fictional": "1"},
            ),
        )
    )


def run(context: FakeContext, *words: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    report.register(parser.add_subparsers())
    args = parser.parse_args(["report", "atlas", *words])
    return dict(args.run(args, cast("CliContext", context)))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--district", "津福校区", "--scale", "5000"),
        ("--district", "津福", "--paper", "A1", "--mono", "--hazard", "none"),
        ("--district", "津福", "--paper", "A3", "--tiled"),
    ],
)
def test_the_map_is_written_with_the_keys_of_the_contract(tmp_path: Path, words: tuple[str, ...]) -> None:
    place = tmp_path / "atlas.pdf"
    context = fake_context()
    found = run(context, *words, "--out", str(place))
    assert found["files"] == [str(place)]
    assert {"files", "pages", "copies", "audit_head"} <= set(found)
    assert len(pypdf.PdfReader(place).pages) == found["pages"]
    assert any("ページ" in text for text in context.said)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--named",), "no_named_form"),
        (("--neighborhood", "架空町"), "map_association"),
        (("--by-neighborhood",), "map_association"),
        (("--neighborhood", "架空町", "--district", "津福"), "unknown_association"),
        (("--scale", "1000"), "map_scale"),
        (("--tiled",), "map_tiles"),
        (("--district", "ない"), "unknown_district"),
    ],
)
def test_what_cannot_be_made_is_told_and_leaves_nothing(
    tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    with pytest.raises(KnownProblem, match=code):
        run(fake_context(), *words, "--out", str(tmp_path / "a.pdf"))
    assert list(tmp_path.iterdir()) == []


def test_every_association_of_a_district_in_one_file(
    demo_city: EncryptedCityDatabase, tmp_path: Path
) -> None:
    place = tmp_path / "map.pdf"
    found = run(FakeContext(demo_city), "--district", DISTRICT, "--by-neighborhood", "--out", str(place))
    with demo_city.reading() as reading:
        rows = reading.members.rows(demo_city.access, MemberQuery(district_id=DistrictId(DISTRICT)))
    names = {row.neighborhood for row in rows if row.neighborhood and not row.has_protected_address}
    assert found["pages"] >= len(names)
    titles = {str(entry.title) for entry in pypdf.PdfReader(place).outline if not isinstance(entry, list)}
    assert titles == {f"{DISTRICT}校区 {name}" for name in names}


def test_a_map_of_a_session_has_numbers_in_cells_and_nobody_by_name(
    demo_city: EncryptedCityDatabase, tmp_path: Path
) -> None:
    service = app.exercises(demo_city)
    operation_id = service.start(service.default_settings(DistrictId(DISTRICT))).value
    place = tmp_path / "map.pdf"
    context = FakeContext(demo_city)
    run(context, "--district", DISTRICT, "--session", operation_id, "--out", str(place))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(place).pages)
    session = service.open(operation_id)
    shown = map_papers(demo_city).content(MapPaperOrder(), session)
    assert {person.number for person in shown.people} == {person.number for person in session.shown()}
    homes = [person.home for person in session.shown() if person.home is not None]
    assert [person.cell for person in shown.people] == blur(homes)
    with demo_city.reading() as reading:
        members = reading.members.in_district(demo_city.access, DistrictId(DISTRICT))
    assert members
    raw = place.read_bytes()
    for member in members:
        for secret in (member.name, member.kana, member.address, member.phone, member.phone_second):
            assert not secret or (secret not in text and secret.encode() not in raw)
