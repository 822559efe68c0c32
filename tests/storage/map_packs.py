"""A city to make map packs of, and another laptop for them; all fictional."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import shapely
from PIL import Image

from kurume_bousai.app.tiles import tile_packs
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline, SchoolDistrict
from kurume_bousai.domain.ids import BackgroundId, DistrictId, SiteId
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    Ownership,
    WelfareShelter,
)
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.services.places.layer_import import commit_layers
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.map_pack import PackedLayer
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from tests.fakes.city import FixedClock
from tests.fixtures import layers as files
from tests.fixtures import tiles as made
from tests.storage.conftest import OPERATOR, PASSPHRASE
from tests.storage.people import person

TSUBUKU = DistrictId("津福")
#: Words that must not be in any byte of a pack.
SENTINELS = ("秘密の人名", "0942-00-9876", "秘密の備考", "秘密の支援者")


DESIGNATED = DesignatedShelter(
    SiteId("D1"),
    "架空小学校",
    "小学校",
    "久留米市架空町9999-2",
    LonLat(130.5, 33.291),
    TSUBUKU,
    "stated",
    120,
)
EMERGENCY = EmergencyEvacuationSite(
    SiteId("E1"), "架空公園", "久留米市架空町9999-3", LonLat(130.501, 33.291), frozenset({"洪水", "地震"}),
    TSUBUKU, "", 40, None, "屋内40人",
)  # fmt: skip


def fill(city: EncryptedCityDatabase, folder: Path) -> None:
    """People, layers, sites, 校区, tiles and a pinned picture; all fictional."""
    commit_layers(city, read_layer_file(files.a31a(folder / "架空.zip")), clock=FixedClock())
    square = shapely.to_wkb(shapely.box(130.49, 33.28, 130.51, 33.30))
    picture = io.BytesIO()
    Image.new("RGBA", (300, 200), (200, 40, 40, 255)).save(picture, "PNG")
    with city.writing() as session:
        session.members.add_many(city.access, [person("秘密の人名", home=LonLat(*files.SOUTH))], source="x")
        session.districts.save_many(
            city.access, [SchoolDistrict(TSUBUKU, "津福", "ツブク", "久留米地域", LonLat(130.5, 33.29), 1)]
        )
        session.districts.replace_outlines(
            city.access, [DistrictOutline(TSUBUKU, square, approximate=False, source="架空の区域")]
        )
        shelter = WelfareShelter(
            SiteId("W1"), "架空園", "架空", Ownership.WELFARE_FACILITY, LonLat(130.5, 33.29),
            address="久留米市架空町9999-1", phone="0942-00-9876", note="秘密の備考",
        )  # fmt: skip
        session.shelters.save_welfare(city.access, [shelter])
        session.shelters.save_designated(city.access, [DESIGNATED])
        session.shelters.save_emergency(city.access, [EMERGENCY])
        session.backgrounds.add(
            city.access,
            Background(
                BackgroundId("B1"), "手書きの地図", picture.getvalue(), 130.49, 33.28, 130.52, 33.30, 3.0
            ),
        )
    packs = tile_packs(city)
    packs.add(packs.preview(made.mbtiles(folder / "t.mbtiles")))


def another_laptop(empty_city: Path, folder: Path) -> EncryptedCityDatabase:
    """An open database with the 校区 and nothing else."""
    path = folder / "other" / "city.db"
    path.parent.mkdir()
    shutil.copy(empty_city, path)
    shutil.copy(empty_city.with_name("city.db.keys"), path.with_name("city.db.keys"))
    database = open_database(path, OPERATOR, PASSPHRASE)
    with database.writing() as session:
        session.districts.save_many(
            database.access,
            [SchoolDistrict(TSUBUKU, "津福", "ツブク", "久留米地域", LonLat(130.5, 33.29), 1)],
        )
    return database


def sites_of(
    city: EncryptedCityDatabase,
) -> tuple[list[DesignatedShelter], list[EmergencyEvacuationSite], list[WelfareShelter]]:
    with city.reading() as session:
        shelters = session.shelters
        return shelters.designated(), shelters.emergency(), shelters.welfare()


def layers_of(city: EncryptedCityDatabase) -> list[str]:
    with city.reading() as session:
        kept = session.layers.all()
        return sorted(PackedLayer(one, tuple(session.layers.features(one.layer_id))).digest for one in kept)
