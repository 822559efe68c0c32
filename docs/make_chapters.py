"""Write the two chapters of the manual that the program itself knows best: its keys and its commands.

    .venv/bin/python docs/make_chapters.py            write them
    .venv/bin/python docs/make_chapters.py --check    say whether they are as the program would write them

A test runs the second, so that a new action or option cannot be forgotten in the manual.
"""

# ruff: noqa: INP001, T201 - a script that is run by path and speaks to a person at a terminal
from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run by path, also where the project is not installed

if TYPE_CHECKING:
    from kurume_bousai.ui.actions import ShortcutRow

MANUAL: Final = ROOT / "docs" / "manual"
KEYS_FILE: Final = "10_操作とキーの一覧.md"
COMMANDS_FILE: Final = "11_コマンド.md"
_SMALLEST_CITY: Final = 50

_KEYS_INTRO: Final = """\
# 10 操作とキーの一覧

このページは `docs/make_chapters.py` がプログラムから作ります。手で直しません。

同じ一覧は、どの画面でも **F1** を押すと出ます。一覧で操作を選んで **Enter** を押すと、その操作をします。
「帳票」の「操作とキーの一覧」から、紙に印刷できます。

![操作とキーの一覧](pictures/shortcuts.png)

マウスがなくても、すべての操作ができます。次の項目へは **Tab**、前の項目へは **Shift+Tab**、
押すときは **スペース** です。
"""

_COMMANDS_INTRO: Final = """\
# 11 コマンド

このページは `docs/make_chapters.py` がプログラムから作ります。手で直しません。

窓でできるデータの仕事は、窓を開かずにもできます。決まった時刻の容量確認や、まとめての取込に使います。

書き方は `python3 bousai.py run コマンド …` です(Windows では `py bousai.py run コマンド …`)。
準備のできた環境では `kurume-bousai コマンド …` とも書けます。

合言葉は、環境変数 `KURUME_BOUSAI_PASSPHRASE`、`--passphrase-file`、または端末での問いかけで渡します。
コマンドの引数には書けません。データベースの場所は `KURUME_BOUSAI_DB`、操作者は
`KURUME_BOUSAI_OPERATOR`、書き出すファイルのパスワードは `KURUME_BOUSAI_OUTPUT_PASSWORD` でも渡せます。

`--json` を付けると、結果を一つのJSONで標準出力に出します。進みぐあいと知らせは標準エラー出力に出ます。

## 終わりの値

| 値 | 意味 |
|---|---|
| 0 | 終わりました。取り込めない行があったことは結果であって、失敗ではありません。 |
| 1 | わかっている問題です。何が起きて、どうすればよいかを出します。 |
| 2 | コマンドの書き方が違います。 |
| 3 | プログラムの不具合です。1から3のとき、途中までの結果は残りません。 |

## どのコマンドにも付けられるもの
"""


def main(arguments: list[str]) -> int:
    """Write or check the chapters; returns the exit status."""
    parser = argparse.ArgumentParser(description="プログラムから作る章を書きます。")
    parser.add_argument("--check", action="store_true", help="書かずに、いまのファイルと比べます")
    is_check = parser.parse_args(arguments).check
    made = {KEYS_FILE: keys_chapter(shortcut_rows()), COMMANDS_FILE: commands_chapter()}
    if not is_check:
        for name, text in made.items():
            (MANUAL / name).write_text(text, encoding="utf-8")
        return 0
    old = [name for name, text in made.items() if _kept(MANUAL / name) != text]
    for name in old:
        print(f"作り直してください: docs/manual/{name}", file=sys.stderr)
    return 1 if old else 0


def _kept(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


# ------------------------------------------------------------------ 10


def shortcut_rows() -> tuple[ShortcutRow, ...]:
    """Every action of every screen, as F1 lists them."""
    with tempfile.TemporaryDirectory() as folder:
        # Before anything asks for a folder or a map: a home of its own, and no browser for a list of keys.
        os.environ |= {
            "KURUME_BOUSAI_HOME": folder,
            "KURUME_BOUSAI_NO_WEBENGINE": "1",
            "QT_QPA_PLATFORM": "offscreen",
        }
        from kurume_bousai import app
        from kurume_bousai.cli.demo_database import prepare_demo
        from kurume_bousai.ui.headless import Studio

        path = app.demo_database_path(Path(folder))
        path.parent.mkdir(parents=True, exist_ok=True)
        prepare_demo(path, members=_SMALLEST_CITY, seed=1, fresh=False, progress=_quiet)
        database = app.open_city(path, app.DEMO_OPERATOR, app.DEMO_PASSPHRASE)
        try:
            with Studio(app.wiring(path, app.DEMO_OPERATOR), database, Path(folder)) as studio:
                for page_id in studio.window.page_ids():
                    studio.window.show_page(page_id)
                studio.settle()
                rows = studio.window.registry.shortcut_rows()
        finally:
            database.close()
    return rows


def keys_chapter(rows: tuple[ShortcutRow, ...]) -> str:
    """The chapter of all actions with their keys."""
    lines = [_KEYS_INTRO.rstrip()]
    for group, found in groupby(rows, key=lambda row: row.group):
        lines += ["", f"## {group}", "", "| 操作 | キー |", "|---|---|"]
        lines += [f"| {row.text} | {row.keys or 'F1の一覧から'} |" for row in found]
    return "\n".join([*lines, ""])


# ------------------------------------------------------------------ 11


def commands_chapter() -> str:
    """The chapter of every command with its options, read from the parser itself."""
    from kurume_bousai.cli import build_parser

    parser = build_parser()
    common = {option for action in _options(parser) for option in action.option_strings}
    lines = [_COMMANDS_INTRO, *_table(_options(parser))]
    for name, words, leaf in _commands(parser, ""):
        own = [action for action in _arguments(leaf) if not set(action.option_strings) & common]
        lines += ["", f"## {name}", "", words]
        if own:
            lines += ["", *_table(own)]
    return "\n".join([*lines, ""])


def _commands(
    parser: argparse.ArgumentParser, prefix: str
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Every command that does something: its whole name, its words, its parser."""
    for group in parser._actions:  # noqa: SLF001 - argparse has no public way to walk its parsers
        if not isinstance(group, argparse._SubParsersAction):  # noqa: SLF001
            continue
        helps = {str(choice.dest): str(choice.help or "") for choice in group._choices_actions}  # noqa: SLF001
        for name, below in group.choices.items():
            whole = f"{prefix} {name}".strip()
            deeper = list(_commands(below, whole))
            if deeper:
                yield from deeper
            else:
                yield whole, _sentence(below.description or helps.get(name, "")), below


def _arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]  # noqa: SLF001


def _options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in _arguments(parser) if action.option_strings]


def _table(actions: list[argparse.Action]) -> list[str]:
    rows = [f"| {_written(action)} | {_meaning(action)} |" for action in actions]
    return ["| 書き方 | 意味 |", "|---|---|", *rows]


def _written(action: argparse.Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices:
        value = "・".join(str(choice) for choice in action.choices)
    if not action.option_strings:
        return f"`{value if action.metavar or action.choices else action.dest}`"
    takes_value = action.nargs != 0
    return f"`{action.option_strings[-1]}{f' {value}' if takes_value else ''}`".replace("|", "\\|")


def _meaning(action: argparse.Action) -> str:
    words = (action.help or "").replace("|", "\\|").replace("\n", " ")
    must = "(必ず付けます)" if action.required and action.option_strings else ""
    return f"{words}{must}"


def _sentence(words: str) -> str:
    return words if not words or words.endswith("。") else f"{words}。"


def _quiet(_done: int, _total: int, _text: str) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
