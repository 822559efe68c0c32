"""地図データの用件をつなぐ: readers of files and pinning of pictures, loaded when one is first used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.app.clock import SystemClock

if TYPE_CHECKING:
    from kurume_bousai.domain.districts import DistrictOutline
    from kurume_bousai.services.districts.importing import DistrictFile
    from kurume_bousai.services.places.importing import PlacesService
    from kurume_bousai.services.places.ports import MapPicture, MapPin, PinFit, PlaceTools
    from kurume_bousai.services.ports.backgrounds import Background
    from kurume_bousai.services.ports.clock import DistrictLocator
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.shelters.site_file import SiteFile


def locator(database: CityDatabase) -> DistrictLocator:
    """校区 of a point: imported polygons where present, else computed around the 46 points."""
    from kurume_bousai.geo.districts import PolygonLocator, computed_areas

    with database.reading() as session:
        outlines = session.districts.outlines()
        points = {district.district_id: district.point for district in session.districts.all()}
    if outlines or not points:
        return PolygonLocator(outlines)
    return PolygonLocator(computed_areas(points))


def places(database: CityDatabase, ground_changed: Callable[[], None]) -> PlacesService:
    """地図データ on a database."""
    from kurume_bousai.services.places.importing import PlacesService

    return PlacesService(database, place_tools(ground_changed), SystemClock())


def place_tools(ground_changed: Callable[[], None]) -> PlaceTools:
    """Readers of files and pinning of pictures; their libraries are loaded when one is first used."""
    from kurume_bousai.services.places.ports import PlaceTools

    def read_districts(path: Path) -> DistrictFile:
        from kurume_bousai.exchange.districts_file import read_district_file

        return read_district_file(path)

    def read_shelters(path: Path) -> SiteFile:
        from kurume_bousai.exchange.gsi import read_shelters as read

        return read(path)

    def read_welfare(path: Path) -> SiteFile:
        from kurume_bousai.exchange.welfare_rows import WelfareReader

        return WelfareReader(SystemClock().now().date())(path)

    def write_template(path: Path) -> None:
        from kurume_bousai.exchange.templates import TemplateKind
        from kurume_bousai.exchange.templates import write_template as write

        write(TemplateKind.WELFARE, path)

    def read_picture(name: str, content: bytes, page: int) -> MapPicture:
        from kurume_bousai.geo import map_pictures

        return map_pictures.read_picture(name, content, page)

    def fit_pins(pins: Sequence[MapPin]) -> PinFit:
        from kurume_bousai.geo import map_pictures

        return map_pictures.fit_pins(pins)

    def make_background(picture: MapPicture, pins: Sequence[MapPin], name: str) -> Background:
        from kurume_bousai.geo import map_pictures

        return map_pictures.make_background(picture, pins, name, added_at=SystemClock().now())

    def make_locator(outlines: Sequence[DistrictOutline]) -> DistrictLocator:
        from kurume_bousai.geo.districts import PolygonLocator

        return PolygonLocator(outlines)

    return PlaceTools(
        read_districts=read_districts,
        read_shelters=read_shelters,
        read_welfare=read_welfare,
        write_welfare_template=write_template,
        locator=locator,
        make_locator=make_locator,
        read_picture=read_picture,
        fit_pins=fit_pins,
        make_background=make_background,
        ground_changed=ground_changed,
    )
