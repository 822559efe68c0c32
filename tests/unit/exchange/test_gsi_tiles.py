"""地理院タイル are asked of a server of our own on loopback: slow, failing, lying or leading away."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.tile_packs import Tile
from kurume_bousai.exchange import gsi_tiles
from kurume_bousai.exchange.gsi_tiles import GsiTiles
from kurume_bousai.services.maps.tile_fetch import (
    LAYERS,
    MOST_TILES,
    PACE_S,
    RETRIES_S,
    FetchOrder,
    TileFetchService,
)
from kurume_bousai.services.ports.tile_fetch import FetchTools, ServerBusyError
from kurume_bousai.services.progress import no_progress
from kurume_bousai.storage.tiles.growing import finish, grow, unfinished_path
from kurume_bousai.storage.tiles.kinds import read_tile_file
from kurume_bousai.storage.tiles.shelf import require_ours
from tests.fakes.city import FakeCity
from tests.fixtures import tiles as made
from tests.fixtures.rosters import CLERK, city

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
Answer = Callable[[BaseHTTPRequestHandler], None]


def send(status: int, content: bytes = b"", kind: str = "image/png", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@dataclass
class Server:
    """配信 of our own: what it answers by path, and what it was asked."""

    address: str = ""
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    always: Answer = field(default_factory=lambda: send(200, made.png()))
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    let_go: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            state.agents.add(self.headers["User-Agent"])
            waiting = state.answers.get(self.path.removeprefix("/xyz/"), [])
            (waiting.pop(0) if waiting else state.always)(self)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.address = f"http://127.0.0.1:{httpd.server_port}/xyz"
    yield state
    state.let_go.set()
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@dataclass
class Office:
    """A service with a clock that a wait moves."""

    service: TileFetchService
    waited: list[float]


@pytest.fixture
def office() -> Office:
    waited: list[float] = []
    ticks = itertools.count()

    def monotonic() -> float:
        return sum(waited) + next(ticks) * 1e-6

    tools = FetchTools(
        connect=GsiTiles,
        grow=grow,
        finish=finish,
        district_box=lambda _id: made.BOX,
        wait=waited.append,
        monotonic=monotonic,
    )
    return Office(TileFetchService(database(), tools), waited)


def database() -> FakeCity:
    return city(CLERK)


def order(database: FakeCity, *, layer: str = "pale", first: int = 14, last: int = 15) -> FetchOrder:
    district_id = next(iter(database.state.districts))
    return FetchOrder(district_id, layer, first, last)


def own_order(office: Office, **words: object) -> FetchOrder:
    return order(office.service.database, **words)  # type: ignore[arg-type]


# ---------------------------------------------------------------- one tile


def test_a_tile_is_asked_politely(server: Server) -> None:
    assert GsiTiles(server.address).get("pale/15/1/2.png") == made.png()
    assert server.asked == ["/xyz/pale/15/1/2.png"]
    assert all(agent.startswith("kurume_bousai/") for agent in server.agents)


def test_what_is_not_there_is_none(server: Server) -> None:
    server.always = send(404, b"<html>not found</html>", "text/html")
    assert GsiTiles(server.address).get("pale/15/1/2.png") is None


@pytest.mark.parametrize(
    "answer",
    [
        send(200, b"<html>please log in</html>", "image/png"),
        send(200, b""),
        send(200, made.png(size=512)),
        send(200, b"\x89PNG\r\n\x1a\n" + b"\0" * (gsi_tiles.MOST_BYTES + 10)),
        send(301, Location="https://elsewhere.example/login"),
        send(302, Location="/xyz/other.png"),
        send(307, Location="file:///etc/passwd"),
        send(403, b"no"),
        send(407, b"proxy"),
    ],
)
def test_an_answer_of_somebody_else_is_refused_at_once(server: Server, answer: Answer) -> None:
    server.always = answer
    with pytest.raises(KnownProblem) as refused:
        GsiTiles(server.address).get("pale/15/1/2.png")
    assert refused.value.code == "fetch_not_a_tile"
    assert "取るのをやめました" in refused.value.message
    assert len(server.asked) == 1  # a redirection is not followed


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_told_apart(server: Server, status: int) -> None:
    server.always = send(status, Retry_After="7")
    with pytest.raises(ServerBusyError) as busy:
        GsiTiles(server.address).get("pale/15/1/2.png")
    assert busy.value.wait_s == 7


def test_a_picture_cut_off_on_the_way_is_asked_again(server: Server) -> None:
    server.always = send(200, made.png()[:-30])
    with pytest.raises(ServerBusyError):
        GsiTiles(server.address).get("pale/15/1/2.png")


def test_a_server_that_never_answers(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gsi_tiles, "TIMEOUT_S", 0.2)

    def never(_handler: BaseHTTPRequestHandler) -> None:
        server.let_go.wait(20)

    server.always = never
    with pytest.raises(ServerBusyError):
        GsiTiles(server.address).get("pale/15/1/2.png")


def test_nobody_there() -> None:
    with pytest.raises(ServerBusyError):
        GsiTiles("http://127.0.0.1:9").get("pale/15/1/2.png")


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/xyz",
        "http://cyberjapandata.gsi.go.jp/xyz",
        "file:///etc",
        "https://127.0.0.1/xyz",
        "http://127.0.0.1.elsewhere.example/xyz",
        "ftp://localhost/xyz",
    ],
)
def test_no_other_address_is_used(address: str) -> None:
    with pytest.raises(KnownProblem, match="fetch_address"):
        GsiTiles(address)


# ---------------------------------------------------------------- a whole job


def test_a_job_becomes_a_pack_with_its_credit(server: Server, office: Office, tmp_path: Path) -> None:
    plan = office.service.plan(own_order(office))
    assert server.asked == []  # nothing is asked for the estimate
    assert plan.tile_count == 13
    out = tmp_path / "F.mbtiles"
    server.answers["pale/15/" + server_path(plan.boxes[1])] = [send(404)]
    result = office.service.fetch(plan, out, address=server.address)
    assert (result.tile_count, result.absent) == (12, 1)
    require_ours(out)
    file = read_tile_file(out, no_progress)
    assert (file.facts.attribution, file.facts.tile_count) == ("地理院タイル", 12)
    assert file.facts.licence.endswith("https://maps.gsi.go.jp/development/ichiran.html")
    assert [one.name for one in tmp_path.iterdir()] == ["F.mbtiles"]
    assert len(server.asked) == len(set(server.asked)) == 13
    # Never faster than two a second.
    assert sum(office.waited) >= PACE_S * 12 - 0.1
    with pytest.raises(KnownProblem, match="already_exists"):
        office.service.fetch(plan, out, address=server.address)


def server_path(box: object) -> str:
    from kurume_bousai.domain.tile_grid import TileBox

    assert isinstance(box, TileBox)
    return f"{box.first_column}/{box.first_row}.png"


def test_a_busy_server_is_waited_for(server: Server, office: Office, tmp_path: Path) -> None:
    plan = office.service.plan(own_order(office, last=14))
    path = f"pale/14/{server_path(plan.boxes[0])}"
    server.answers[path] = [send(503), send(429, Retry_After="30"), send(200, made.png())]
    office.service.fetch(plan, tmp_path / "F.mbtiles", address=server.address)
    assert [one for one in office.waited if one > PACE_S] == [RETRIES_S[0], 30.0]


def test_a_job_that_stops_goes_on_where_it_was(server: Server, office: Office, tmp_path: Path) -> None:
    plan = office.service.plan(own_order(office))
    out = tmp_path / "F.mbtiles"
    server.answers[f"pale/15/{server_path(plan.boxes[1])}"] = [send(500)] * 5
    with pytest.raises(KnownProblem) as stopped:
        office.service.fetch(plan, out, address=server.address)
    assert stopped.value.code == "fetch_stopped"
    assert "続きから" in stopped.value.advice
    assert not out.exists()
    assert unfinished_path(out).exists()
    before = len(server.asked)
    office.service.fetch(plan, out, address=server.address)
    first = plan.boxes[0].count
    assert len(server.asked) - before == plan.tile_count - first
    assert not unfinished_path(out).exists()


def test_a_person_stops_it_and_goes_on(server: Server, office: Office, tmp_path: Path) -> None:
    plan = office.service.plan(own_order(office))
    out = tmp_path / "F.mbtiles"

    def stop(done: int, _total: int, _text: str) -> None:
        if done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        office.service.fetch(plan, out, address=server.address, progress=stop)
    assert len(server.asked) == 5
    assert office.service.fetch(plan, out, address=server.address).tile_count == plan.tile_count
    assert len(server.asked) == plan.tile_count


def test_another_order_does_not_mix(server: Server, office: Office, tmp_path: Path) -> None:
    out = tmp_path / "F.mbtiles"
    with grow(out, "another order") as pack:
        pack.put(Tile(1, 0, 0, made.png()))
    plan = office.service.plan(own_order(office))
    with pytest.raises(KnownProblem, match="fetch_other_job"):
        office.service.fetch(plan, out, address=server.address)
    unfinished_path(out).write_bytes(b"no database at all" * 100)
    with pytest.raises(KnownProblem, match="fetch_other_job"):
        office.service.fetch(plan, out, address=server.address)
    assert server.asked == []


def test_a_page_in_place_of_a_tile_ends_the_job(server: Server, office: Office, tmp_path: Path) -> None:
    server.always = send(200, b"<html>login</html>", "text/html")
    plan = office.service.plan(own_order(office))
    with pytest.raises(KnownProblem, match="fetch_not_a_tile"):
        office.service.fetch(plan, tmp_path / "F.mbtiles", address=server.address)
    assert len(server.asked) == 1
    assert not (tmp_path / "F.mbtiles").exists()


def test_a_server_that_has_nothing(server: Server, office: Office, tmp_path: Path) -> None:
    server.always = send(404)
    plan = office.service.plan(own_order(office))
    with pytest.raises(KnownProblem, match="fetch_none"):
        office.service.fetch(plan, tmp_path / "F.mbtiles", address=server.address)


# ---------------------------------------------------------------- what may be asked for


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"layer": "hazard"}, "fetch_layer"),
        ({"first": 4}, "fetch_zoom"),
        ({"last": 19}, "fetch_zoom"),
        ({"first": 16, "last": 15}, "fetch_zoom"),
        ({"layer": "photo", "first": 13}, "fetch_zoom"),
    ],
)
def test_limits_of_an_order(office: Office, words: dict[str, object], code: str) -> None:
    with pytest.raises(KnownProblem, match=code):
        office.service.plan(own_order(office, **words))


def test_the_hard_limit_on_tiles(office: Office) -> None:
    import dataclasses

    wide = dataclasses.replace(office.service.tools, district_box=lambda _id: (130.3, 33.2, 130.8, 33.4))
    service = TileFetchService(office.service.database, wide)
    with pytest.raises(KnownProblem, match="fetch_too_many") as refused:
        service.plan(own_order(office, last=18))
    assert f"{MOST_TILES:,}" in refused.value.message


def test_an_unknown_district(office: Office) -> None:
    with pytest.raises(KnownProblem, match="unknown_district"):
        office.service.plan(FetchOrder(DistrictId("どこか"), "pale", 14, 15))


def test_layers_are_those_of_the_publisher() -> None:
    assert [(one.layer_id, one.min_zoom, one.max_zoom) for one in LAYERS] == [
        ("pale", 5, 18),
        ("std", 5, 18),
        ("photo", 14, 18),
    ]
