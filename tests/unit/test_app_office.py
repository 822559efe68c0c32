from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from kurume_bousai import app
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.geo import map_pictures
from kurume_bousai.services.fictional.seeding import seed_city
from kurume_bousai.services.places.ports import MapPin
from kurume_bousai.storage import EncryptedCityDatabase

PASSPHRASE = "青いきじと赤い橋と川"
PINS = [
    MapPin(0, 0, LonLat(130.50, 33.32)),
    MapPin(3000, 0, LonLat(130.53, 33.32)),
    MapPin(0, 2000, LonLat(130.50, 33.30)),
    MapPin(3000, 2000, LonLat(130.53, 33.30)),
]


def scan() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (3000, 2000), "white").save(kept, "PNG")
    return kept.getvalue()


def test_a_picture_is_shown_small_and_pinned_at_full_size() -> None:
    picture = map_pictures.read_picture("架空", scan(), 0)
    assert (picture.width_px, picture.height_px, picture.pages) == (3000, 2000, 1)
    assert max(Image.open(io.BytesIO(picture.png)).size) == map_pictures.SCREEN_PICTURE_PX
    fit = map_pictures.fit_pins(PINS)
    assert fit.is_checked
    assert fit.rms_m < 5
    made = map_pictures.make_background(picture, PINS, "架空の図", added_at=app.SystemClock().now())
    assert (made.west, made.north) == pytest.approx((130.50, 33.32), abs=1e-3)


def test_a_new_city_is_whole_and_can_be_verified_and_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KURUME_BOUSAI_HOME", str(tmp_path / "home"))
    told: list[str] = []
    database, recovery_key = app.create_city(
        tmp_path / "kurume.db", "山田", PASSPHRASE, lambda _done, _total, text: told.append(text)
    )
    assert isinstance(database, EncryptedCityDatabase)
    try:
        keeping = app.keeping(database)
        assert keeping.verify("").is_whole
        head = keeping.backup(tmp_path / "控え")
        assert keeping.verify(head).is_whole
        assert not keeping.verify("A-0001-0000000000").is_whole
        assert keeping.recovery_pdf(recovery_key).startswith(b"%PDF")
    finally:
        database.close()
    assert told[-1] == "できました"


def test_a_city_that_cannot_be_filled_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise KnownProblem("disk_full", "空きが足りません。")

    monkeypatch.setattr(seed_city.__module__ + ".seed_city", full)
    monkeypatch.setenv("KURUME_BOUSAI_HOME", str(tmp_path / "home"))
    folder = tmp_path / "data"
    with pytest.raises(KnownProblem):
        app.create_city(folder / "kurume.db", "山田", PASSPHRASE)
    assert not [path for path in folder.iterdir() if not path.name.endswith(".lock")]
