"""Messages about cells: one sentence per code, so that screens, commands and manuals say the same.

A message never quotes the cell: the cell stands beside it and may have to be withheld.
"""

from __future__ import annotations

from typing import Final

from kurume_bousai.domain.errors import RowProblem

READ_PARTS: Final = "読めたものだけを取り込みます。"
LEFT_OUT: Final = "この欄は取り込みません(登録済みの値があれば残ります)。"
REFUSED: Final = "この行は取り込みません。"

MESSAGES: Final = {
    # the whole row is refused
    "id_empty": f"IDが空です。{REFUSED}",
    "id_damaged": f"IDが「1.23E+11」の形にこわれています。{REFUSED}ID列を文字列で出し直してください。",
    "id_repeated": f"同じIDの行が前にあります。{REFUSED}",
    "id_long": f"IDが長すぎます(100文字まで)。{REFUSED}",
    "name_empty": f"氏名が空です。{REFUSED}",
    "birth_unreadable": f"生年月日として読めません。{REFUSED}",
    "birth_impossible": f"生年月日が暦にない日です。{REFUSED}",
    "birth_era": f"生年月日の元号と年が合いません。{REFUSED}",
    "birth_future": f"生年月日が今日より後です。{REFUSED}",
    "birth_too_old": f"生年月日から数えると130歳を超えます。{REFUSED}",
    "protected_unreadable": f"支援措置の欄が読めません(「○」か空欄で書きます)。{REFUSED}",
    # the row is taken, with a word about a cell
    "id_repaired": "IDの末尾の「.0」や全角文字を直して読みました。",
    "id_first_of_repeated": "同じIDの行が後にもあります。この行だけを使いました。確かめてください。",
    "birth_empty": "生年月日が空です。不明として取り込みます。",
    "name_long": "氏名がとても長い行です(100文字を超えています)。そのまま取り込みました。",
    "text_long": "とても長い欄です(1000文字を超えています)。そのまま取り込みました。",
    "text_markup": "「<」や「>」を含みます。ただの文字として取り込みました。",
    "text_formula": "「=」「+」「-」「@」で始まります。式ではなく、ただの文字として取り込みました。",
    "unusual_letters": "外字または異体字セレクタを含みます。そのまま残しました。印刷で確かめてください。",
    "lost_letters": "文字化けした文字(�や?)があるようです。元の名簿を確かめてください。",
    "line_break": "欄の中に改行がありました。空白に置きかえて取り込みました。",
    "control_letters": "見えない制御文字を取りのぞいて取り込みました。",
    "kana_unusual": "フリガナにカタカナ・ひらがな以外の文字があります。そのまま取り込みました。",
    "kana_empty": "フリガナが空です。五十音順では最後に並びます。",
    "address_empty": "住所が空です。",
    "sex_unknown": f"性別の言葉がわかりません。{LEFT_OUT}",
    "postal_code_bad": f"郵便番号は7けたの数字です。{LEFT_OUT}",
    "phone_zero_restored": "電話番号の先頭の0が消えていたので、補って取り込みました。確かめてください。",
    "phone_doubtful": "電話番号のけた数が合いません。書かれたまま取り込みました。",
    "reason_unknown": "事由にわからない言葉があります。わかる言葉だけを取り込みました。",
    "care_level_unknown": "要介護度の言葉がいつもと違います。書かれたまま取り込みました。",
    "needs_unknown": "支援の必要にわからない言葉があります。わかる言葉だけを取り込みました。",
    "categories_unknown": "受入対象にわからない言葉があります。わかる言葉だけを取り込みました。",
    "household_size_bad": f"同居人数は1から99の整数です。{LEFT_OUT}",
    "companions_bad": f"同行者数は0から20の整数です。{LEFT_OUT}",
    "registration_unknown": f"登録状態の言葉がわかりません。{LEFT_OUT}",
    "registered_on_unreadable": f"登録日が読めません。{LEFT_OUT}",
    "consent_unknown": f"名簿同意の言葉がわかりません。同意とはみなしません。{LEFT_OUT}",
    "consent_date_unreadable": f"同意日が読めません。{LEFT_OUT}",
    "explained_on_unreadable": f"説明日が読めません。{LEFT_OUT}",
    "consent_before_explanation": "説明日が同意日より後です。同意とはみなさず、名簿同意は取り込みません。",
    "position_unreadable": f"経度・緯度が数ではありません。{LEFT_OUT}",
    "position_half": f"経度と緯度の片方しかありません。{LEFT_OUT}",
    "position_swapped": f"経度と緯度が入れかわっているようです。{LEFT_OUT}",
    "position_outside_city": f"経度・緯度が久留米市の外です。{LEFT_OUT}",
    "row_too_long": "見出しより右に、列の名前のない値があります。その値は取り込みません。",
}


def cell_problem(row: int, column: str, value: str, code: str) -> RowProblem:
    """The problem of one cell with its standing sentence."""
    return RowProblem(row, column, value, code, MESSAGES[code])


SITE_MESSAGES: Final = {
    "name_empty": f"施設の名前が空です。{REFUSED}",
    "ownership_unknown": f"区分は「公共」か「福祉施設」です。{REFUSED}",
    "answer_unknown": f"「はい」「いいえ」「不明」のどれでもありません。{LEFT_OUT}",
    "verified_on_unreadable": "確認日が読めません。未確認として扱います。",
    "verified_on_future": "確認日が今日より後です。未確認として扱います。",
    "day_unreadable": f"日付として読めません。{LEFT_OUT}",
    "day_future": f"日付が今日より後です。{LEFT_OUT}",
    "number_bad": f"0以上の数で書きます。{LEFT_OUT}",
    "whole_bad": f"0から9,999までの整数で書きます。{LEFT_OUT}",
    "order_bad": f"開設順は1から9,999までの整数です。{LEFT_OUT}",
    "level_bad": f"開設レベルは3か4です。{LEFT_OUT}",
    "rate_bad": f"1人の面積は4、3.5、2のどれかです。{LEFT_OUT}",
    "need_number_bad": f"受け入れられる組の数は、0から9,999までの整数か「*」です。{LEFT_OUT}",
    "fitness_unknown": f"「適」「不適」「未確認」のどれでもありません。{LEFT_OUT}",
    "floor_unknown": "床面積がわかりません(0と空欄は不明です)。確認まで誰も入れません。",
    "floor_partly_unknown": "床面積のわからない室があります。その室は、確認まで数えません。",
    "categories_unknown": (
        "受入対象にわからない言葉があります。わかる言葉だけを取り込みました。「*」は一つだけで書きます。"
    ),
    "equipment_bad": f"設備の{{parts}}が読めません。「設備=有@確認日」の形で書きます。{READ_PARTS}",
    "stock_bad": f"備蓄の{{parts}}が読めません。「品目=数と単位@確認日」の形で書きます。{READ_PARTS}",
    "figure_sources_bad": f"値の出典の{{parts}}が読めません。「値=出典@確認日」の形で書きます。{READ_PARTS}",
}

SUPPORTER_MESSAGES: Final = {
    "name_empty": f"氏名・団体名が空です。{REFUSED}",
    "organisation_unknown": f"「はい」か「いいえ」(または「個人」「団体」)で書きます。{LEFT_OUT}",
    "answer_unknown": f"「はい」か「いいえ」で書きます。{LEFT_OUT}",
    "supporter_consent_unknown": f"同意の言葉がわかりません。同意とはみなしません。{LEFT_OUT}",
    "charge_form": "担当する人は「提供元:ID」で書きます。この人の担当にはしません。",
}
