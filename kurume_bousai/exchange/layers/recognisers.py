"""データの見分け方: datasets known by their attributes, read from ``maps/datasets.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from kurume_bousai.bundled import maps_folder
from kurume_bousai.exchange.columns import fold_heading
from kurume_bousai.exchange.layers.notes import problem
from kurume_bousai.services.ports.layers import WantedLayer

FILE: Final = "datasets.toml"
DEPTH_TEXT: Final = "depth_text"
#: ``--kind`` for a file of one's own that no recogniser knows: a plain map layer, never a hazard.
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Dataset:
    """データの種類: what is printed of it, and what is assumed where its files say nothing."""

    dataset_id: str
    title: str
    attribution: str
    licence: str
    crs: tuple[tuple[int, str], ...] = ()
    coverage: str = ""
    prefecture: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    note: str = ""

    def crs_of(self, year: int) -> str:
        """The system of an edition; an unknown year is taken for the newest."""
        return next((code for last, code in self.crs if (year or 9999) <= last), "")


@dataclass(frozen=True, slots=True)
class Column:
    """値の列 and how to read it: the name of a table of codes, or ``depth_text``."""

    column: str
    codes: str


@dataclass(frozen=True, slots=True)
class Recogniser:
    """見分け方 of one layer: the file has all of ``needs``.

    ``is_asked``: its columns are too common to be told by, so that only a person can say it (``--kind``).
    """

    dataset: str
    needs: tuple[str, ...]
    title: str
    kind: str
    scenario: str = ""
    geometry: str = ""
    value: Column | None = None
    level: Column | None = None
    keep: Mapping[str, str] = field(default_factory=dict)
    parts_column: str = ""
    parts: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    folder_value: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    skip: str = ""
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """受け取らない版: recognised, and refused with the reason."""

    needs: tuple[str, ...]
    code: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Recognisers:
    """見分け方の全部."""

    datasets: Mapping[str, Dataset]
    layers: tuple[Recogniser, ...]
    refused: tuple[Refusal, ...]
    codes: Mapping[str, Mapping[int, str]]
    words_of: Mapping[str, Mapping[str, int]]
    aliases: Mapping[str, str]
    wanted: tuple[WantedLayer, ...]
    city_codes: frozenset[str]
    city_names: frozenset[str]
    prefectures: frozenset[str]

    def recognise(self, columns: Sequence[str], *, kind: str | None, where: str) -> Recogniser:
        """Return the recogniser with the most columns that the file has; ``kind`` narrows to a dataset.

        Raises
        ------
        KnownProblem
            A refusal's own code; ``layer_unknown`` (the columns found are told); ``layer_kind`` (``kind``
            is none of ours, or the file is not of that kind).
        """
        present = {column.casefold() for column in columns}
        if kind == OTHER:
            return Recogniser(OTHER, (), "そのほかの図", OTHER)
        if kind is not None and kind not in self.datasets:
            known = "、".join([*self.datasets, OTHER])
            raise problem(
                "layer_kind",
                f"「{kind}」という種類はありません。",
                where,
                f"--kind は次のどれかです: {known}。",
            )
        fitting = [
            one
            for one in self.layers
            if _has(present, one.needs) and (kind == one.dataset or (kind is None and not one.is_asked))
        ]
        if fitting:
            return max(fitting, key=lambda one: len(one.needs))
        for refusal in self.refused:
            if _has(present, refusal.needs):
                raise problem(refusal.code, refusal.message, where, refusal.advice)
        found = "、".join(columns[:20]) or "なし"
        if kind is not None:
            raise problem("layer_kind", f"「{kind}」のデータではありません。見つかった列: {found}。", where)
        raise problem(
            "layer_unknown",
            f"何のデータか、属性からわかりません。見つかった列: {found}。",
            where,
            "公式のデータならその版を確かめてください。"
            "自分で作った図なら、自分の地図(--kind other)として、図だけを取り込めます。",
        )

    def words(self, table: str, value: int | None) -> str:
        """The meaning of a code; empty = it has none."""
        return "" if value is None else self.codes.get(table, {}).get(value, "")


def _has(present: set[str], needs: Sequence[str]) -> bool:
    # The open interface of the same ministry adds the language: A27_004_ja.
    return all(need.casefold() in present or f"{need.casefold()}_ja" in present for need in needs)


@lru_cache(maxsize=1)
def recognisers() -> Recognisers:
    """Return the recognisers that travel with the program."""
    return parse_recognisers((maps_folder() / FILE).read_text("utf-8"))


def parse_recognisers(text: str) -> Recognisers:
    """Read ``datasets.toml``; a mistake in it is a defect of ours (``KeyError``, ``TypeError``)."""
    content = tomllib.loads(text)
    city = content["city"]
    return Recognisers(
        datasets={name: _dataset(name, entry) for name, entry in content["datasets"].items()},
        layers=tuple(_recogniser(entry) for entry in content["layers"]),
        refused=tuple(
            Refusal(tuple(one["needs"]), one["code"], one["message"], one["advice"])
            for one in content.get("refused", ())
        ),
        codes={
            name: {int(key): str(words) for key, words in table.items()}
            for name, table in content["codes"].items()
        },
        words_of={
            table: {fold_heading(word): int(value) for word, value in words.items()}
            for table, words in content.get("words", {}).items()
        },
        aliases={
            fold_heading(heading): name
            for name, headings in content.get("columns", {}).items()
            for heading in (name, *headings)
        },
        wanted=tuple(
            WantedLayer(
                title=one["title"],
                questions=tuple((kind, scenario) for kind, scenario in one["questions"]),
                where=one["where"],
                is_needed=bool(one.get("needed", False)),
            )
            for one in content.get("wanted", ())
        ),
        city_codes=frozenset(city["codes"]),
        city_names=frozenset(city["names"]),
        prefectures=frozenset(city["prefecture"]),
    )


def _dataset(name: str, entry: Mapping[str, Any]) -> Dataset:
    return Dataset(
        dataset_id=name,
        title=entry["title"],
        attribution=entry["attribution"],
        licence=entry["licence"],
        crs=tuple((int(last), str(code)) for last, code in entry.get("crs", ())),
        coverage=entry.get("coverage", ""),
        prefecture=tuple(entry.get("prefecture", ())),
        city=tuple(entry.get("city", ())),
        note=entry.get("note", ""),
    )


def _recogniser(entry: Mapping[str, Any]) -> Recogniser:
    parts = dict(entry.get("parts", {}))
    column = str(parts.pop("column", ""))
    return Recogniser(
        dataset=entry["dataset"],
        needs=tuple(entry["needs"]),
        title=entry["title"],
        kind=entry["kind"],
        scenario=entry.get("scenario", ""),
        geometry=entry["geometry"],
        value=Column(**entry["value"]) if "value" in entry else None,
        level=Column(**entry["level"]) if "level" in entry else None,
        keep=dict(entry.get("keep", {})),
        parts_column=column,
        parts={name: re.compile(pattern) for name, pattern in parts.items()},
        folder_value=dict(entry.get("folder_value", {})),
        note=entry.get("note", ""),
        skip=entry.get("skip", ""),
        is_asked=bool(entry.get("asked", False)),
    )
