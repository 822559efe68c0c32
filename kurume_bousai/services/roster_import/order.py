"""取込の指定と確認: what a person orders before an import and confirms before its commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.people.roster_file import ControlTotals, RosterFile
from kurume_bousai.services.roster_import.results import FindingKind, ImportPreview

#: RULEBOOK §7: a whole file that removes more than this share needs the exact number confirmed.
REMOVAL_LIMIT_RATIO: Final = 0.02


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """取込の指定: where the file comes from, whether it is 全件, and what it must add up to.

    ``extracted_on``: the day the office drew the extract, where it says so.
    """

    source: str
    is_whole: bool
    expected: ControlTotals | None = None
    removal_limit_ratio: float = REMOVAL_LIMIT_RATIO
    extracted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Confirmations:
    """確認: what a person typed before the commit. ``accepted``: findings they looked into and took on."""

    removals: int | None = None
    mismatch_reason: str = ""
    accepted: frozenset[FindingKind] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportFile:
    """取り込むファイル of a session: as read, with its own order and confirmations."""

    roster: RosterFile = field(repr=False)
    order: ImportOrder
    confirmations: Confirmations = field(default_factory=Confirmations)


def check_confirmations(preview: ImportPreview, confirmations: Confirmations) -> None:
    """Refuse a commit that something still stands in the way of.

    Raises
    ------
    KnownProblem
        ``removals_differ``, ``removals_unconfirmed``, ``totals_mismatch`` or ``finding_unaccepted``.
    """
    where = preview.file_name
    removals = confirmations.removals
    if removals is not None and removals != preview.removed:
        raise KnownProblem(
            "removals_differ",
            f"消除する人数が違います。確認は{removals:,}人、点検の結果は{preview.removed:,}人です。",
            where=where,
            advice="ファイルが全件かどうかを提供元に確かめてください。",
        )
    if preview.expected_matches is False and not confirmations.mismatch_reason.strip():
        items = "、".join(
            f"{gap.kind}:{gap.item}" if gap.item else gap.kind for gap in preview.expected_differences
        )
        raise KnownProblem(
            "totals_mismatch",
            f"提供元の件数と合いません({items})。",
            where=where,
            advice="提供元に確かめてください。理由を残して確定するときは --accept-mismatch を使います。",
        )
    for finding in preview.findings:
        if finding.must_accept and finding.kind not in confirmations.accepted:
            raise KnownProblem(
                "finding_unaccepted",
                finding.message,
                where=where,
                advice=f"確かめた結果そのまま取り込むときは --accept {finding.kind.value} を付けます。",
            )
    if preview.removal_needs_confirmation and removals is None:
        raise KnownProblem(
            "removals_unconfirmed",
            f"名簿から{preview.removed:,}人が消除されます。人数を確認するまで確定できません。",
            where=where,
            advice=f"正しければ --confirm-removals {preview.removed} を付けます。"
            "一部の人だけのファイルなら --part を使います。",
        )
