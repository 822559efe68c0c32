"""取込の結果の紙: what the office counted, what was read, what was written, who must be told. No names."""

from __future__ import annotations

from datetime import date

from kurume_bousai.services.ports.office_papers import ImportFigures, ImportReport, ImportTold
from kurume_bousai.services.roster_import.results import RowKind
from kurume_bousai.services.roster_import.session import SessionPreview


def import_report(done: SessionPreview, as_of: date) -> ImportReport:
    """The content of the paper about a session of imports, committed or only looked at."""
    return ImportReport(
        files=tuple(
            ImportFigures(
                source=one.source,
                file_name=one.file_name,
                is_whole=one.is_whole,
                counts=tuple(one.counts.items()),
                expected_matches=one.expected_matches,
                gaps=tuple(
                    (f"{gap.kind} {gap.item}".strip(), gap.expected, gap.found)
                    for gap in one.expected_differences
                ),
                recount_matches=one.recount_matches,
            )
            for one in done.files
        ),
        added=done.people[RowKind.ADDED],
        changed=done.people[RowKind.CHANGED],
        removed=done.people[RowKind.REMOVED],
        told=tuple(_told(holder.as_json()) for holder in done.tell_holders),
        is_committed=done.is_committed,
        as_of=as_of,
    )


def _told(holder: dict[str, object]) -> ImportTold:
    copies = holder.get("copies")
    return ImportTold(
        recipient=str(holder.get("recipient", "")),
        copies=tuple(map(str, copies)) if isinstance(copies, list) else (),
        remove=int(str(holder.get("remove", 0))),
        changed=int(str(holder.get("changed", 0))),
        must_come_back=bool(holder.get("must_come_back")),
    )
