"""What is wrong with the input of a placement: every bad row at once, before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.placement import PlacementOptions, PlacementParty, PlacementSite, Position


def party_problems(parties: Sequence[PlacementParty], rows: Sequence[int] | None = None) -> list[RowProblem]:
    """Everything wrong with the parties; ``rows`` number them as a person sees them (default 1, 2, …)."""
    problems: list[RowProblem] = []
    seen: set[str] = set()
    for row, party in zip(rows or range(1, len(parties) + 1), parties, strict=True):
        problems += _id_problems(row, party.id, seen)
        problems += _position_problems(row, party.position)
        if party.size < 1:
            problems.append(
                RowProblem(row, "size", str(party.size), "size", "人数は1以上の整数にしてください。")
            )
        if party.band not in (1, 2, 3):
            message = "優先度は1・2・3のどれかにしてください。"
            problems.append(RowProblem(row, "band", str(party.band), "band", message))
        if party.max_m is not None and not party.max_m >= 0:
            message = "距離の上限は0以上の数にしてください。"
            problems.append(RowProblem(row, "max_m", str(party.max_m), "max_m", message))
        if party.off_list and party.needs:
            message = "名簿外の人に必要な支援は付けられません。"
            problems.append(RowProblem(row, "needs", "", "off_list_needs", message))
    return problems


def site_problems(sites: Sequence[PlacementSite], rows: Sequence[int] | None = None) -> list[RowProblem]:
    """Everything wrong with the sites, as ``party_problems``."""
    problems: list[RowProblem] = []
    seen: set[str] = set()
    for row, site in zip(rows or range(1, len(sites) + 1), sites, strict=True):
        problems += _id_problems(row, site.id, seen)
        problems += _position_problems(row, site.position)
        if site.capacity is not None and site.capacity < 0:
            message = "定員は0以上の整数にしてください。"
            problems.append(RowProblem(row, "capacity", str(site.capacity), "capacity", message))
        for need, units in site.need_capacity.items():
            if isinstance(units, int) and units < 0:
                message = "受け入れ数は0以上の整数にしてください。"
                problems.append(RowProblem(row, f"cap_{need.value}", str(units), "units", message))
    return problems


def refuse_bad_input(
    parties: Sequence[PlacementParty], sites: Sequence[PlacementSite], options: PlacementOptions
) -> None:
    """Raise ``KnownProblem`` with the complete list where anything cannot be computed with."""
    problems = [("組", problem) for problem in party_problems(parties)]
    problems += [("施設", problem) for problem in site_problems(sites)]
    if problems:
        raise bad_rows(problems)
    if len({type(p.position) for p in parties} | {type(s.position) for s in sites}) > 1:
        raise KnownProblem(
            "mixed_positions",
            "経度・緯度とメートルの座標が混ざっています。",
            advice="組と施設の位置を、どちらか一方の書き方にそろえてください。",
        )
    _refuse_bad_options(sites, options)


def _refuse_bad_options(sites: Sequence[PlacementSite], options: PlacementOptions) -> None:
    open_count = sum(site.is_open for site in sites)
    if options.open_at_most is not None and not 0 <= options.open_at_most <= open_count:
        raise KnownProblem(
            "open_count",
            f"開ける施設の数を{options.open_at_most}としましたが、開けられる施設は{open_count}です。",
            where="--open",
            advice=f"0から{open_count}までの数にしてください。",
        )
    if not options.time_limit_s > 0:
        raise KnownProblem(
            "time_limit",
            "時間の上限は0より大きい秒数にしてください。",
            where="--time-limit",
            advice="例えば60としてください。",
        )
    if options.reach_m is not None and not options.reach_m >= 0:
        raise KnownProblem(
            "reach",
            "距離の上限は0以上のメートルにしてください。",
            where="--reach",
            advice="例えば5000としてください。",
        )


def bad_rows(problems: Sequence[tuple[str, RowProblem]]) -> KnownProblem:
    """One problem that lists every bad row; the first of each pair names the file or the list."""
    lines = [
        f"{source} {problem.row}行目 {problem.column}「{problem.value}」：{problem.message}"
        for source, problem in problems
    ]
    places = [f"{source} {problem.row}行目 {problem.column}" for source, problem in problems]
    return KnownProblem(
        "bad_rows",
        "\n".join([f"直すところが{len(problems)}件あります。何も計算していません。", *lines]),
        where="、".join(places),
        advice="示した行を直して、もう一度実行してください。",
    )


def _id_problems(row: int, identifier: str, seen: set[str]) -> list[RowProblem]:
    if not identifier:
        return [RowProblem(row, "id", "", "id_missing", "IDが空です。")]
    if identifier in seen:
        return [RowProblem(row, "id", identifier, "id_duplicate", "同じIDがほかの行にもあります。")]
    seen.add(identifier)
    return []


def _position_problems(row: int, position: Position) -> list[RowProblem]:
    if isinstance(position, LonLat):
        return []  # LonLat itself refuses what is not finite or out of range
    if math.isfinite(position.x_m) and math.isfinite(position.y_m):
        return []
    columns = (("x_m", position.x_m), ("y_m", position.y_m))
    return [
        RowProblem(row, column, str(value), "position", "位置が数ではありません。")
        for column, value in columns
        if not math.isfinite(value)
    ]
