"""What may change in a question after its answer is known: a party, a site, a limit (RULEBOOK §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.placement import PlacementOptions, PlacementParty, PlacementSite


@dataclass(frozen=True, slots=True)
class PartyAdded:
    """組が加わる. It comes last in the order of the parties."""

    party: PlacementParty = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartyRemoved:
    """組がいなくなる."""

    party_id: str


@dataclass(frozen=True, slots=True)
class PartyChanged:
    """組の内容が変わる: needs, size, band, place or 受入対象. ``party.id`` names the one replaced."""

    party: PlacementParty = field(repr=False)


@dataclass(frozen=True, slots=True)
class SiteChanged:
    """施設の内容が変わる: places, units, 受入対象, closed, opened again. ``site.id`` names it."""

    site: PlacementSite


@dataclass(frozen=True, slots=True)
class OptionsChanged:
    """条件が変わる: reach, how many may open, the time limit."""

    options: PlacementOptions


PlacementChange = PartyAdded | PartyRemoved | PartyChanged | SiteChanged | OptionsChanged


@dataclass(frozen=True, slots=True)
class PlacementQuestion:
    """配置の問い: parties and sites in the order in which the answer lists them."""

    parties: tuple[PlacementParty, ...] = field(repr=False)
    sites: tuple[PlacementSite, ...]
    options: PlacementOptions


def changed_question(question: PlacementQuestion, changes: Sequence[PlacementChange]) -> PlacementQuestion:
    """Return the question after the changes, made one after the other.

    Raises ``KnownProblem`` (``unknown_party``, ``unknown_site``) where a change names nobody. Whether the
    new question can be computed with is for ``refuse_bad_input`` to say, as for every question.
    """
    parties, sites, options = list(question.parties), list(question.sites), question.options
    row_of: dict[str, int] | None = None
    for change in changes:
        if isinstance(change, PartyAdded):
            parties.append(change.party)
            row_of = None
        elif isinstance(change, PartyRemoved | PartyChanged):
            wanted = change.party_id if isinstance(change, PartyRemoved) else change.party.id
            if row_of is None:
                row_of = {party.id: row for row, party in enumerate(parties)}
            if wanted not in row_of:
                raise _unknown("unknown_party", "組", wanted)
            if isinstance(change, PartyChanged):
                parties[row_of[wanted]] = change.party
            else:
                del parties[row_of[wanted]]
                row_of = None
        elif isinstance(change, SiteChanged):
            places = [place for place, site in enumerate(sites) if site.id == change.site.id]
            if not places:
                raise _unknown("unknown_site", "施設", change.site.id)
            sites[places[0]] = change.site
        else:
            options = change.options
    return PlacementQuestion(tuple(parties), tuple(sites), options)


def _unknown(code: str, kind: str, identifier: str) -> KnownProblem:
    return KnownProblem(
        code,
        f"変更しようとした{kind}「{identifier}」は、この問いの中にありません。",
        where=identifier,
        advice="IDを確かめて、もう一度変更してください。いまの答えはそのまま残っています。",
    )
