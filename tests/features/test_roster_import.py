from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.services.people.roster_file import RosterFile
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder
from kurume_bousai.services.roster_import.results import ImportPreview
from tests.features.conftest import Office
from tests.fixtures.rosters import person, write_csv, write_xlsx

scenarios("roster_import.feature")

ORDER = ImportOrder("架空の窓口", is_whole=False)


@dataclass
class Bringing:
    """取込: a file on its way in."""

    file: Path = Path()
    before: int = 0
    roster: list[RosterFile] = field(default_factory=list)
    previews: list[ImportPreview] = field(default_factory=list)

    @property
    def preview(self) -> ImportPreview:
        return self.previews[-1]


@pytest.fixture
def bringing() -> Bringing:
    return Bringing()


def people(office: Office) -> int:
    with office.city.reading() as session:
        return session.members.count(office.city.access, MemberQuery())


@given("良い行が3行、名前のない行が1行、生年月日の読めない行が1行のファイルがある")
def mixed(office: Office, bringing: Bringing) -> None:
    rows = [person(1), person(2), person(3), person(4, 氏名=""), person(5, 生年月日="昭和75年1月1日")]
    bringing.file = write_xlsx(office.folder / "list.xlsx", rows)
    bringing.before = people(office)


@given(parsers.parse("同じ3人を{form}で書いたファイルがある"))
def in_form(office: Office, bringing: Bringing, form: str) -> None:
    rows = [person(number) for number in (1, 2, 3)]
    if form == "xlsx":
        bringing.file = write_xlsx(office.folder / "list.xlsx", rows, titles=2)
    else:
        encoding = {"CSV(UTF-8)": "utf-8-sig", "CSV(CP932)": "cp932"}[form]
        bringing.file = write_csv(office.folder / "list.csv", rows, encoding=encoding)
    bringing.before = people(office)


@when("ファイルを点検する")
def check(office: Office, bringing: Bringing) -> None:
    service = app.roster_import(office.city)
    bringing.roster.append(service.read(bringing.file))
    bringing.previews.append(service.preview(bringing.roster[-1], ORDER))


@when("取込を確定する")
def commit(office: Office, bringing: Bringing) -> None:
    service = app.roster_import(office.city)
    done = service.commit(bringing.roster[-1], ORDER, Confirmations(), bringing.preview).value
    assert done.counts == bringing.preview.counts, "what was seen is what was written"
    bringing.previews.append(done)


@when("取込を取り消す")
def undo(office: Office, bringing: Bringing) -> None:
    app.roster_import(office.city).undo(bringing.preview.import_id)


@then("読んだ行は5行で、入る人と入らない行を足すと5になる")
def adds_up(bringing: Bringing) -> None:
    counts = bringing.preview.counts
    assert counts["read"] == 5
    assert counts["added"] + counts["rejected"] + counts["held"] == 5
    assert counts["rejected"] >= 1


@then("悪い行は、行の番号と、列と、理由の文で示される")
def told(bringing: Bringing) -> None:
    told = {problem["row"]: problem for problem in bringing.preview.as_json()["problems"]}
    assert set(told) == {5, 6}
    assert told[5]["column"] == "氏名"
    assert told[6]["column"] == "生年月日"
    assert told[6]["value"] == "昭和75年1月1日"
    assert all(problem["message"].endswith("。") for problem in told.values())


@then("名簿はまだ変わっていない")
@then("名簿は、はじめの人数に戻っている")
def as_before(office: Office, bringing: Bringing) -> None:
    assert people(office) == bringing.before


@then("名簿は、入ると示された人数だけふえている")
def grown(office: Office, bringing: Bringing) -> None:
    assert people(office) == bringing.before + bringing.preview.counts["added"]
    assert bringing.preview.counts["added"] >= 3


@then("3人が新しく入ると示される")
def three(bringing: Bringing) -> None:
    assert bringing.preview.counts["added"] == 3
    assert bringing.preview.as_json()["problems"] == []
