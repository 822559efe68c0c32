"""市の決めごと: the values marked ⚙ that capacity depends on, one fact of the file, changed with an audit.

They travel with the file, so that two laptops answer the same question alike. Who may change them: a clerk
or an administrator (``Right.KEEP_CITY_RULES``); reading needs no right, because every paper prints them.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.json_values import flag, text, whole
from kurume_bousai.services.facts import FACT_CITY_SETTINGS
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: More people than one member of staff could look after by any rule: a slip of the keyboard.
MOST_PER_STAFF: Final = 100
#: A score above this is no score of B5.
MOST_SCORE: Final = 999


def read_city_settings(database: CityDatabase) -> CitySettings:
    """Return the city's values; what was never decided has the default of the RULEBOOK.

    Raises
    ------
    KnownProblem
        ``city_settings_unreadable``: never answered with a default in silence.
    """
    with database.reading() as session:
        return city_settings_of(session)


def city_settings_of(session: ReadSession) -> CitySettings:
    """Return the city's values within a transaction; raises as ``read_city_settings``."""
    return settings_from_kept(_kept(session))


def settings_from_kept(kept: dict[str, Any]) -> CitySettings:
    """Return the settings of a stored object; unknown keys, of a newer program, are left alone.

    Raises ``KnownProblem`` ``city_settings_unreadable`` for a value this program cannot compute with.
    """
    defaults = CitySettings()
    try:
        first, second = kept.get("band_cut_points", defaults.band_cut_points)
        found = CitySettings(
            rate_m2=Decimal(text(kept.get("rate_m2", str(defaults.rate_m2)))),
            places_per_staff=whole(kept.get("places_per_staff", defaults.places_per_staff)),
            with_companions=flag(kept.get("with_companions", defaults.with_companions)),
            band_cut_points=(whole(first), whole(second)),
        )
        refuse_bad_settings(found)
    except (KnownProblem, InvalidOperation, TypeError, ValueError) as error:
        raise _unreadable() from error
    return found


def settings_to_keep(settings: CitySettings, kept: dict[str, Any]) -> dict[str, Any]:
    """Return the object to store: ours over what stands there, so that keys of a newer program stay."""
    return {
        **kept,
        "rate_m2": str(settings.rate_m2),
        "places_per_staff": settings.places_per_staff,
        "with_companions": settings.with_companions,
        "band_cut_points": list(settings.band_cut_points),
    }


def refuse_bad_settings(settings: CitySettings) -> None:
    """Raise ``KnownProblem`` ``city_settings_invalid`` for a value the rules do not allow."""
    first, second = settings.band_cut_points
    checks = (
        (
            settings.rate_m2 in RATES_M2,
            "1人あたりの面積",
            "1人あたりの面積は、4㎡、3.5㎡、2㎡のどれかにしてください。",
        ),
        (
            1 <= settings.places_per_staff <= MOST_PER_STAFF,
            "職員1人が見る人数",
            f"職員1人が見る人数は、1人から{MOST_PER_STAFF}人までにしてください。",
        ),
        (
            0 < second < first <= MOST_SCORE,
            "優先度の区切り",
            f"優先度1の点は優先度2の点より高く、どちらも1点から{MOST_SCORE}点までにしてください。",
        ),
    )
    for holds, where, message in checks:
        if not holds:
            raise KnownProblem(
                "city_settings_invalid", message, where=where, advice="直してから、もう一度保存してください。"
            )


class CitySettingsService:
    """市の決めごとを読み書きする人 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    @property
    def may_change(self) -> bool:
        """True for a clerk and an administrator."""
        return self._database.access.has(Right.KEEP_CITY_RULES)

    def read(self) -> CitySettings:
        """Return the city's values; raises as ``read_city_settings``."""
        return read_city_settings(self._database)

    def save(self, before: CitySettings, after: CitySettings) -> Outcome[CitySettings]:
        """Keep the changed values, audited with the old and the new ones.

        Where nothing changed, nothing is written.

        Raises
        ------
        KnownProblem
            ``no_right``, ``city_settings_invalid``, and ``changed_meanwhile`` where the stored values are
            no longer those that were shown.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        refuse_bad_settings(after)
        with self._database.writing() as session:
            kept = _kept(session)
            stored = settings_from_kept(kept)
            if stored != before:
                raise KnownProblem(
                    "changed_meanwhile",
                    "開いている間に、ほかの人が市の決めごとを変えました。",
                    advice="画面を開き直して、いまの値を確かめてから、もう一度入れてください。",
                )
            if after == stored:
                return Outcome(stored)
            content = json.dumps(settings_to_keep(after, kept), ensure_ascii=False, sort_keys=True)
            session.set_fact(FACT_CITY_SETTINGS, content)
            old, new = settings_to_keep(stored, {}), settings_to_keep(after, {})
            session.audit.record(access, "city_settings_saved", [], {"before": old, "after": new})
        return Outcome(after, frozenset({Topic.CITY_SETTINGS}))


def _kept(session: ReadSession) -> dict[str, Any]:
    content = session.fact(FACT_CITY_SETTINGS)
    if not content:
        return {}
    try:
        found = json.loads(content)
    except ValueError as error:
        raise _unreadable() from error
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _unreadable() -> KnownProblem:
    return KnownProblem(
        "city_settings_unreadable",
        "市の決めごと(面積・職員・優先度)が読めません。",
        where="設定の「市の決めごと」",
        advice="新しい版のソフトで保存したファイルかもしれません。ソフトを新しくするか、バックアップから戻してください。",
    )
