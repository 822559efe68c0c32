"""Windows of the background maps, of 地理院タイル and of the map pack, on the fictional city."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from kurume_bousai.app.tiles import tile_grounds
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.places import pack_dialog
from kurume_bousai.ui.places.fetch_dialog import FetchDialog, unfinished_place
from kurume_bousai.ui.places.pack_dialog import MapPackDialog
from kurume_bousai.ui.places.tile_words import minutes, size_words
from kurume_bousai.ui.places.tiles_dialog import TilePacksDialog
from tests.fixtures import tiles as made
from tests.helpers.desk import Desk


def words_of(dialog: TilePacksDialog | FetchDialog | MapPackDialog) -> str:
    """Everything that is written in a window."""
    shown = [one.text() for one in dialog.findChildren(QLabel) if one.isVisible()]
    return "\n".join(shown + [one.text_shown() for one in dialog.findChildren(Para) if one.isVisible()])


@pytest.fixture
def tiles(desk: Desk) -> TilePacksDialog:
    dialog = TilePacksDialog(desk.desktop, desk.window)
    dialog.open()
    desk.settle()
    return dialog


def add(desk: Desk, dialog: TilePacksDialog, path: Path) -> None:
    dialog.check_file(path)
    desk.until(lambda: dialog.step() == 1)
    dialog.attribution.setText("架空市")
    dialog.commit()
    desk.until(lambda: dialog.step() == 0)
    desk.settle()


def test_a_map_is_looked_at_named_added_and_removed(
    desk: Desk, demo_city: EncryptedCityDatabase, tiles: TilePacksDialog, tmp_path: Path
) -> None:
    assert "まだありません" in words_of(tiles)
    tiles.check_file(made.mbtiles(tmp_path / "架空.mbtiles", facts={"name": "架空の地図"}))
    desk.until(lambda: tiles.step() == 1)
    assert "15枚" in words_of(tiles)
    assert tile_grounds(demo_city) == ()
    tiles.commit()  # no source yet
    assert "出典が空です" in tiles.messages.messages()[0].text
    tiles.attribution.setText("架空市")
    tiles.commit()
    desk.until(lambda: tiles.step() == 0)
    desk.settle()
    assert "架空の地図" in words_of(tiles)
    (ground,) = tile_grounds(demo_city)
    assert ground.attribution == "架空市"
    tiles.remove(desk.desktop.services.tile_packs.packs()[0].pack)
    question = tiles.findChild(ConfirmDialog)
    assert question is not None
    question._do()
    desk.until(lambda: not tile_grounds(demo_city))
    desk.settle()
    assert "まだありません" in words_of(tiles)
    tiles.reject()


def test_a_bad_file_is_told_in_the_window(desk: Desk, tiles: TilePacksDialog, tmp_path: Path) -> None:
    path = tmp_path / "x.mbtiles"
    path.write_bytes(b"<html>")
    tiles.check_file(path)
    desk.until(lambda: bool(tiles.messages.messages()))
    assert "読める種類ではありません" in tiles.messages.messages()[0].text
    assert tiles.step() == 0
    tiles.reject()


def test_a_missing_file_is_said_in_the_list(desk: Desk, tiles: TilePacksDialog, tmp_path: Path) -> None:
    add(desk, tiles, made.mbtiles(tmp_path / "x.mbtiles"))
    packs = desk.desktop.services.tile_packs
    packs.shelf.remove(packs.packs()[0].pack.sha256)
    tiles.reload()
    desk.settle()
    assert "ファイルがありません" in words_of(tiles)
    tiles.reject()


def test_a_viewer_sees_only(desk: Desk, demo_city: EncryptedCityDatabase) -> None:
    demo_city._access = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
    dialog = TilePacksDialog(desk.desktop, desk.window)
    dialog.open()
    desk.settle()
    assert not dialog.add_button.isVisible()
    assert not dialog.fetch_button.isVisible()
    assert "見るだけ" in words_of(dialog)
    dialog.reject()
    pack = MapPackDialog(desk.desktop, desk.window)
    pack.open()
    assert "使えません" in words_of(pack)
    pack.reject()


def test_nothing_is_fetched_before_it_was_said_and_agreed_to(desk: Desk) -> None:
    dialog = FetchDialog(desk.desktop, desk.window)
    dialog.open()
    desk.settle()
    assert "インターネットを使うのは、この窓の" in words_of(dialog)
    dialog.district.setCurrentIndex(dialog.district.findData("津福"))
    dialog.estimate()
    desk.until(lambda: dialog.step() == 1)
    shown = words_of(dialog)
    assert "淡色地図 津福校区" in shown
    assert "枚" in shown
    assert "地理院タイル" in shown
    assert not dialog.fetch_button.isDefault()
    dialog.last.set_value(14)
    dialog.first.set_value(15)
    dialog.estimate()
    desk.until(lambda: bool(dialog.messages.messages()))
    assert "縮尺" in dialog.messages.messages()[0].text
    # An address that is not the publisher's is refused; no connection is tried (the network is off here).
    dialog.fetch("https://elsewhere.example/xyz")
    desk.until(lambda: any("配信だけ" in one.text for one in dialog.messages.messages()))
    dialog.reject()


def test_a_pack_is_made_and_taken_in(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiles: TilePacksDialog
) -> None:
    add(desk, tiles, made.mbtiles(tmp_path / "x.mbtiles"))
    tiles.reject()
    opened: list[Path] = []
    monkeypatch.setattr(pack_dialog, "open_folder", opened.append)
    dialog = MapPackDialog(desk.desktop, desk.window)
    dialog.open()
    dialog.begin_making()
    desk.until(lambda: dialog.step() == 1)
    assert "背景の地図 1" in words_of(dialog)
    place = tmp_path / "地図パック.zip"
    dialog.make(place)
    desk.until(lambda: bool(opened))
    assert place.exists()
    packs = desk.desktop.services.tile_packs
    packs.remove(packs.packs()[0].pack.pack_id)
    taking = MapPackDialog(desk.desktop, desk.window)
    taking.open()
    taking.check(place)
    desk.until(lambda: taking.step() == 2)
    assert "新しく入るもの 1件" in words_of(taking)
    assert "架空の市でつくった" in words_of(taking)
    taking.commit()
    desk.until(lambda: bool(packs.packs()))
    desk.settle()
    again = MapPackDialog(desk.desktop, desk.window)
    again.open()
    again.check(place)
    desk.until(lambda: again.step() == 2)
    assert not again.commit_button.isEnabled()
    again.reject()


def test_windows_fit_the_small_screen(desk: Desk) -> None:
    dialogs = [kind(desk.desktop, desk.window) for kind in (TilePacksDialog, FetchDialog, MapPackDialog)]
    for scale in (1.0, 1.5):
        set_scale(scale)
        for dialog in dialogs:
            assert dialog.minimumSizeHint().width() <= 1326
            assert dialog.minimumSizeHint().height() <= 690
    set_scale(1.0)
    desk.settle()
    for dialog in dialogs:
        dialog.open()
        dialog.reject()


def test_words() -> None:
    assert [size_words(one) for one in (400_000, 12_340_000)] == ["400KB", "12MB"]
    assert [minutes(one) for one in (5, 240)] == ["1分以内", "4分"]


def test_an_unfinished_job_lies_beside_the_packs(desk: Desk) -> None:
    from kurume_bousai.domain.ids import DistrictId
    from kurume_bousai.services.maps.tile_fetch import FetchOrder

    plan = desk.desktop.services.tile_fetch.plan(FetchOrder(DistrictId("津福"), "pale", 14, 15))
    place = unfinished_place(plan, desk.desktop.database_path)
    assert place.parent.name.endswith(".tiles")
    assert place.name.isascii()


class _Tiles(BaseHTTPRequestHandler):
    """A server of tiles of our own."""

    def do_GET(self) -> None:
        content = made.png()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Tiles)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}/xyz"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_tiles_are_fetched_and_lie_under_the_map(
    desk: Desk, demo_city: EncryptedCityDatabase, server: str
) -> None:
    dialog = FetchDialog(desk.desktop, desk.window)
    dialog.open()
    desk.settle()
    dialog.district.setCurrentIndex(dialog.district.findData("津福"))
    dialog.first.set_value(13)
    dialog.last.set_value(13)
    dialog.estimate()
    desk.until(lambda: dialog.step() == 1)
    dialog.fetch(server)
    desk.until(lambda: bool(tile_grounds(demo_city)))
    desk.settle()
    (ground,) = tile_grounds(demo_city)
    assert (ground.title, ground.attribution) == ("淡色地図 津福校区", "地理院タイル")
    # Nothing but the pack is left.
    folder = desk.desktop.database_path.with_name(f"{desk.desktop.database_path.name}.tiles")
    assert [one.suffix for one in folder.iterdir()] == [".mbtiles"]
    assert len(desk.desktop.scenes.ground().tiles) == 1
