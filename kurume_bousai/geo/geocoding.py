"""住所から位置: matching a normalised address with the city's own dictionary, offline.

The 町字 are held in memory (some hundred); the points of one are read when the first address asks for
it and kept, so that a single question is quick and a whole roster reads each 町字 once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final, Protocol

from kurume_bousai.domain.addresses import CITY, MERGED_TOWNS, AddressText, parse_address, place_key
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import (
    GazetteerPoint,
    GeocodeMatch,
    GeocodeReason,
    GeocodeResult,
    PlaceLevel,
)
from kurume_bousai.geo.crs import distance_m

_CHOME: Final = re.compile(r"^(?P<stem>.+?)(?P<number>\d+)丁目$")
_BASE: Final = {PlaceLevel.NUMBER: 0.95, PlaceLevel.BLOCK: 0.85, PlaceLevel.TOWN: 0.5}
_ALIAS_PENALTY: Final = 0.1
_IMPLIED_CHOME_PENALTY: Final = 0.02
_UNKNOWN_KOAZA_PENALTY: Final = 0.15
#: Two points of one number farther apart than this are two places (地番 repeat from 小字 to 小字).
_ONE_PLACE_M: Final = 200.0
#: Candidates this near in confidence cannot be told apart by it.
_TIE: Final = 0.05
_MOST_CANDIDATES: Final = 5


class Town(Protocol):
    """町字 of the dictionary."""

    @property
    def key(self) -> str:
        """Folded name (domain.addresses.place_key)."""

    @property
    def name(self) -> str:
        """Name as published."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read an address: which 町字, what of the head is left, which numbers remain."""

    key: str
    left: str
    numbers: tuple[str, ...]
    penalty: float


class _TownPoints:
    """The points of one 町字, by number and by 小字."""

    def __init__(self, points: Iterable[GazetteerPoint]) -> None:
        self._by_number: defaultdict[str, list[tuple[str, GazetteerPoint]]] = defaultdict(list)
        self._koaza: dict[str, GazetteerPoint] = {}
        self._own: GazetteerPoint | None = None
        for entry in points:
            koaza = place_key(entry.koaza)
            if entry.number:
                self._by_number[entry.number].append((koaza, entry))
            elif koaza:
                self._koaza.setdefault(koaza, entry)
            elif self._own is None:
                self._own = entry
        self._koaza_names = {koaza for found in self._by_number.values() for koaza, _ in found if koaza}
        self._koaza_names |= self._koaza.keys()

    def koaza_of(self, left: str) -> str:
        """The longest 小字 with which the rest of a head begins; empty text = none that is known."""
        if not left:
            return ""
        return max((name for name in self._koaza_names if left.startswith(name)), key=len, default="")

    def numbered(self, number: str, koaza: str) -> list[GazetteerPoint]:
        """Entries of a number, of the 小字 where one is known, the finest level only."""
        found = self._by_number.get(number, [])
        of_koaza = [entry for name, entry in found if name == koaza] if koaza else []
        entries = of_koaza or [entry for _, entry in found]
        finest = min((_RANK[entry.level] for entry in entries), default=0)
        return [entry for entry in entries if _RANK[entry.level] == finest]

    def of_town(self, koaza: str) -> tuple[GazetteerPoint | None, LonLat | None]:
        """The 小字's or the 町字's own point, else the median of its numbers."""
        known = self._koaza.get(koaza) if koaza else None
        known = known or self._own
        if known is not None:
            return known, known.point
        points = [entry.point for found in self._by_number.values() for _, entry in found]
        points = points or [entry.point for entry in self._koaza.values()]
        if not points:
            return None, None
        return None, LonLat(median(one.lon for one in points), median(one.lat for one in points))


_RANK: Final = {PlaceLevel.NUMBER: 0, PlaceLevel.BLOCK: 1, PlaceLevel.TOWN: 2, PlaceLevel.MANUAL: 3}


class DictionaryGeocoder:
    """住所辞書の引き手 (``services.ports.gazetteer.Geocoder``). For one thread."""

    def __init__(self, towns: Sequence[Town], points_of: Callable[[str], Sequence[GazetteerPoint]]) -> None:
        self._names = {town.key: town.name for town in towns if town.key}
        self._longest = max(map(len, self._names), default=0)
        self._chome: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for key in self._names:
            if found := _CHOME.match(key):
                self._chome[found["stem"]][found["number"]] = key
        self._aliases = _aliases(self._names, self._chome)
        self._points_of = points_of
        self._read: dict[str, _TownPoints] = {}

    def find(self, address: str) -> GeocodeResult:
        """The place of an address, or why there is none; never raises for any text."""
        text = parse_address(address)
        if not text.head and not text.numbers:
            return GeocodeResult(None, GeocodeReason.ADDRESS_EMPTY)
        if not self._names:
            return GeocodeResult(None, GeocodeReason.DICTIONARY_EMPTY)
        readings = self._readings(text)
        if not readings:
            reason = GeocodeReason.ELSEWHERE if text.looks_elsewhere else GeocodeReason.TOWN_UNKNOWN
            return GeocodeResult(None, reason)
        matches = [match for reading in readings for match in self._matches(reading, text)]
        if not matches:
            return GeocodeResult(None, GeocodeReason.TOWN_UNKNOWN)
        return _judged(matches, text)

    # -- which 町字 ----------------------------------------------------------------------------

    def _readings(self, text: AddressText) -> list[_Reading]:
        head = text.head
        found = self._written_out(head, text)
        if text.looks_elsewhere:
            return found
        implied = self._with_chome(head, text.numbers, 0.0)
        # 「藤光1-2」 is read as 藤光一丁目, never as 藤光町: a shorter name must not win by its numbers.
        return found + (implied or self._by_alias(head, text))

    def _written_out(self, head: str, text: AddressText) -> list[_Reading]:
        """The longest 町字 that the address begins with."""
        for length in range(min(len(head), self._longest), 0, -1):
            key = head[:length]
            if key in self._names:
                return [_Reading(key, head[length:], text.numbers, 0.0)]
        return []

    def _with_chome(self, stem: str, numbers: tuple[str, ...], penalty: float) -> list[_Reading]:
        """「山川追分2-10-16」: the first number is the 丁目."""
        chome = self._chome.get(stem)
        if not chome or not numbers or numbers[0] not in chome:
            return []
        return [_Reading(chome[numbers[0]], "", numbers[1:], penalty + _IMPLIED_CHOME_PENALTY)]

    def _by_alias(self, head: str, text: AddressText) -> list[_Reading]:
        """Without 「町」 at the end or without the former town's name; only where the whole head fits."""
        found = []
        for name in self._aliases.get(head, ()):
            if name in self._names:
                found.append(_Reading(name, "", text.numbers, _ALIAS_PENALTY))
            else:
                found += self._with_chome(name, text.numbers, _ALIAS_PENALTY)
        return found

    # -- which number --------------------------------------------------------------------------

    def _matches(self, reading: _Reading, text: AddressText) -> list[GeocodeMatch]:
        points = self._points(reading.key)
        koaza = points.koaza_of(reading.left)
        unknown = reading.left[len(koaza) :]
        penalty = reading.penalty + (_UNKNOWN_KOAZA_PENALTY if unknown else 0.0)
        # 「○○町××団地3-205」: behind words that are no 小字, the numbers need not be a 地番.
        usable = reading.numbers if not unknown or text.names_koaza else ()
        for count in range(len(usable), 0, -1):
            entries = points.numbered("-".join(usable[:count]), koaza)
            if entries:
                whole = count == len(usable)
                left = _left_over(unknown, reading.numbers[count:], text.rest)
                return [self._numbered(entry, penalty, left, is_whole=whole) for entry in _apart(entries)]
        entry, point = points.of_town(koaza)
        if point is None:
            return []
        words = self._names[reading.key] + (entry.koaza if entry is not None else "")
        left = _left_over(unknown, reading.numbers, text.rest)
        if koaza and not (entry is not None and entry.koaza):
            left = koaza + left
        confidence = round(_BASE[PlaceLevel.TOWN] - penalty, 2)
        return [GeocodeMatch(point, PlaceLevel.TOWN, confidence, CITY + words, left)]

    def _numbered(self, entry: GazetteerPoint, penalty: float, left: str, *, is_whole: bool) -> GeocodeMatch:
        # A 地番 without its 枝番 is the neighbourhood of the house; a 住居番号 stands for the house whatever
        # room follows.
        level = entry.level
        if level is PlaceLevel.NUMBER and not is_whole and not (entry.is_residential and "-" in entry.number):
            level = PlaceLevel.BLOCK
        words = f"{CITY}{entry.town}{entry.koaza}{entry.number}"
        return GeocodeMatch(entry.point, level, round(_BASE[level] - penalty, 2), words, left)

    def _points(self, key: str) -> _TownPoints:
        if key not in self._read:
            self._read[key] = _TownPoints(self._points_of(key))
        return self._read[key]


def _aliases(names: Iterable[str], stems: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Shorter ways to write a 町字 that no other 町字 could mean."""
    taken = set(names)
    merged = [place_key(town) for town in MERGED_TOWNS]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in (*taken, *stems):
        short = [name.removesuffix("町")] if name.endswith("町") else []
        short += [name.removeprefix(town) for town in merged if name.startswith(town) and name != town]
        for alias in short:
            if alias and alias not in taken:
                found[alias].add(name)
    return {alias: tuple(sorted(whole)) for alias, whole in found.items() if len(whole) == 1}


def _apart(entries: Sequence[GazetteerPoint]) -> list[GazetteerPoint]:
    """The entries that are different places, the first of each."""
    kept: list[GazetteerPoint] = []
    for entry in entries:
        if all(distance_m(entry.point, other.point) > _ONE_PLACE_M for other in kept):
            kept.append(entry)
        if len(kept) == _MOST_CANDIDATES:
            break
    return kept


def _left_over(koaza: str, numbers: Sequence[str], rest: str) -> str:
    return "・".join(part for part in (koaza, "-".join(numbers), rest) if part)


def _judged(matches: Sequence[GeocodeMatch], text: AddressText) -> GeocodeResult:
    """The best match, unless another place is as likely."""
    ranked = sorted(matches, key=lambda match: -match.confidence)
    best = ranked[0]
    rivals = [
        match
        for match in ranked[1:]
        if best.confidence - match.confidence < _TIE and distance_m(best.point, match.point) > _ONE_PLACE_M
    ]
    if rivals:
        shared = tuple(
            replace(match, confidence=round(match.confidence / (len(rivals) + 1), 2))
            for match in (best, *rivals)
        )
        return GeocodeResult(None, GeocodeReason.AMBIGUOUS, shared[:_MOST_CANDIDATES])
    reason = GeocodeReason.FOUND
    if best.level is PlaceLevel.TOWN:
        reason = GeocodeReason.NUMBER_UNKNOWN if text.numbers else GeocodeReason.NUMBER_MISSING
    return GeocodeResult(best, reason, tuple(ranked[:_MOST_CANDIDATES]))
