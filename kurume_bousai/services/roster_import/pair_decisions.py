"""組の判断を覚える: 同じ人・別の人・あとで, so that one pair is not asked every month."""

from __future__ import annotations

from collections.abc import Iterable

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.matching import PairDecision
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.roster_import.results import DoubtfulPair


def decide_pairs(
    database: CityDatabase, judged: Iterable[tuple[DoubtfulPair, PairVerdict]], *, clock: Clock
) -> Outcome[int]:
    """Keep what a person decided about pairs of a preview; ``DOUBT`` (あとで) takes a decision back.

    Nothing of the list changes: the next preview of the same files follows the decisions.

    Raises
    ------
    KnownProblem
        ``no_right``.
    """
    access = database.access
    access.require(Right.EDIT_PEOPLE)
    now = clock.now()
    decisions = [PairDecision(*pair.refs, verdict, now, access.name) for pair, verdict in judged]
    if not decisions:
        return Outcome(0)
    with database.writing() as session:
        session.matching.save_decisions(access, decisions)
    return Outcome(len(decisions), frozenset({Topic.IMPORTS}))


def pairs_by_id(
    pairs: Iterable[DoubtfulPair], same: Iterable[str], other: Iterable[str]
) -> list[tuple[DoubtfulPair, PairVerdict]]:
    """The decisions a command names by the ids of a preview.

    Raises
    ------
    KnownProblem
        ``pair_unknown``, ``pair_twice``.
    """
    known = {pair.pair_id: pair for pair in pairs}
    wanted = [(one, PairVerdict.SAME) for one in same] + [(one, PairVerdict.OTHER) for one in other]
    ids = [one for one, _verdict in wanted]
    for one in ids:
        if one not in known:
            raise KnownProblem(
                "pair_unknown",
                "その番号の組は、判断を待っている組の中にありません。",
                where=one,
                advice="点検の結果の pairs にある番号を使ってください。",
            )
        if ids.count(one) > 1:
            raise KnownProblem(
                "pair_twice",
                "一つの組に二つの判断があります。",
                where=one,
                advice="どちらか一つにしてください。",
            )
    return [(known[one], verdict) for one, verdict in wanted]
