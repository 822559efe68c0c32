"""Marks of a list of 避難場所: yes, no, on conditions; what is neither is told and never counts as yes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kurume_bousai.exchange.gsi import read_shelters

HEADER = "ID,名称,所在地_連結表記,緯度,経度,災害種別_洪水,災害種別_地震,想定収容人数"


def hazards(folder: Path, flood: str, quake: str = "") -> tuple[frozenset[str], list[str]]:
    path = folder / "x.csv"
    path.write_text(f"{HEADER}\nK1,架空公民館,架空町9999,33.3,130.5,{flood},{quake},100\n", "utf-8")
    file = read_shelters(path)
    return file.sites[0].values["hazards"], [problem.code for problem in file.problems]


@pytest.mark.parametrize("mark", ["1", "1.0", "○", "〇", "◯", "◎", "可"])
def test_yes(tmp_path: Path, mark: str) -> None:
    assert hazards(tmp_path, mark) == (frozenset({"洪水"}), [])


@pytest.mark.parametrize("mark", ["", "0", "×", "-", "不可"])
def test_no(tmp_path: Path, mark: str) -> None:
    assert hazards(tmp_path, mark) == (frozenset(), [])


@pytest.mark.parametrize(("mark", "code"), [("△", "hazard_conditional"), ("2階以上", "hazard_unreadable")])
def test_neither_is_told_and_counts_as_no(tmp_path: Path, mark: str, code: str) -> None:
    assert hazards(tmp_path, mark, "○") == (frozenset({"地震"}), [code])
