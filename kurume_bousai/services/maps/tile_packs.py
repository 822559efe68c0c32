"""タイルの背景の用件: which packs are there; looking at a file, keeping it, taking it away."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import new_id
from kurume_bousai.domain.tile_packs import MOST_CREDIT, MOST_TITLE, TileFacts, TilePack, TilePackId
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.ports.tiles import PackState, StoredFile, TileFile, TileFileReader, TileShelf
from kurume_bousai.services.progress import Progress, no_progress

_CHANGED = frozenset({Topic.BACKGROUNDS})


@dataclass(frozen=True, slots=True)
class ShelvedPack:
    """タイルの背景 with the state of its file."""

    pack: TilePack
    state: PackState

    @property
    def fault(self) -> str:
        """What is wrong, as a sentence for people; "" = nothing."""
        title = self.pack.title
        if self.state is PackState.MISSING:
            return f"背景の地図「{title}」のファイルがありません。もとのファイルをもう一度加えてください。"
        if self.state is PackState.CHANGED:
            return f"背景の地図「{title}」のファイルが変わっています。消してから、もう一度加えてください。"
        return ""


@dataclass(frozen=True, slots=True)
class TilePreview:
    """点検の結果: the file as it was looked at; nothing is kept yet."""

    file: TileFile = field(repr=False)
    facts: TileFacts
    warnings: tuple[str, ...]

    def named(self, title: str, attribution: str, licence: str) -> TilePreview:
        """The same with the words a person gave.

        Raises
        ------
        KnownProblem
            ``tiles_no_title``, ``tiles_no_credit``: a map of somebody else is never shown without its source.
        """
        title, attribution = title.strip(), attribution.strip()
        if not title:
            raise KnownProblem(
                "tiles_no_title",
                "背景の地図の名前が空です。",
                advice="地図で選ぶときの名前を入れてください。",
            )
        if not attribution:
            raise KnownProblem(
                "tiles_no_credit",
                "背景の地図の出典が空です。地図と印刷物には、出典を必ず出します。",
                where=self.facts.source,
                advice="地図を作ったところの名前を入れてください。例 久留米市、国土地理院。",
            )
        facts = dataclasses.replace(
            self.facts,
            title=title[:MOST_TITLE],
            attribution=attribution[:MOST_CREDIT],
            licence=licence.strip()[:MOST_CREDIT],
        )
        return dataclasses.replace(self, facts=facts)

    def as_json(self) -> dict[str, object]:
        """The object of ``tiles import --json``."""
        return {**facts_json(self.facts), "warnings": list(self.warnings)}


def facts_json(facts: TileFacts | TilePack) -> dict[str, object]:
    """What is told of a set of tiles."""
    return {
        "title": facts.title,
        "bounds": [facts.west, facts.south, facts.east, facts.north],
        "min_zoom": facts.min_zoom,
        "max_zoom": facts.max_zoom,
        "tiles": facts.tile_count,
        "media_type": facts.media_type,
        "size_bytes": facts.size_bytes,
        "attribution": facts.attribution,
        "licence": facts.licence,
        "source": facts.source,
    }


@dataclass(frozen=True, slots=True)
class TilePackService:
    """タイルの背景の用件 on one open database. Safe to call from the runner's threads."""

    database: CityDatabase
    shelf: TileShelf
    read_file: TileFileReader = field(repr=False)
    clock: Clock
    #: Called after a change, so that the next map shows it.
    ground_changed: Callable[[], None] = field(repr=False)

    def packs(self) -> tuple[ShelvedPack, ...]:
        """Every registered pack with the state of its file, in order of title; slow once per file."""
        with self.database.reading() as session:
            kept = session.tile_packs.all()
        return tuple(ShelvedPack(pack, self.shelf.state(pack)) for pack in kept)

    def preview(self, path: Path, progress: Progress = no_progress) -> TilePreview:
        """Look at a file of map pictures. Keeps nothing.

        Raises
        ------
        KnownProblem
            ``no_right`` and what the readers say.
        """
        self.database.access.require(Right.EDIT_MAPS)
        file = self.read_file(path, progress)
        return TilePreview(file, file.facts, tuple(file.warnings))

    def add(self, preview: TilePreview, progress: Progress = no_progress) -> Outcome[TilePack]:
        """Keep what was looked at; needs a title and a source (``TilePreview.named``)."""
        self.database.access.require(Right.EDIT_MAPS)
        wanted = preview.named(preview.facts.title, preview.facts.attribution, preview.facts.licence)
        return self._register(self.shelf.keep(wanted.file, wanted.facts, progress))

    def add_copy(self, path: Path, progress: Progress = no_progress) -> Outcome[TilePack]:
        """Keep a pack that this program made, byte for byte (地図パック, 地理院タイル)."""
        self.database.access.require(Right.EDIT_MAPS)
        return self._register(self.shelf.keep_copy(path, progress))

    def remove(self, pack_id: TilePackId) -> Outcome[TilePack]:
        """Take a pack and its file away; the audit keeps that it was there.

        Raises
        ------
        KnownProblem
            ``no_right``, ``tiles_no_pack``.
        """
        access = self.database.access
        access.require(Right.EDIT_MAPS)
        with self.database.writing() as session:
            pack = next((one for one in session.tile_packs.all() if one.pack_id == pack_id), None)
            if pack is None:
                raise KnownProblem(
                    "tiles_no_pack",
                    "この番号の背景の地図はありません。",
                    where=pack_id,
                    advice="今ある背景の地図の番号を、一覧で確かめてください。",
                )
            session.tile_packs.remove(access, pack_id)
        # A file that cannot be taken away now is in nobody's way: it is not registered any more.
        self.shelf.remove(pack.sha256)
        self.ground_changed()
        return Outcome(pack, _CHANGED)

    def _register(self, stored: StoredFile) -> Outcome[TilePack]:
        """The same file again is the same pack: its words are those inside the file."""
        access = self.database.access
        with self.database.writing() as session:
            for known in session.tile_packs.all():
                if known.sha256 == stored.sha256:
                    self.ground_changed()
                    return Outcome(known, _CHANGED)
            pack = self._pack(stored, access.name)
            session.tile_packs.add(access, pack)
        self.ground_changed()
        return Outcome(pack, _CHANGED)

    def _pack(self, stored: StoredFile, operator: str) -> TilePack:
        facts = stored.facts
        return TilePack(
            TilePackId(new_id()),
            facts.title,
            stored.sha256,
            facts.west,
            facts.south,
            facts.east,
            facts.north,
            facts.min_zoom,
            facts.max_zoom,
            facts.tile_count,
            facts.media_type,
            stored.size_bytes,
            facts.attribution,
            facts.licence,
            facts.source,
            self.clock.now(),
            operator,
        )
