"""20,000 addresses in five spellings against a dictionary as large as the city's own (57,000 points).

Both sides look the same addresses up with the same normalisation: ours through the stored dictionary, by
町字; the rival scans all points for every address, as a first version would. The rival is measured on a few
addresses and multiplied. ``batch_s`` is the whole act on an encrypted list of 20,000: reading, searching,
writing every place in one transaction. 町字 are real, numbers and points fictional.
``ours_cpu_s`` is what ours costs where other work shares the machine.
"""

from __future__ import annotations

import csv
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from kurume_bousai import bundled
from kurume_bousai.app.geocoding import geocoding
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.addresses import parse_address, place_key
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import (
    GazetteerKind,
    GazetteerPoint,
    GazetteerSource,
    GazetteerSourceId,
    PlaceLevel,
)
from kurume_bousai.domain.ids import MemberId, new_id
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.geo.geocoding import DictionaryGeocoder
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.storage import create_database
from tests.benchmarks.surroundings import OPERATOR, PASSPHRASE, PEOPLE

NUMBERS: Final = 250  # a 町字
SAMPLE: Final = 40
_SPELLINGS: Final = (
    "久留米市{town}{number}-{branch}",
    "福岡県久留米市大字{town}{number}番地の{branch}",
    "{town}{number}番{branch}号　架空荘101号室",
    "久留米市{town}{number}ー{branch}（架空）",
    "久留米市 {town} {number}番地{branch}",
)


def run(people: int = PEOPLE) -> dict[str, Any]:
    """Look every address up by both ways, then place a whole list."""
    random = Random(40203)
    points = _dictionary(random)
    addresses = [_address(random, points) for _ in range(people)]
    with tempfile.TemporaryDirectory() as folder:
        database, _ = create_database(
            Path(folder) / "kakuu.db", OPERATOR, PASSPHRASE, roles=list(Role), fictional=True
        )
        try:
            _store(database, points, addresses)
            cpu_started = time.process_time()
            ours_s, found = _ours(database, addresses)
            cpu_s = time.process_time() - cpu_started
            started = time.perf_counter()
            placed = geocoding(database).run().value.placed
            batch_s = time.perf_counter() - started
        finally:
            database.close()
    other_s = _scan_s(points, addresses[:SAMPLE], found) * people / SAMPLE
    if placed != people:
        raise RuntimeError("every address stands in the dictionary, so everybody must be placed")
    return {
        "ours_s": round(ours_s, 3),
        "other": f"a scan of all points an address ({SAMPLE} measured, multiplied)",
        "other_s": round(other_s, 1),
        "ratio": round(other_s / ours_s, 1),
        "n": people,
        "points": len(points),
        "ours_cpu_s": round(cpu_s, 3),
        "batch_s": round(batch_s, 2),
        "target": "20,000件を数秒で",
        "met": ours_s < 5,
    }


def _dictionary(random: Random) -> list[GazetteerPoint]:
    with (bundled.db_folder() / "seed" / "towns.csv").open(encoding="utf-8-sig", newline="") as file:
        towns = [row["town"] for row in csv.DictReader(file)]
    points = []
    for town in towns:
        lon, lat = random.uniform(130.40, 130.70), random.uniform(33.23, 33.36)
        for number in range(9001, 9001 + NUMBERS):
            place = LonLat(lon + random.uniform(-0.005, 0.005), lat + random.uniform(-0.005, 0.005))
            points.append(GazetteerPoint(town, "", str(number), PlaceLevel.BLOCK, place))
    return points


def _address(random: Random, points: list[GazetteerPoint]) -> str:
    point = random.choice(points)
    return random.choice(_SPELLINGS).format(
        town=point.town, number=point.number, branch=random.randint(1, 49)
    )


def _store(database: CityDatabase, points: list[GazetteerPoint], addresses: list[str]) -> None:
    now = datetime.now(UTC)
    source = GazetteerSource(
        GazetteerSourceId("kakuu"), GazetteerKind.ISJ_BLOCK, "架空", "", "", "", "", "", len(points),
        now, "架空",
    )  # fmt: skip
    people = [
        RosterMember(MemberId(new_id()), 0, f"架空{number}", address=address)
        for number, address in enumerate(addresses)
    ]
    with database.writing() as session:
        session.gazetteer.replace(database.access, source, points)
        session.members.add_many(database.access, people, source="架空")


def _ours(database: CityDatabase, addresses: list[str]) -> tuple[float, list[LonLat]]:
    """From nothing in memory to every place."""
    place_key.cache_clear()
    started = time.perf_counter()
    with database.reading() as session:
        geocoder = DictionaryGeocoder(session.gazetteer.towns(), session.gazetteer.points_of)
        results = [geocoder.find(address) for address in addresses]
    taken_s = time.perf_counter() - started
    return taken_s, [result.best.point for result in results if result.best is not None]


def _scan_s(points: list[GazetteerPoint], addresses: list[str], found: list[LonLat]) -> float:
    keys = [(place_key(point.town), point.number, point.point) for point in points]
    started = time.perf_counter()
    scanned = []
    for address in addresses:
        text = parse_address(address)
        whole = text.head + "-".join(text.numbers) + "-"
        scanned.append(
            max(
                ((len(town), point) for town, number, point in keys if whole.startswith(f"{town}{number}-")),
                key=lambda hit: hit[0],
            )[1]
        )
    taken_s = time.perf_counter() - started
    if scanned != found[: len(addresses)]:
        raise RuntimeError("both ways must find the same places")
    return taken_s
