"""After a whole session no name of the list can be read anywhere on the disk but in the file it came from."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.rosters import person, write_xlsx
from tests.helpers.disk_scan import files_with
from tests.helpers.sentinel_day import SENTINELS

ROOT = Path(__file__).resolve().parents[2]
NAME, KANA, ADDRESS, PHONE, NOTE = SENTINELS
#: A Qt window with Chromium inside, twelve papers and a careful key: slow on a shared machine.
PATIENCE_S = 280


class Disk:
    """A disk of the day's own: home, temporary folder, database, outputs; the list lies beside it."""

    def __init__(self, folder: Path) -> None:
        self.scanned = folder / "disk"
        self.list_file = folder / "given" / "list.xlsx"
        for place in (
            self.scanned / "tmp",
            self.scanned / "home",
            self.scanned / "city",
            self.list_file.parent,
        ):
            place.mkdir(parents=True)
        rows = [
            person(number, 氏名=NAME, フリガナ=KANA, 住所=ADDRESS, 電話1=PHONE, 備考=NOTE)
            for number in range(1, 8)
        ]
        rows[-1] |= {"登録状態": "", "登録日": ""}  # who has not applied gets a letter
        write_xlsx(self.list_file, rows)

    @property
    def env(self) -> dict[str, str]:
        """An environment in which everything lies on this disk."""
        home = self.scanned / "home"
        env = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        names = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
        env |= dict.fromkeys(names, str(home)) | {"KURUME_BOUSAI_HOME": str(home / "kurume")}
        return env | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.scanned / "tmp"))


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def day(disk: Disk) -> Iterator[subprocess.Popen[str]]:
    """The day, until everything has been done and is still open."""
    command = [sys.executable, "-m", "tests.helpers.sentinel_day"]
    places = [disk.scanned / "city" / "city.db", disk.list_file, disk.scanned / "out"]
    with (disk.scanned / "stderr.log").open("wb") as said:
        child = subprocess.Popen(
            [*command, *map(str, places)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env=disk.env,
        )
    yield child
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_name_can_be_read_on_the_disk(disk: Disk, day: subprocess.Popen[str]) -> None:
    assert day.stdout is not None
    assert day.stdin is not None
    said = day.stdout.readline()
    assert said == "open\n", (disk.scanned / "stderr.log").read_text("utf-8", "replace")[-3000:]
    files = {str(path.relative_to(disk.scanned)) for path in disk.scanned.rglob("*") if path.is_file()}
    expected = (
        "city/city.db",
        "city/city.db-wal",
        "out/roster.pdf",
        "out/roster.xlsx",
        "out/city.backup",
        "out/handed.pdf",
        "out/letters.pdf",
        "out/loss.pdf",
    )
    assert set(expected) <= files
    assert any(name.endswith(".png") for name in files)
    assert any(name.endswith(".log") for name in files)
    assert files_with(disk.scanned, SENTINELS) == [], "while the program runs"
    day.stdin.write("\n")
    day.stdin.flush()
    assert day.wait(PATIENCE_S) == 0
    assert files_with(disk.scanned, SENTINELS) == [], "after it ended"
    assert files_with(disk.list_file.parent, SENTINELS) == ["list.xlsx"], "the scan finds a name where one is"
    sys.stdout.write(
        f"\n{len(files)} files scanned, no sentinel in clear:\n  " + "\n  ".join(sorted(files)) + "\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16-le", "utf-16-be"])
def test_the_scan_finds_a_name_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x.bin").write_bytes(b"\x00\x01" + NAME.encode(encoding) + b"\xff")
    assert files_with(tmp_path, SENTINELS) == ["x.bin"]


def test_the_scan_looks_into_packed_files_and_names(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", f"<t>{NAME}</t>" * 50)
    (tmp_path / f"{KANA}.txt").write_bytes(b"")
    (tmp_path / "clean.txt").write_text("架空 花子", "utf-8")
    assert files_with(tmp_path, SENTINELS) == ["x.xlsx", f"{KANA}.txt"]


def test_the_scan_reads_the_text_of_a_pdf(tmp_path: Path) -> None:
    from kurume_bousai.reports.sheets import recovery_sheet

    (tmp_path / "sheet.pdf").write_bytes(recovery_sheet("AAAA-BBBB", NAME))
    assert files_with(tmp_path, SENTINELS) == ["sheet.pdf"]
