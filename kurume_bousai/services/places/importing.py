"""地図データの用件: bring 校区 and sites in, pin a background, and say what there is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import BackgroundId
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.districts.importing import DistrictFile, commit_districts, preview_districts
from kurume_bousai.services.places.ports import (
    MapPicture,
    MapPin,
    PinFit,
    PlaceFile,
    PlaceFileKind,
    PlaceResult,
    PlaceTools,
)
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.shelters.importing import commit_sites, preview_sites

#: A picture is refused before it is read into memory (the tools check again).
_MOST_PICTURE_BYTES = 80_000_000


@dataclass(frozen=True, slots=True)
class PlacePreview:
    """点検の結果: the file as it was read, so that exactly this is written, and what it would do."""

    file: PlaceFile = field(repr=False)
    result: PlaceResult


@dataclass(frozen=True, slots=True)
class PlacesNow:
    """いま入っているもの. ``imported`` = 校区 whose outline came from a file; the rest are 概略."""

    districts: int
    imported: int
    outline_sources: tuple[str, ...]
    outlines_on: str
    welfare: int
    power_first: int
    welfare_sources: tuple[str, ...]
    welfare_on: str
    designated: int
    emergency: int
    backgrounds: tuple[Background, ...]


@dataclass(frozen=True, slots=True)
class PlacesService:
    """地図データの用件 on one open database. Safe to call from the runner's threads."""

    database: CityDatabase
    tools: PlaceTools
    clock: Clock

    def now(self) -> PlacesNow:
        """Return what is in the file, backgrounds without their pictures."""
        with self.database.reading() as session:
            districts = session.districts.all()
            imported = [outline for outline in session.districts.outlines() if not outline.approximate]
            welfare = session.shelters.welfare()
            return PlacesNow(
                districts=len(districts),
                imported=len(imported),
                outline_sources=tuple(dict.fromkeys(one.source for one in imported if one.source)),
                outlines_on=_latest_outline(imported),
                welfare=sum(not site.is_power_first for site in welfare),
                power_first=sum(site.is_power_first for site in welfare),
                welfare_sources=tuple(dict.fromkeys(site.source for site in welfare if site.source)),
                welfare_on=_latest_check(welfare),
                designated=len(session.shelters.designated()),
                emergency=len(session.shelters.emergency()),
                backgrounds=tuple(session.backgrounds.all()),
            )

    def preview(self, kind: PlaceFileKind, path: Path) -> PlacePreview:
        """Read a file and say what it would change. Writes nothing.

        Raises
        ------
        KnownProblem
            ``no_right`` and what the readers and previews say.
        """
        if kind is PlaceFileKind.DISTRICTS:
            outlines = self.tools.read_districts(path)
            return PlacePreview(
                outlines,
                preview_districts(self.database, outlines, make_locator=self.tools.make_locator),
            )
        reader = self.tools.read_welfare if kind is PlaceFileKind.WELFARE else self.tools.read_shelters
        sites = reader(path)
        locator = self.tools.locator(self.database)
        return PlacePreview(sites, preview_sites(self.database, sites, locator=locator))

    def commit(self, preview: PlacePreview) -> Outcome[PlaceResult]:
        """Write exactly what was previewed, in one transaction."""
        outcome = self._commit(preview.file)
        self.tools.ground_changed()
        return outcome

    def _commit(self, file: PlaceFile) -> Outcome[PlaceResult]:
        if isinstance(file, DistrictFile):
            done = commit_districts(
                self.database,
                file,
                make_locator=self.tools.make_locator,
                today=self.clock.now().date(),
            )
            return Outcome(done.value, done.changes)
        written = commit_sites(self.database, file, locator=self.tools.locator(self.database))
        return Outcome(written.value, written.changes)

    def write_welfare_template(self, path: Path) -> None:
        """Write the empty form of the 福祉避難所 list as ``.xlsx`` or ``.csv``."""
        self.tools.write_welfare_template(path)

    # -- 背景図 --------------------------------------------------------------------------------

    def read_picture(self, path: Path, page: int = 0) -> MapPicture:
        """Read a PNG, JPEG or one page of a PDF for pinning.

        Raises
        ------
        KnownProblem
            ``file_unreadable``, ``background_too_big`` and what the reader says.
        """
        try:
            if path.stat().st_size > _MOST_PICTURE_BYTES:
                raise KnownProblem(
                    "background_too_big",
                    "図のファイルが大きすぎます。",
                    where=path.name,
                    advice="80MBより小さくして、保存し直してください。",
                )
            content = path.read_bytes()
        except OSError:
            raise KnownProblem(
                "file_unreadable",
                "ファイルを読めません。",
                where=path.name,
                advice="場所と、ほかのプログラムで開いていないかを確かめてください。",
            ) from None
        return self.tools.read_picture(path.stem, content, page)

    def turn_page(self, picture: MapPicture, page: int) -> MapPicture:
        """Return another page of the same PDF."""
        return self.tools.read_picture(picture.name, picture.content, page)

    def fit(self, pins: Sequence[MapPin]) -> PinFit:
        """Say how well three pins or more hold the picture; raises ``KnownProblem`` where they cannot."""
        return self.tools.fit_pins(pins)

    def make_background(self, picture: MapPicture, pins: Sequence[MapPin], name: str) -> Background:
        """Turn the picture north-up by its pins; slow, writes nothing."""
        self.database.access.require(Right.EDIT_MAPS)
        return self.tools.make_background(picture, pins, name)

    def keep_background(self, background: Background) -> Outcome[BackgroundId]:
        """Store a background inside the encrypted file."""
        with self.database.writing() as session:
            session.backgrounds.add(self.database.access, background)
        self.tools.ground_changed()
        return Outcome(background.background_id, frozenset({Topic.BACKGROUNDS}))

    def remove_background(self, background_id: BackgroundId) -> Outcome[None]:
        """Take a background away; the audit keeps that it was there."""
        with self.database.writing() as session:
            session.backgrounds.remove(self.database.access, background_id)
        self.tools.ground_changed()
        return Outcome(None, frozenset({Topic.BACKGROUNDS}))


def _latest_outline(outlines: Sequence[DistrictOutline]) -> str:
    days = [outline.valid_from for outline in outlines if outline.valid_from is not None]
    return max(days).isoformat() if days else ""


def _latest_check(sites: Sequence[WelfareShelter]) -> str:
    days = [site.verified_on for site in sites if site.verified_on is not None]
    return max(days).isoformat() if days else ""
