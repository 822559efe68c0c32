"""案内の紙 by typst: letters with their forms in envelope order, and the control sheet."""

from __future__ import annotations

from typing import Any, Final

from kurume_bousai.domain.dates import format_wareki
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mailings import Bundle, show_code
from kurume_bousai.labels import label
from kurume_bousai.reports.glyphs import glyph_notice, missing_glyphs
from kurume_bousai.reports.paper import (
    Block,
    Column,
    Facts,
    Notes,
    Paper,
    Section,
    Table,
    sum_faults,
    tables_of,
)
from kurume_bousai.reports.pdf import compile_template, page_count, render_pdf
from kurume_bousai.reports.stamps import footer_lines, top_marks
from kurume_bousai.services.papers.letters import ControlSheet, LetterBatch, LetterSheet
from kurume_bousai.services.papers.ports import PaperStamp, RenderedPaper

#: Kurume's bodies, as the city's page names them (RULES A). No law is cited: the city's own words come first.
_BODIES: Final = (
    "市の福祉・防災の担当、消防本部、警察署、校区コミュニティ組織(校区自主防災組織)、自治会・区、"
    "地区民生委員児童委員協議会、消防団分団、校区社会福祉協議会"
)
_PARAGRAPHS: Final = (
    (
        "市では、災害のときに一人で、または家族の支援だけでは避難することがむずかしい方の名簿をつくり、"
        "ふだんの見守りと、災害のときの声かけや安否の確認に役立てています。"
    ),
    f"登録を申し込み、同意された方の名簿は、災害の前から次の関係者に渡します。{_BODIES}。",
    (
        "登録は、必ず支援が来ることを約束するものではありません。支援する方に、義務や責任が生じることもありません。"
        "登録や同意は、いつでも取りやめることができます。"
    ),
)
_FIRST: Final = "避難行動要支援者名簿への登録のご案内"
_AGAIN: Final = "避難行動要支援者名簿への登録のご案内(2回目)"
_REQUESTS: Final = (
    "同じ封筒の「回答用紙」に答えを書いて、返送してください。申し込まない方も、返送をお願いします。",
    (
        "この案内の番号と、回答用紙の番号が同じか、確かめてください。"
        "番号が違うときは、書かずに、下の担当へ知らせてください。"
    ),
)
_FORM_NOTE: Final = "番号だけで、どなたの用紙かがわかります。番号のところを切り取らないでください。"
_QUESTIONS: Final[tuple[dict[str, Any], ...]] = (
    {
        "words": "名簿への登録",
        "note": "",
        "choices": ["申し込みます", "申し込みません(名簿を関係者に渡すことにも同意しません)"],
    },
    {
        "words": "名簿を、災害の前から関係者に渡すこと",
        "note": "渡すもの: 氏名、住所、電話、必要な支援。渡す先は、案内の文書に書いてあります。",
        "choices": ["同意します", "同意しません"],
    },
    {
        "words": "災害時マイプラン(個別避難計画)をつくり、支援する方に渡すこと",
        "note": "まだ決められないときは、空けておいてください。",
        "choices": ["同意します", "同意しません"],
    },
)
_FORM_HOW: Final = ("あてはまるものの □ に、しるしをつけてください。",)


class LetterPapers:
    """案内の紙をつくる人. Implements ``LetterMaker``; everything stays in memory."""

    def letters(self, batch: LetterBatch, stamp: PaperStamp) -> RenderedPaper:
        """Return letters and forms; raises ``no_font`` and, should a sheet be missing, ``not_reconciled``."""
        content = compile_template("letters.typ", _values(batch, stamp), stamp.made_at)
        pages = page_count(content)
        if pages != 2 * len(batch.sheets):
            # A letter that ran over onto a second page would push every form behind it out of step.
            raise KnownProblem(
                "not_reconciled",
                "案内のページの数が、送る人の数と合わないため、印刷しませんでした。",
                advice="住所か問い合わせ先の言葉が長すぎないか、確かめてください。",
            )
        missing = missing_glyphs([text for one in batch.sheets for text in _texts(one)])
        return RenderedPaper(content, pages, (glyph_notice(missing),) if missing else ())

    def control(self, sheet: ControlSheet, stamp: PaperStamp) -> RenderedPaper:
        """Return the control sheet."""
        paper = control_paper(sheet, stamp)
        if any(sum_faults(table) for table in tables_of(paper)):
            raise KnownProblem("not_reconciled", "点検表の合計が合わないため、つくりませんでした。")
        return render_pdf(paper)


def _texts(sheet: LetterSheet) -> tuple[str, ...]:
    return (sheet.name, sheet.address, sheet.building)


def _values(batch: LetterBatch, stamp: PaperStamp) -> dict[str, Any]:
    return {
        "title": _AGAIN if batch.is_reminder else _FIRST,
        "marks": ["架空(見本)"] if stamp.is_fictional else [],
        "date": format_wareki(batch.posted_words),
        "reply_by": format_wareki(batch.reply_by),
        "contact": batch.contact,
        "paragraphs": list(_PARAGRAPHS),
        "requests": list(_REQUESTS),
        "form_note": _FORM_NOTE,
        "questions": [dict(one) for one in _QUESTIONS],
        "form_how": list(_FORM_HOW),
        "sheets": [
            {
                "code": one.code,
                "digits": one.code.replace("-", ""),
                "name": one.name,
                "postal": one.postal_code,
                "address": one.address,
                "building": one.building,
            }
            for one in batch.sheets
        ],
    }


def control_paper(sheet: ControlSheet, stamp: PaperStamp) -> Paper:
    """Return the control sheet: counts and codes per bundle, the envelopes to open, and who did it."""
    blocks: list[Block] = [
        Facts(
            "この案内",
            (
                ("案内", f"第{sheet.number}回　{sheet.title}"),
                ("封筒の順", label(sheet.order)),
                ("全部で", f"{sheet.letters:,}通　{len(sheet.bundles)}束"),
                ("開けて確かめる封筒", f"{sheet.check_every}通に1通と、束の最初と最後"),
                ("返送の期限", format_wareki(sheet.reply_by)),
            ),
        ),
        _bundle_table(sheet.bundles),
        Notes(
            "封入のしかた",
            (
                "印刷した順のまま、案内と回答用紙を1枚ずつ取り、同じ封筒に入れます。順を入れかえません。",
                "束が終わるごとに、残った封筒と紙がないこと、最後の番号がこの表と同じことを見ます。",
                "次の表の封筒を開け、案内と回答用紙の番号を、画面の「封入の点検」に入れます。",
                "1通でも合わなかったら、その束を全部開けて確かめます。合うまで、出したことにできません。",
            ),
        ),
        Section("開けて確かめる封筒", (_sample_table(sheet.bundles),)),
    ]
    return Paper(
        kind="mailing_control",
        title="封入の点検表",
        subtitle=f"第{sheet.number}回　{sheet.title}",
        marks=top_marks(stamp, None),
        blocks=tuple(blocks),
        footer=footer_lines(stamp, "名前は入っていません。支援措置対象者は含まない。"),
        made_at=stamp.made_at,
    )


def _bundle_table(bundles: tuple[Bundle, ...]) -> Table:
    return Table(
        heading="束",
        columns=(
            Column("束", 0.6, is_count=True),
            Column("最初の番号", 1.5),
            Column("最後の番号", 1.5),
            Column("通数", 0.8, is_count=True, adds_up=True),
            Column("封入した人", 1.3),
            Column("確かめた人", 1.3),
        ),
        rows=tuple(
            (one.number, show_code(one.first), show_code(one.last), one.letters, "", "") for one in bundles
        ),
        total=("計", "", "", sum(one.letters for one in bundles), "", ""),
        roomy=True,
        key="bundles",
    )


def _sample_table(bundles: tuple[Bundle, ...]) -> Table:
    return Table(
        heading="開けて確かめる封筒",
        columns=(
            Column("束", 0.5, is_count=True),
            Column("番号", 1.5),
            Column("合っていた", 1),
            Column("確かめた人", 2),
        ),
        rows=tuple((one.number, show_code(code), "□", "") for one in bundles for code in one.samples),
        roomy=True,
        key="samples",
    )
