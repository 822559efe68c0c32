"""``import gazetteer``: the address dictionary, previewed or committed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.gazetteer import GazetteerKind

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Read a file, a zip or a folder; say what is in it, and write it where that was asked."""
    from kurume_bousai.app.clock import SystemClock
    from kurume_bousai.exchange.gazetteer_files import read_gazetteer
    from kurume_bousai.labels import label
    from kurume_bousai.services.places.gazetteer_import import commit_gazetteer, preview_gazetteer

    kind = _kind(args.kind)
    with context.open_database() as database:
        file = read_gazetteer(args.file, kind)
        if args.commit:
            result = commit_gazetteer(database, file, SystemClock()).value
        else:
            result = preview_gazetteer(database, file)
    levels = "、".join(f"{label(level)} {count:,}件" for level, count in result.levels.items())
    context.tell(
        f"{label(result.kind)}として読みました。読んだ行{result.read:,}、町字{result.towns:,}、{levels}。"
    )
    for warning in result.warnings:
        context.tell(warning)
    if result.is_same_file:
        context.tell("同じ内容のファイルが、もう入っています。")
    elif result.replaced:
        context.tell(f"今までの{result.replaced:,}件を、この辞書に置きかえます。")
    return result.as_json()


def _kind(text: str | None) -> GazetteerKind | None:
    if text is None:
        return None
    try:
        return GazetteerKind(text)
    except ValueError:
        known = "、".join(GazetteerKind)
        raise KnownProblem(
            "gazetteer_kind_unknown",
            "住所辞書の種類の名前ではありません。",
            where="--kind",
            advice=f"使える名前は {known} です。付けなければ、列の見出しから決めます。",
        ) from None
