from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

import openpyxl
import pytest
from pypdf import PdfReader
from pytest_bdd import parsers, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.demand import parse_demand
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from tests.features.conftest import Office

scenarios("capacity_report.feature")


@dataclass
class Asked:
    """問い and its answer."""

    answers: list[CapacityAnswer] = field(default_factory=list)

    @property
    def answer(self) -> CapacityAnswer:
        return self.answers[-1]


@pytest.fixture
def asked() -> Asked:
    return Asked()


@when(parsers.parse("{rule}を数え、災害は{hazard}、開く割合は{rate}で容量を確認する"))
def ask(office: Office, asked: Asked, rule: str, hazard: str, rate: str) -> None:
    conditions = CapacityConditions(
        demand=parse_demand(rule), hazard=HazardScenario(hazard), open_rate=Decimal(rate)
    )
    asked.answers.append(app.capacity(office.city).answer(conditions))


@then("行く人は、入れる人と入れない人の和である")
def sums_up(asked: Asked) -> None:
    answer = asked.answer
    assert answer.demand_people == answer.placed_people + answer.unplaced_people > 0


@then("施設ごと、校区ごと、必要な支援ごとの数が、合計と合う")
def rows_sum_up(asked: Asked) -> None:
    answer = asked.answer
    assert sum(row.placed for row in answer.by_site) == answer.placed_people
    assert sum(row.usable for row in answer.by_site) == answer.usable_places
    assert all(row.free >= 0 for row in answer.by_site)
    assert sum(row.people for row in answer.by_district) == answer.demand_people
    assert sum(row.unplaced for row in answer.by_district) == answer.unplaced_people
    assert all(row.parties == row.placed + row.unplaced for row in answer.by_need.values())


@then("入れない人には、それぞれ理由がある")
def reasons(asked: Asked) -> None:
    answer = asked.answer
    assert sum(row.people for row in answer.unplaced) == answer.unplaced_people
    assert all(row.reasons for row in answer.unplaced)


@when("報告を表計算とPDFで書き出す")
def write(office: Office, asked: Asked) -> None:
    reporting = app.reporting(office.city)
    content = reporting.capacity_content(asked.answer)
    for ending in ("xlsx", "pdf"):
        reporting.write(content, office.folder / f"capacity.{ending}")


@then("表計算の校区ごとの行を足すと、見出しの数になる")
def spreadsheet(office: Office, asked: Asked) -> None:
    """Small counts are hidden and stand together in one row, so that the column still adds up."""
    file = office.folder / "capacity.xlsx"
    sheet = openpyxl.load_workbook(file)["校区ごと(人)"]
    rows = list(openpyxl.load_workbook(file, data_only=True)["校区ごと(人)"].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "校区")
    total = next(number for number, row in enumerate(rows) if str(row[0]).startswith("合計"))
    assert rows[head][1:4] == ("行く人", "入れる人", "入れない人")
    sums = [
        sum(cell for row in rows[head + 1 : total] if isinstance(cell := row[column], int))
        for column in (1, 2, 3)
    ]
    answer = asked.answer
    assert sums == [answer.demand_people, answer.placed_people, answer.unplaced_people]
    # The footer adds exactly these rows.
    assert sheet.cell(total + 1, 2).value == f"=SUM(B{head + 2}:B{total})"


@then("PDFには、条件と、答えの和の式と、架空の印がある")
def paper(office: Office, asked: Asked) -> None:
    pages = PdfReader(office.folder / "capacity.pdf").pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")
    answer = asked.answer
    for number in (answer.demand_people, answer.placed_people, answer.unplaced_people):
        assert f"{number:,}" in text or str(number) in text
    assert "架空" in text
    assert "洪水" in text
    assert "4㎡" in text
    assert "=" in text or "＝" in text


@when("答えの数が一つ壊れている")
def break_it(asked: Asked) -> None:
    asked.answers.append(replace(asked.answer, placed_people=asked.answer.placed_people + 1))


@when("報告を書き出そうとする")
def try_to_write(office: Office, asked: Asked) -> None:
    reporting = app.reporting(office.city)
    with pytest.raises(KnownProblem) as caught:
        reporting.write(reporting.capacity_content(asked.answer), office.folder / "capacity.pdf")
    office.problem = caught.value


@then("報告のファイルはできていない")
def nothing_there(office: Office) -> None:
    assert list(office.folder.iterdir()) == []
