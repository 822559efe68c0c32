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
    "birth_short_year": f"生年月日の年が2けたで、元号がありません。{REFUSED}",
    "ditto_refused": f"「〃」「同上」では誰のことかわかりません。{REFUSED}",
    "name_several": f"氏名の欄に何人か書かれているようです。{REFUSED}一人を一行に分けてください。",
    "name_kana_swapped": f"氏名とフリガナが入れかわっているようです。{REFUSED}",
    "protected_code": f"支援措置のコードが対応表にありません。{REFUSED}",
    "row_continues": f"IDも氏名もありません。前の行の続きのようです。{REFUSED}一人を一行にしてください。",
    "row_hidden": f"Excelで隠してある行です。{REFUSED}使う行なら「隠した行も取り込む」を選んでください。",
    "protected_hinted": (
        f"支援措置かもしれない言葉が、支援措置の列でない所にあります。{REFUSED}"
        "支援措置担当が、支援措置の列に「○」か「なし」を入れてください。"
    ),
    "cell_error_refused": f"「#N/A」「#REF!」などのエラーの欄です。{REFUSED}元のファイルを直してください。",
    "cell_unread_refused": (
        f"大切な欄が、結合のためか式の答えがないために読めません。{REFUSED}元のファイルを直してください。"
    ),
    "row_struck": f"取り消し線のある行です。{REFUSED}使う行なら線を消してから取り込んでください。",
    # the row is taken, with a word about a cell
    "ditto": f"「〃」「同上」は写しません。{LEFT_OUT}",
    "cell_error": f"「#N/A」「#REF!」などのエラーの欄です。{LEFT_OUT}",
    "seems_gone": "死亡・転出・入所などの言葉があります。名簿から消すかどうかを確かめてください。",
    "name_marked": "氏名に記号が付いています。そのまま取り込みました。確かめてください。",
    "code_unlisted": f"対応表にないコードです。{LEFT_OUT}",
    "name_several_maybe": "氏名に「・」があります。二人の名前ではないか確かめてください。",
    "name_title": "氏名の後ろの敬称を取って読みました。",
    "kana_joined": "フリガナの離れた濁点・半濁点をつないで読みました。",
    "birth_era_code": "生年月日の先頭の数字を元号の番号(3は昭和)として読みました。確かめてください。",
    "birth_serial": "生年月日がExcelの日付の番号でした。日付に直して読みました。確かめてください。",
    "birth_moment": "生年月日が時差の付いた時刻でした。日本の日付に直して読みました。",
    "birth_partly": "生年月日の月日がわかりません。不明として取り込みます。",
    "age_differs": "年齢の列と、生年月日から数えた年齢が合いません。確かめてください。",
    "address_elsewhere": "住所が久留米市の外のようです。そのまま取り込みました。",
    "address_is_name": f"住所の欄に人の名前が入っているようです。{LEFT_OUT}",
    "building_in_address": "住所に建物の名前が入っているようです。そのまま取り込みました。",
    "cell_struck": "取り消し線のある欄です。そのまま取り込みました。確かめてください。",
    "cell_merged": f"ほかの欄と結合した欄です。{LEFT_OUT}",
    "formula_uncomputed": (
        f"式の答えがファイルに入っていません。{LEFT_OUT}Excelで開いて保存し直してください。"
    ),
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
    # of the file as a whole
    "header_repeated": "見出しと同じ行です。人の行ではないので取り込みません。",
    "totals_row": "合計などの行のようです。人の行ではないので取り込みません。",
    "note_row": "注や題名の行のようです。人の行ではないので取り込みません。",
    "rows_number_only": "番号だけで、人の書かれていない行があります(ここから後にも)。取り込みません。",
    "hidden_sheet": "人の並んだシートが、ほかに隠してあります。隠したシートは読んでいません。",
    "kana_form": "半角やひらがなのフリガナは、全角のカタカナにそろえて取り込みます。",
    "hidden_rows": "Excelで隠した行があります。取り込んでいません。使うかどうかを決めてください。",
    "hidden_rows_taken": "Excelで隠した行も取り込みます。",
    "hidden_unknown": "古い形式(.xls)では、隠した行があるかどうかがわかりません。Excelで確かめてください。",
    "hidden_column": "Excelで隠した列です。ほかの列と同じように読みました。",
    "file_formulas": "式の入った欄があります。Excelが最後に計算した値を読みました。",
    "file_macros": "マクロの入ったファイルです。マクロは動かしていません。",
    "file_links": "ほかのファイルから値を引くファイルです。最後に保存された値を読みました。",
    "file_comments": "コメント(メモ)が付いています。コメントは取り込みません。",
    "file_1904": "日付を1904年から数えるファイルです。そのつもりで日付に直しました。",
    "my_number": (
        "個人番号(マイナンバー)らしい列があります。取り込みません。この列を除いたファイルを受け取ってください。"
    ),
    "id_zero_lost": "ほかよりけた数の少ないIDがあります。先頭の0が消えていないか確かめてください。",
    "column_mostly_empty": (
        "この列は半分を超える行が空です。同じ世帯の二人目から省かれていないか、確かめてください。"
    ),
    "column_mostly_doubtful": "この列は半分を超える行が読めません。列の対応か、ファイルがちがうようです。",
}
#: Codes that refuse the whole row.
REFUSING: Final = frozenset(code for code, message in MESSAGES.items() if REFUSED in message)


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
