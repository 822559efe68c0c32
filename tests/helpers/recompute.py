"""A workbook computed anew by LibreOffice, without the values that were stored with its formulas."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

Key = tuple[str, str]  # sheet, cell


def need_soffice() -> str:
    """Return the program; skip with the reason where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip("LibreOffice (soffice) is not installed: workbooks are not computed anew")
    return found


def without_values(workbook: bytes) -> bytes:
    """Return the workbook with every stored value of a formula removed, so that none can be copied."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            content = old.read(item.filename)
            if item.filename.startswith("xl/worksheets/"):
                text = re.sub(r"(</f>)<v>[^<]*</v>", r"\1", content.decode())
                content = text.encode()
            new.writestr(item, content)
    return out.getvalue()


def recomputed(workbook: bytes, folder: Path) -> dict[Key, object]:
    """Return the value of every formula cell as LibreOffice computes it."""
    program = need_soffice()
    source, target = folder / "in", folder / "out"
    source.mkdir()
    (source / "book.xlsx").write_bytes(without_values(workbook))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, "--headless", profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    done = subprocess.run(
        [*command, str(target), str(source / "book.xlsx")], capture_output=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return _values((target / "book.xlsx").read_bytes(), formula_cells(workbook))


def stored(workbook: bytes) -> dict[Key, object]:
    """Return the value stored with every formula."""
    return _values(workbook, formula_cells(workbook))


def formula_cells(workbook: bytes) -> dict[Key, str]:
    """Return every formula of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def _values(workbook: bytes, cells: dict[Key, str]) -> dict[Key, object]:
    book = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    return {(sheet, cell): book[sheet][cell].value for sheet, cell in cells}
