"""The order of papers and the kinds of offices: kept as facts of the file, audited, never in silence."""

from __future__ import annotations

import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.paper_order import PaperOrder
from kurume_bousai.domain.sources import PRECEDENCE, SourceKind
from kurume_bousai.services.matching.source_rules import GROUPS, SourceRulesService, SourceSettings
from kurume_bousai.services.papers.paper_order import PaperOrderService
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder, commit_roster
from tests.fakes.city import FixedClock
from tests.fixtures.rosters import access, city, person, roster_file


def test_another_order_is_kept_and_audited() -> None:
    database = city()
    service = PaperOrderService(database)
    assert (service.read(), service.may_change) == (PaperOrder.KANA, True)
    service.save(PaperOrder.KANA, PaperOrder.NUMBER)
    assert service.read() is PaperOrder.NUMBER
    assert [action for _who, action, _about, _told in database.state.audit] == ["paper_order_saved"]
    with pytest.raises(KnownProblem, match="changed_meanwhile"):
        service.save(PaperOrder.KANA, PaperOrder.NUMBER)


def test_who_keeps_no_rules_keeps_none() -> None:
    service = PaperOrderService(city(access()))
    assert not service.may_change
    with pytest.raises(KnownProblem):
        service.save(PaperOrder.KANA, PaperOrder.NUMBER)


def test_every_field_with_an_order_stands_in_one_group() -> None:
    assert sorted(name for _order, names in GROUPS for name in names) == sorted(PRECEDENCE)


def test_offices_that_sent_extracts_are_offered_and_their_kind_is_kept() -> None:
    database = city()
    commit_roster(
        database, roster_file([person(1)]), ImportOrder("福祉総務", is_whole=False), Confirmations(),
        clock=FixedClock(),
    )  # fmt: skip
    service = SourceRulesService(database)
    before = service.read()
    assert before.names == ("福祉総務",)
    after = before.with_kind("福祉総務", SourceKind.RESIDENT).with_first(1, SourceKind.RESIDENT)
    assert service.save(before, after).value == after
    kept = service.read()
    assert kept.settings.sources.kind("福祉総務") is SourceKind.RESIDENT
    assert kept.settings.sources.rank("care_level", "福祉総務") == 0
    back = kept.with_kind("福祉総務", None).with_first(1, SourceKind.CARE)
    assert back.settings == SourceSettings().settings
    with pytest.raises(KnownProblem, match="changed_meanwhile"):
        service.save(before, after)
