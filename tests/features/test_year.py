"""A year of one 校区's list, on a real encrypted file whose clock the scenario sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.app import SystemClock
from kurume_bousai.app.letters import registration_rates, replies
from kurume_bousai.domain.activities import ActivityEntry, ActivityId, ActivityKind
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.hand_outs import CopyEventKind, CopyState, HandOutPaper
from kurume_bousai.domain.mailings import ReplyKind
from kurume_bousai.domain.recipients import Handler
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.yearly_update import YearlyStep
from kurume_bousai.labels import label
from kurume_bousai.services.office.activities import ActivityService
from kurume_bousai.services.people.roster_file import ControlTotals
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster.retention import RetentionService
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder
from tests.helpers.year_of_a_list import (
    CHANGED,
    FISCAL_YEAR,
    FLAGS,
    REMOVED,
    SECOND,
    SOURCE,
    TSUBUKU,
    Year,
    both,
    bring,
    come_back,
    flagged_people,
    hand,
    invite,
    pages_of,
    row,
    update,
)
from tests.storage.test_retention import dump

scenarios("year.feature")


@pytest.fixture
def year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Year]:
    made = Year(tmp_path)
    monkeypatch.setattr(SystemClock, "now", lambda _self: made.now())
    yield made
    made.close()


# -- spring ------------------------------------------------------------------------------------------


@given("職員二人と支援措置担当のいる、新しい市のファイルがある")
def new_file(year: Year) -> None:
    year.make()
    recipients = app.recipients(year.city)
    day = year.moment.date()
    for body, name in (
        (Body.DISTRICT_ORGANIZATION, "架空まちづくり振興会"),
        (Body.WELFARE_COMMISSIONER, "架空の民生委員"),
    ):
        partner = replace(
            recipients.blank(body), name=name, district_id=TSUBUKU, responsible="架空 責任者",
            agreed_on=day, handlers=(Handler("架空 取扱者", day),),
        )  # fmt: skip
        year.partners[body] = recipients.save(partner).value
    registration_rates(year.city).count_from_list(is_whole=True)
    with year.city.reading() as session:
        year.head = session.audit.head()


@when(
    parsers.parse("{day} に、介護の担当から届いた津福校区の{count:d}人のファイルを、件数表と照らして取り込む")
)
def first_import(year: Year, day: str, count: int) -> None:
    year.be(day)
    totals = ControlTotals({("総件数", ""): count, ("校区", "津福"): count})
    order = ImportOrder(SOURCE, is_whole=True, expected=totals)
    bring(year, [row(number) for number in range(1, count + 1)], order, Confirmations())


@then(parsers.parse("津福校区の名簿は{count:d}人で、数え直しても合っている"))
def on_list(year: Year, count: int) -> None:
    assert len(year.people()) == count
    with year.city.reading() as session:
        assert session.members.count(year.city.access, MemberQuery(district_id=TSUBUKU)) == count


@when(parsers.parse("{day} に、令和8年度の更新を始め、「案内」まで書く"))
def begin_update(year: Year, day: str) -> None:
    year.be(day)
    update(year).start(FISCAL_YEAR)
    update(year).record(FISCAL_YEAR, [TSUBUKU], YearlyStep.NOTICE)


@pytest.fixture
def codes() -> list[str]:
    return []


@when(parsers.parse("{day} に、対象の人を判定し、まだ案内していない{count:d}人に案内を出す"))
def first_letters(year: Year, codes: list[str], day: str, count: int) -> None:
    year.be(day)
    codes.extend(invite(year, count))


@when(
    parsers.parse(
        "{day} に、{agreed:d}通が「申込・同意」、{refused:d}通が「申込・不同意」、"
        "{declined:d}通が「辞退」で返ってくる"
    )
)
def first_returns(year: Year, codes: list[str], day: str, agreed: int, refused: int, declined: int) -> None:
    year.be(day)
    split = agreed + refused
    come_back(year, codes[:agreed], ReplyKind.APPLIED, ConsentState.GIVEN)
    come_back(year, codes[agreed:split], ReplyKind.APPLIED, ConsentState.REFUSED)
    come_back(year, codes[split : split + declined], ReplyKind.DECLINED, None)


@then(parsers.parse("登録者は{count:d}人で、登録率は{percent}%である"))
def registered(year: Year, count: int, percent: str) -> None:
    figures = registration_rates(year.city).figures().figures
    (district,) = [one for one in figures.districts if one.district_id == TSUBUKU]
    assert (district.applied, district.registration_rate.percent) == (count, percent)
    assert figures.applied == count, "the city is the sum of its 校区"


@then(
    parsers.parse(
        "名簿の同意は、同意{given_:d}、不同意{refused:d}、撤回{withdrawn:d}、未回答{open_:d}で、足すと{total:d}である"
    )
)
def consents(year: Year, given_: int, refused: int, withdrawn: int, open_: int, total: int) -> None:
    found = Counter(one.consent_state(ConsentKind.ROSTER) for one in year.people())
    assert found == Counter(
        {
            ConsentState.GIVEN: given_, ConsentState.REFUSED: refused,
            ConsentState.WITHDRAWN: withdrawn, ConsentState.UNANSWERED: open_,
        }
    )  # fmt: skip
    assert given_ + refused + withdrawn + open_ == total == len(year.people())


@then(parsers.parse("未返送は{count:d}通である"))
def not_returned(year: Year, count: int) -> None:
    assert len(replies(year.city).open_letters()) == count


# -- handing out -------------------------------------------------------------------------------------


@when(parsers.parse("{day} に、名簿制度の説明を校区で開き、{people:d}人が来たと書く"))
def explained(year: Year, day: str, people: int) -> None:
    held = year.be(day)
    entry = ActivityEntry(ActivityId(""), ActivityKind.EXPLANATION, held, TSUBUKU, people)
    ActivityService(year.city, SystemClock()).save(entry)


@when(parsers.parse("{day} に、まちづくり振興会に{a:d}部、民生委員に{b:d}部の名簿を、二人目が確かめて渡す"))
def hand_out(year: Year, day: str, a: int, b: int) -> None:
    year.be(day)
    hand(year, both(a, b))


@then(parsers.parse("どの写しにも{count:d}人が載り、同意のない人は一人もいない"))
def on_copies(year: Year, count: int) -> None:
    agreed = {
        one.member_id for one in year.people() if one.consent_state(ConsentKind.ROSTER) is ConsentState.GIVEN
    }
    assert len(agreed) == count
    for papers in year.papers.values():
        for paper in papers:
            assert year.on_copy(paper.copy_number) == agreed


@then(parsers.parse("まちづくり振興会の写しに載るのは「{words}」だけである"))
def columns(year: Year, words: str) -> None:
    number = year.papers[Body.DISTRICT_ORGANIZATION][0].copy_number
    (copy,) = [one for one in year.ledger().copies if one.copy_number == number]
    assert "、".join(label(one) for one in RosterColumn if one in copy.columns) == words


@then("どのページにも、取扱注意、写しの番号、日付、使用期限、ページの番号がある")
def every_page(year: Year) -> None:
    for papers in year.papers.values():
        for paper in papers:
            pages = pages_of(paper, year.folder)
            for number, text in enumerate(pages, start=1):
                for words in (
                    "取扱注意",
                    paper.copy_number,
                    "令和8年7月1日",
                    "使用期限:令和9年7月1日",
                    f"{number}/{len(pages)}",
                ):
                    assert words in text


@when(parsers.parse("{day} に、{count:d}部の受領書を受け取る"))
def receipts(year: Year, day: str, count: int) -> None:
    on = year.be(day)
    numbers = [one.copy_number for one in year.ledger().unsigned()]
    assert len(numbers) == count
    app.hand_out_copies(year.city).record(numbers, CopyEventKind.RECEIVED, on)


@then(parsers.parse("受領書待ちは{count:d}部である"))
def unsigned(year: Year, count: int) -> None:
    assert len(year.ledger().unsigned()) == count


# -- a lost one, a withdrawal, a flag ----------------------------------------------------------------


@when(parsers.parse("{day} に、まちづくり振興会の2部目をなくした届けがある"))
def lost(year: Year, day: str) -> None:
    number = year.papers[Body.DISTRICT_ORGANIZATION][1].copy_number
    app.hand_out_copies(year.city).record([number], CopyEventKind.LOST, year.be(day))


@then(parsers.parse("載っていた{count:d}人の番号と列がわかり、報告の紙にだれの名前もない"))
def whose(year: Year, count: int) -> None:
    report = app.hand_out_copies(year.city).loss_report(
        year.papers[Body.DISTRICT_ORGANIZATION][1].copy_number
    )
    assert len({one.number for one in report.people}) == count
    assert RosterColumn.ADDRESS in report.columns
    place = year.folder / "loss.html"
    app.reporting(year.city).write(report, place)
    text = place.read_text("utf-8")
    assert all(one.name not in text and one.phone not in text for one in year.people())
    assert all(str(one.number) in text for one in report.people)


@when(parsers.parse("{day} に、なくした写しが見つかって返ってくる"))
def found_again(year: Year, day: str) -> None:
    on, copies = year.be(day), app.hand_out_copies(year.city)
    number = year.papers[Body.DISTRICT_ORGANIZATION][1].copy_number
    copies.record([number], CopyEventKind.FOUND, on)
    copies.record([number], CopyEventKind.RETURNED, on)


@then(parsers.parse("出ている写しは{count:d}部である"))
def are_out(year: Year, count: int) -> None:
    assert len(year.ledger().out()) == count


@when(parsers.parse("{day} に、{count:d}人が同意を撤回する"))
def withdraw(year: Year, day: str, count: int) -> None:
    on = year.be(day)
    for one in year.numbered(range(1, count + 1)):
        no = replace(one.consent(ConsentKind.ROSTER), state=ConsentState.WITHDRAWN, decided_on=on)
        back = app.consents(year.city).answer(one.member_id, no).value.call_back
        year.told.append(sorted(copy.copy_number for copy in back))


@then(parsers.parse("撤回のたびに、出ている{count:d}部の番号が示され、{awaited:d}部が返却待ちになる"))
def told_each_time(year: Year, count: int, awaited: int) -> None:
    out = sorted(copy.copy_number for copy in year.ledger().out())
    assert len(out) == count
    assert year.told == [out] * 3
    assert len(year.ledger().awaited()) == awaited


@when(
    parsers.parse(
        "{day} に、返却待ちの写しを返してもらい、まちづくり振興会に{a:d}部、民生委員に{b:d}部を渡し直す"
    )
)
def hand_again(year: Year, day: str, a: int, b: int) -> None:
    on = year.be(day)
    back = [one.copy_number for one in year.ledger().awaited()]
    app.hand_out_copies(year.city).record(back, CopyEventKind.RETURNED, on)
    hand(year, both(a, b))
    assert year.ledger().awaited() == []


@when(parsers.parse("{day} に、取込で{count:d}人に支援措置の印がつく"))
def flag(year: Year, day: str, count: int) -> None:
    year.be(day)
    rows = [row(number, 支援措置="1") for number in FLAGS]
    assert len(rows) == count
    bring(year, rows, ImportOrder(SOURCE, is_whole=False), Confirmations())


@then(
    parsers.parse(
        "津福校区の名簿は{count:d}人で、検索にも、番号にも、地図にも、訓練にも、写しの人数にもその2人はいない"
    )
)
def absent(year: Year, count: int) -> None:
    hidden = flagged_people(year)
    ids = {one.member_id for one in hidden}
    on_list(year, count)
    access = year.city.access
    with year.city.reading() as session:
        for one in hidden:
            for words in (one.name, one.kana, one.phone, str(one.number)):
                found = session.members.rows(access, MemberQuery(words))
                assert ids.isdisjoint(row.member_id for row in found)
            assert session.members.get(access, one.member_id) is None
        rows = session.members.rows(access, MemberQuery(district_id=TSUBUKU))
    scene = app.scenes(year.city).roster(rows)
    assert len(scene.people) == count
    assert ids.isdisjoint(mark.id for mark in scene.people)
    exercises = app.exercises(year.city)
    session_ = exercises.open(exercises.start(exercises.default_settings(TSUBUKU, tables=1)).value)
    assert ids.isdisjoint(one.member_id for one in session_.shown())
    assert {copy.people for copy in year.ledger().out()} == {25}
    assert all(ids.isdisjoint(year.on_copy(copy.copy_number)) for copy in year.ledger().copies)


@then(parsers.parse("出ている{count:d}部が返却待ちになる"))
def all_back(year: Year, count: int) -> None:
    assert len(year.ledger().out()) == len(year.ledger().awaited()) == count


@then("支援措置担当が開くと、その2人がいる")
def seen_by_the_flagged(year: Year) -> None:
    assert len(flagged_people(year)) == len(FLAGS)


# -- the yearly update -------------------------------------------------------------------------------


@when(
    parsers.parse(
        "{day} に、{gone:d}人が外れ、{fresh:d}人が加わり、"
        "{changed:d}人の電話か住所が変わった全件のファイルを取り込む"
    )
)
def whole_import(year: Year, day: str, gone: int, fresh: int, changed: int) -> None:
    year.be(day)
    assert (gone, changed) == (len(REMOVED), len(CHANGED))
    rows = [row(number) for number in range(1, 41 + fresh) if number not in REMOVED]
    for one in rows:
        number = int(one["ID"].removeprefix("A-"))
        if number in CHANGED:
            one.update(
                {"電話1": f"0942-00-99{number}"} if number % 2 else {"住所": f"久留米市架空町9999-{number}"}
            )
    bring(year, rows, ImportOrder(SOURCE, is_whole=True), Confirmations(removals=gone))


@then(parsers.parse("津福校区の名簿は{count:d}人で、支援措置の印は2人とも残っている"))
def flags_stay(year: Year, count: int) -> None:
    on_list(year, count)
    assert len(flagged_people(year)) == len(FLAGS)


@when(parsers.parse("{day} に、加わった{count:d}人に案内を出し、「申込・同意」で返ってくる"))
def more_letters(year: Year, day: str, count: int) -> None:
    year.be(day)
    come_back(year, invite(year, count), ReplyKind.APPLIED, ConsentState.GIVEN)


@when(parsers.parse("{day} に、まちづくり振興会に{a:d}部、民生委員に{b:d}部の差分名簿を渡す"))
def hand_differences(year: Year, day: str, a: int, b: int) -> None:
    year.be(day)
    hand(year, both(a, b), HandOutPaper.DIFFERENCE)


@then(parsers.parse("差分名簿は、消す{removed:d}人、加わる{added:d}人、変わる{changed:d}人である"))
def differences(year: Year, removed: int, added: int, changed: int) -> None:
    for papers in year.papers.values():
        text = "".join(pages_of(papers[0], year.folder))
        assert f"消す{removed}人・変わる{changed}人・加わる{added}人" in text
        assert len(year.on_copy(papers[0].copy_number)) == added + changed


@then("消す人は番号だけで、名前はない")
def numbers_only(year: Year) -> None:
    for papers in year.papers.values():
        text = "".join(pages_of(papers[0], year.folder)).replace("\n", "")
        assert all(f"架空一年{number}号" not in text for number in REMOVED)
        assert all(f"架空一年{number}号" in text for number in (41, 42))


@when(parsers.parse("{day} に、令和8年度の更新を「済」まで書く"))
def end_update(year: Year, day: str) -> None:
    year.be(day)
    for step in (YearlyStep.INQUIRY, YearlyStep.ANSWER, YearlyStep.APPLIED, YearlyStep.DONE):
        update(year).record(FISCAL_YEAR, [TSUBUKU], step)


@then("津福校区は、46校区のうちただ一つの「済」である")
def one_is_done(year: Year) -> None:
    progress = update(year).sheet(FISCAL_YEAR).progress
    assert (len(progress.districts), progress.done) == (46, 1)


# -- the year in numbers, and its end ----------------------------------------------------------------


@then(parsers.parse("令和8年度の活動は、名簿制度の説明が{times:d}回{people:d}人である"))
def activities(year: Year, times: int, people: int) -> None:
    entries = ActivityService(year.city, SystemClock()).report(FISCAL_YEAR).entries
    briefings = [one for one in entries if one.kind is ActivityKind.EXPLANATION]
    assert (sum(one.times for one in briefings), sum(one.people or 0 for one in briefings)) == (times, people)


@then(parsers.parse("渡した写しは{total:d}部で、返ってきた{back:d}部と、出ている{out:d}部を足した数である"))
def copies_add_up(year: Year, total: int, back: int, out: int) -> None:
    found = year.ledger()
    returned = [one for one in found.copies if one.state is CopyState.RETURNED]
    assert (len(found.copies), len(returned), len(found.out())) == (total, back, out)
    assert back + out == total
    assert {one.confirmed_by for one in found.copies} == {SECOND}


@when(parsers.parse("{day} になる"))
def it_is(year: Year, day: str) -> None:
    year.be(day)


@then(parsers.parse("期限切れの写しは{count:d}部である"))
def overdue(year: Year, count: int) -> None:
    assert len(year.ledger().overdue()) == count


@when(parsers.parse("{day} に、出ている写しをすべて返してもらう"))
def all_return(year: Year, day: str) -> None:
    on = year.be(day)
    numbers = [one.copy_number for one in year.ledger().out()]
    app.hand_out_copies(year.city).record(numbers, CopyEventKind.RETURNED, on)


@when(parsers.parse("{day} に、保存期限の過ぎた{count:d}人を匿名にする"))
def expire(year: Year, day: str, count: int) -> None:
    year.be(day)
    service = RetentionService(year.city, SystemClock())
    assert service.preview().count.people == count
    service.expire(count)


@then("外れた3人の名前は、どの表にもない")
def no_trace(year: Year) -> None:
    tables = dump(year.city)
    names = [f"架空 一年{number}号" for number in REMOVED]
    assert [(table, name) for table, text in tables.items() for name in names if name in text] == []
    assert "架空 一年1号" in tables["members"]


@then("一年のはじめに控えた番号から、監査記録はつながっている")
def audit(year: Year) -> None:
    with year.city.reading() as session:
        assert session.audit.verify(year.head) == []
