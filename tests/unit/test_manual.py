"""The manual is true: its pictures and links exist, its generated chapters are those of this program."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

PICTURE = re.compile(r"!\[[^\]]+\]\((pictures/[^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#]+)(?:#[^)]*)?\)")
#: Names of machines, of persons' folders and of package registries.
MACHINE_PATHS = re.compile(
    r"(?:^|[\s`(\"'])(?:/(?:root|home|work|tmp|Users)/|[A-Z]:\\)|\bpy" + r"pi\b|files\.python" + "hosted"
)
#: What must not be written, and what is right.
WRONG_WORDS = {
    "復旧キー": "回復キー",
    "復旧鍵": "回復キー",
    "障がい": "障害",
    "福祉避難場所": "福祉避難所",
    "指定緊急避難所": "指定緊急避難場所",
    "指定避難場所": "指定避難所",
    "福祉施設避難所": "福祉避難所",
    "ユーザー": "操作者",
    "パスフレーズ": "合言葉",
    "リカバリーキー": "回復キー",
    "図上演習": "図上訓練",
    "学校区": "校区",
}
ALLOWED_INSIDE = {"学校区": ("小学校区",)}
LARGEST_PICTURE = 150_000
LARGEST_FOLDER = 4_000_000


@pytest.fixture(scope="module")
def docs(project_root: Path) -> Path:
    return project_root / "docs"


@pytest.fixture(scope="module")
def texts(docs: Path) -> dict[str, str]:
    """Every document that people wrote, by its name relative to docs/."""
    found = [*sorted((docs / "manual").glob("*.md")), *sorted((docs / "decisions").glob("*.md"))]
    found.append(docs / "city_questions.md")
    return {file.relative_to(docs).as_posix(): file.read_text(encoding="utf-8") for file in found}


def _known_codes(folder: Path) -> set[str]:
    """Every text constant of the code: codes are written out where they are raised."""
    return {
        node.value
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_picture_named_exists_and_every_picture_is_named(docs: Path, texts: dict[str, str]) -> None:
    named = {name for text in texts.values() for name in PICTURE.findall(text)}
    there = {f"pictures/{file.name}" for file in (docs / "manual" / "pictures").iterdir()}
    assert named == there


def test_pictures_are_small(docs: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in (docs / "manual" / "pictures").iterdir()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_PICTURE} == {}
    assert sum(sizes.values()) < LARGEST_FOLDER


def test_every_picture_can_be_made_again(project_root: Path, docs: Path) -> None:
    script = "".join(file.read_text(encoding="utf-8") for file in docs.glob("*pictures*.py"))
    missing = [
        file.stem for file in (docs / "manual" / "pictures").iterdir() if f'"{file.stem}"' not in script
    ]
    assert missing == []


def test_links_lead_somewhere(docs: Path, texts: dict[str, str]) -> None:
    broken = [
        (name, target)
        for name, text in texts.items()
        for target in LINK.findall(text)
        if not ((docs / name).parent / unquote(target)).exists()
    ]
    assert broken == []


def test_every_chapter_is_in_the_table_of_contents(docs: Path, texts: dict[str, str]) -> None:
    for folder in ("manual", "decisions"):
        listed = set(LINK.findall(texts[f"{folder}/README.md"]))
        files = {file.name for file in (docs / folder).glob("[0-9]*.md")}
        assert files <= listed


def test_no_path_of_a_machine(texts: dict[str, str]) -> None:
    assert [(name, found) for name, text in texts.items() if (found := MACHINE_PATHS.findall(text))] == []


def test_words_are_those_of_the_glossary(texts: dict[str, str]) -> None:
    wrong = []
    for name, text in texts.items():
        for word, right in WRONG_WORDS.items():
            plain = text
            for allowed in ALLOWED_INSIDE.get(word, ()):
                plain = plain.replace(allowed, "")
            if word in plain:
                wrong.append((name, word, right))
    assert wrong == []


def test_each_kind_of_shelter_keeps_its_own_name(texts: dict[str, str]) -> None:
    """避難場所 is only ever the 指定緊急避難場所 (or 緊急避難場所); it is no short form of a shelter."""
    loose = re.compile(r"(?<!緊急)避難場所")
    assert [name for name, text in texts.items() if loose.search(text)] == []


def test_every_code_explained_is_a_code_of_the_program(project_root: Path, texts: dict[str, str]) -> None:
    chapter = texts["manual/09_困ったとき.md"]
    explained = set(re.findall(r"`([a-z]+(?:_[a-z]+)*)`", chapter)) - {"demo"}
    assert len(explained) > 60
    assert explained - _known_codes(project_root / "kurume_bousai") == set()


def test_every_row_of_the_messages_has_its_three_cells(texts: dict[str, str]) -> None:
    rows = [row for row in texts["manual/09_困ったとき.md"].splitlines() if row.startswith("|")]
    assert [row for row in rows if row.count("|") != 4] == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_generated_chapters_are_up_to_date(project_root: Path) -> None:
    command = [sys.executable, str(project_root / "docs" / "make_chapters.py"), "--check"]
    env = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=project_root, env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
