"""``report theme`` and ``report person-map`` from their options to the file, on the fictional city."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest

from kurume_bousai.cli import report
from kurume_bousai.cli.context import CliContext
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fixtures.demo_city import DISTRICT
from tests.unit.cli.test_report_atlas import FakeContext

PASSWORD = "kakuu-no-kagi-1234"


class NamedContext(FakeContext):
    """A terminal that knows the password of named files."""

    def output_password(self) -> str:
        return PASSWORD


def run(context: FakeContext, *words: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    report.register(parser.add_subparsers())
    args = parser.parse_args(["report", *words])
    return dict(args.run(args, cast("CliContext", context)))


@pytest.mark.parametrize("measure", ["registration", "plans", "no_supporter"])
def test_a_map_of_numbers_has_the_keys_of_the_contract(
    demo_city: EncryptedCityDatabase, tmp_path: Path, measure: str
) -> None:
    place = tmp_path / "theme.pdf"
    found = run(FakeContext(demo_city), "theme", "--measure", measure, "--paper", "A4", "--out", str(place))
    assert found["files"] == [str(place)]
    assert {"pages", "copies", "audit_head", "notices"} <= set(found)
    assert len(pypdf.PdfReader(place).pages) == found["pages"] == 1


def test_the_map_of_a_person_is_named_encrypted_and_in_the_ledger(
    demo_city: EncryptedCityDatabase, tmp_path: Path
) -> None:
    with demo_city.reading() as reading:
        members = reading.members.in_district(demo_city.access, DistrictId(DISTRICT))
        plans = reading.plans.by_member(demo_city.access)
    agreed = next(
        one
        for one in members
        if one.home is not None
        and one.member_id in plans
        and all(
            (consent := one.consent(kind)).state is ConsentState.GIVEN and consent.covers is None
            for kind in (ConsentKind.ROSTER, ConsentKind.PLAN)
        )
    )
    place = tmp_path / "map.pdf"
    words = ("person-map", "--number", str(agreed.number), "--out", str(place), "--purpose", "訪問(架空)")
    with pytest.raises(KnownProblem, match="named_required"):
        run(NamedContext(demo_city), *words)
    found = run(NamedContext(demo_city), *words, "--named", "--recipient", "city:市の福祉課(架空)")
    reader = pypdf.PdfReader(place)
    assert reader.is_encrypted
    assert reader.decrypt(PASSWORD)
    assert found["copies"][0] in reader.pages[0].extract_text().replace("\n", "")
    with demo_city.reading() as reading:
        assert found["copies"][0] in [entry.copy_number for entry in reading.ledger.all(demo_city.access)]
