"""提供元の記載 and 答えた人 on the record: whose word a field follows, and who gave the answer."""

from __future__ import annotations

from datetime import date

from pytestqt.qtbot import QtBot

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import (
    BodyAnswer,
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
)
from kurume_bousai.domain.ids import ImportId, MemberId
from kurume_bousai.services.matching.sources import digest, statement_text
from kurume_bousai.services.ports.matching import SourceStatement
from kurume_bousai.ui.registry.detail_facts import consent_card
from kurume_bousai.ui.tasks import TaskRunner
from tests.fixtures.rosters import ADMINISTRATOR
from tests.helpers.roster_desktop import fictional, fictional_city, make_desktop, open_roster


def test_who_gave_the_answer_is_told_and_hidden_with_the_names() -> None:
    answered = Consent(
        ConsentKind.ROSTER, ConsentState.GIVEN, date(2024, 4, 1), date(2024, 3, 20), "架空 民生",
        method=ConsentMethod.PHONE, given_by=ConsentGiver.AGENT, relation="長女",
        exceptions=(BodyAnswer(Body.POLICE, ConsentState.WITHDRAWN, date(2025, 1, 2)),),
    )  # fmt: skip
    person = fictional(1, "架空 花子", consents=(answered,))
    facts = consent_card(person).facts
    assert ("答えた人", "代理(長女)　電話") in facts
    assert any(caption == "渡さない団体" and "警察" in words for caption, words in facts)
    assert "架空 民生" in dict(facts)["名簿"]
    hidden = consent_card(person, lambda _text: "＊").facts
    assert not any("長女" in words or "民生" in words for _caption, words in hidden)


def test_the_offices_words_are_read_when_the_card_is_opened(qtbot: QtBot, runner: TaskRunner) -> None:
    database = fictional_city()
    said = {"介護保険課": "0942-00-0001", "障害者福祉課": "0942-00-9999"}
    with database.seen_by(ADMINISTRATOR).writing() as session:
        for source, phone in said.items():
            text = statement_text({"phone": phone, "name": "架空 大森"})
            stated = SourceStatement(source, "K", MemberId("m1"), ImportId("i"), digest(text), text)
            session.matching.add_statements(ADMINISTRATOR, [stated])
    page = open_roster(qtbot, make_desktop(qtbot, runner, database), 3)
    page.table.choose("m1")
    qtbot.waitUntil(lambda: page.detail.member is not None)
    page.detail.sources.opened.emit(True)
    qtbot.waitUntil(lambda: "電話1" in dict(page.detail._sources.facts()))
    facts = dict(page.detail._sources.facts())
    assert facts["電話1"] == "介護保険課のとおり\n障害者福祉課: 0942-00-9999"
    page._desktop.privacy.hide()
    assert "9999" not in dict(page.detail._sources.facts())["電話1"]
