"""Sheets to hang on a wall or lock in a safe: the list of shortcuts, and the 回復キー."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from kurume_bousai.reports.paper import Column, Paper, Table
from kurume_bousai.reports.pdf import compile_template, render_pdf

#: Letters of the key that stand together on the sheet.
_GROUP = 4
_GROUPS_PER_LINE = 4


def shortcut_sheet(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """Return the PDF of all shortcuts; a row is (group, words of the action, keys), grouped in order."""
    blocks = tuple(
        Table(
            heading=group,
            columns=(Column("すること", 3), Column("キー", 1.4)),
            rows=tuple((words, keys) for _, words, keys in members),
        )
        for group, members in groupby(rows, key=lambda row: row[0])
    )
    paper = Paper(
        kind="shortcuts",
        title="キーの一覧",
        subtitle="マウスを使わなくても、すべての操作ができます。",
        marks=(),
        blocks=blocks,
        footer=("久留米 要支援者 図上訓練・容量",),
    )
    return render_pdf(paper).content


def recovery_sheet(key: str, file_label: str) -> bytes:
    """Return the PDF of the 回復キー in large type; it goes to a printer or a safe, never into a mail.

    ``file_label`` tells which file it opens and when it was made; ``key`` is printed in groups of four.
    """
    values = {
        "label": file_label,
        "lines": key_lines(key),
        "key": key,
    }
    return compile_template("recovery.typ", values)


def key_lines(key: str) -> list[list[str]]:
    """Return the key as lines of groups: as it is where it has hyphens, else in fours."""
    plain = key.strip()
    groups = (
        plain.split("-")
        if "-" in plain
        else [plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP)]
    )
    return [groups[start : start + _GROUPS_PER_LINE] for start in range(0, len(groups), _GROUPS_PER_LINE)]
