from __future__ import annotations

import io
import os
import sys
from typing import Any

import msoffcrypto
import openpyxl
import pypdf
import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.reports import protect
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.services.papers.ports import ReportFormat
from tests.fixtures import papers

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PASSWORD = "訓練のための合言葉2026"


def clear(form: ReportFormat) -> bytes:
    return ReportMaker().render(papers.roster(), papers.STAMP, form, papers.COPY).content


def test_a_named_pdf_opens_with_its_password_only_and_is_aes_256() -> None:
    made = protect.encrypt(clear(ReportFormat.PDF), ReportFormat.PDF, PASSWORD)
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert reader.is_encrypted
    assert not reader.decrypt("wrong password")
    assert reader.decrypt(PASSWORD)
    assert "架空 太郎" in reader.pages[0].extract_text()
    rules: Any = pypdf.PdfReader(io.BytesIO(made)).trailer["/Encrypt"]
    assert (rules["/V"], rules["/R"], rules["/CF"]["/StdCF"]["/CFM"]) == (5, 6, "/AESV3")


def test_a_named_workbook_opens_with_its_password_only() -> None:
    made = protect.encrypt(clear(ReportFormat.XLSX), ReportFormat.XLSX, PASSWORD)
    office = msoffcrypto.OfficeFile(io.BytesIO(made))
    assert office.is_encrypted()
    office.load_key(password=PASSWORD)
    opened = io.BytesIO()
    office.decrypt(opened)
    sheet = openpyxl.load_workbook(opened)["津福校区の名簿"]
    assert sheet["B5"].value == "架空 太郎"
    assert sheet["B6"].value == papers.EVIL
    assert sheet["B6"].data_type == "s"


@pytest.mark.parametrize("form", [ReportFormat.PDF, ReportFormat.XLSX])
def test_no_name_is_readable_in_the_encrypted_bytes(form: ReportFormat) -> None:
    made = protect.encrypt(clear(form), form, PASSWORD)
    for name in ("架空 太郎", "0942-00-0001", "津福本町"):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert name.encode(encoding) not in made


@pytest.mark.parametrize("form", [ReportFormat.PDF, ReportFormat.XLSX])
def test_a_named_paper_is_made_without_any_file(form: ReportFormat) -> None:
    clear(form)  # fonts and templates are read once

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
            touched.append(str(arguments[0]))

    touched: list[str] = []
    watching = True
    sys.addaudithook(note)
    try:
        protect.encrypt(clear(form), form, PASSWORD)
    finally:
        watching = False
    assert touched == []


@pytest.mark.parametrize("form", [ReportFormat.CSV, ReportFormat.HTML, ReportFormat.JSON])
def test_forms_that_cannot_be_encrypted_are_refused(form: ReportFormat) -> None:
    with pytest.raises(KnownProblem, match="named_format"):
        protect.encrypt(b"x", form, PASSWORD)


@pytest.mark.parametrize(
    ("password", "code"), [("123456789", "password_short"), ("あ" * 43, "password_long")]
)
def test_a_password_has_ten_characters_and_fits(password: str, code: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        protect.encrypt(b"x", ReportFormat.PDF, password)
    assert caught.value.code == code
    assert password not in str(caught.value) + caught.value.message + caught.value.advice
