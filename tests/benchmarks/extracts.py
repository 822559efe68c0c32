"""Fictional extracts of three offices at their full width, as files that a benchmark brings in.

Every canonical column is there and filled as an office fills it: no two people alike, days and grades of
their own, four in five with a second telephone, one in nine without a point. House numbers are impossible.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

from kurume_bousai.exchange.columns import names_of
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS

SOURCES: Final = ("介護保険課（架空）", "障害者福祉課（架空）", "市民課（架空）")
COLUMNS: Final = tuple(names_of(ROSTER_COLUMNS))
Row = Mapping[str, str]

_FAMILIES: Final = (
    ("山田", "ヤマダ"), ("森", "モリ"), ("大森", "オオモリ"), ("久留米", "クルメ"), ("筑後", "チクゴ"),
    ("高良", "コウラ"), ("古賀", "コガ"), ("田中", "タナカ"), ("中村", "ナカムラ"), ("森田", "モリタ"),
    ("江口", "エグチ"), ("鳥飼", "トリカイ"), ("国分", "コクブ"), ("御井", "ミイ"), ("荒木", "アラキ"),
    ("津福", "ツブク"), ("安武", "ヤスタケ"), ("大善寺", "ダイゼンジ"), ("三潴", "ミズマ"),
    ("城島", "ジョウジマ"), ("井上", "イノウエ"), ("石橋", "イシバシ"), ("中島", "ナカシマ"),
    ("吉田", "ヨシダ"), ("原", "ハラ"), ("平田", "ヒラタ"), ("松尾", "マツオ"), ("野田", "ノダ"),
    ("坂本", "サカモト"), ("西村", "ニシムラ"), ("川原", "カワハラ"), ("緒方", "オガタ"),
    ("権藤", "ゴンドウ"), ("稲益", "イナマス"), ("野口", "ノグチ"), ("真鍋", "マナベ"), ("堤", "ツツミ"),
    ("楢原", "ナラハラ"), ("宮崎", "ミヤザキ"), ("草場", "クサバ"),
)  # fmt: skip
_STEMS: Final = (
    ("正", "マサ"), ("義", "ヨシ"), ("和", "カズ"), ("幸", "ユキ"), ("千代", "チヨ"), ("美智", "ミチ"),
    ("文", "フミ"), ("春", "ハル"), ("秋", "アキ"), ("久", "ヒサ"), ("信", "ノブ"), ("孝", "タカ"),
    ("光", "ミツ"), ("政", "マサ"), ("清", "キヨ"), ("静", "シズ"), ("節", "セツ"), ("敏", "トシ"),
    ("富", "トミ"), ("豊", "トヨ"), ("初", "ハツ"), ("花", "ハナ"), ("英", "ヒデ"), ("広", "ヒロ"),
    ("康", "ヤス"), ("道", "ミチ"), ("保", "ヤス"), ("直", "ナオ"), ("時", "トキ"), ("重", "シゲ"),
    ("繁", "シゲ"), ("勝", "カツ"), ("克", "カツ"), ("昭", "アキ"), ("安", "ヤス"), ("泰", "ヤス"),
    ("常", "ツネ"), ("藤", "フジ"), ("松", "マツ"), ("梅", "ウメ"),
)  # fmt: skip
_ENDS: Final = (
    ("子", "コ"), ("男", "オ"), ("雄", "オ"), ("夫", "オ"), ("江", "エ"), ("枝", "エ"), ("代", "ヨ"),
    ("美", "ミ"), ("一", "イチ"), ("二", "ジ"), ("三", "ゾウ"), ("郎", "ロウ"), ("吉", "キチ"),
    ("太郎", "タロウ"), ("次郎", "ジロウ"), ("之", "ユキ"), ("人", "ト"), ("彦", "ヒコ"), ("助", "スケ"),
    ("恵", "エ"), ("野", "ノ"), ("乃", "ノ"), ("治", "ジ"), ("蔵", "ゾウ"), ("平", "ヘイ"), ("弘", "ヒロ"),
    ("樹", "キ"), ("穂", "ホ"),
)  # fmt: skip
_DISTRICTS: Final = ("津福", "荒木", "御井", "東国分", "安武", "大善寺", "城島", "三潴", "西国分", "南")
_REASONS: Final = (
    "要介護;高齢者のみの世帯", "身体障害", "要介護;身体障害", "高齢者のみの世帯", "知的障害",
    "精神障害;難病", "難病",
)  # fmt: skip
_NEEDS: Final = ("車いす", "電源;寝台・ストレッチャー", "介助", "個室", "車いす;介助", "なし")
_CATEGORIES: Final = ("高齢", "身体", "高齢;身体", "知的", "精神")
_ANSWERS: Final = ("同意", "同意", "同意", "未回答", "不同意")


def people(count: int, *, seed: int, office: int = 0) -> Iterator[Row]:
    """Rows of one office; the same at every call."""
    chosen = random.Random(f"{seed}-{office}")
    pick = chosen.choice
    taken: set[tuple[str, ...]] = set()
    for number in range(1, count + 1):
        whole = office * 1_000_000 + number
        family, given, born_on, town = _somebody(chosen, office, taken)
        has_given, has_phone, has_point = pick(_ANSWERS), chosen.random() < 0.8, number % 9 != 0
        answered = has_given != "未回答"
        day, month = chosen.randint(1, 28), chosen.randint(1, 12)
        yield {
            "ID": f"{'KSJ'[office % 3]}-{whole:07d}",
            "氏名": f"{family[0]} {given[0]}",
            "フリガナ": f"{family[1]} {given[1]}",
            "生年月日": born_on,
            "性別": pick(("女", "男")),
            "郵便番号": f"830-{chosen.randint(0, 9999):04d}",
            "住所": f"久留米市{town}{9000 + chosen.randint(0, 999)}-{chosen.randint(1, 40)}",
            "方書": f"架空荘{chosen.randint(101, 410)}号" if number % 3 == 0 else "",
            "電話1": f"0942-00-{chosen.randint(0, 9999):04d}",
            "電話2": f"090-0000-{chosen.randint(0, 9999):04d}" if has_phone else "",
            "メール・FAX": f"kakuu{whole}@example.jp" if number % 4 == 0 else "",
            "校区": pick(_DISTRICTS),
            "自治会": f"架空{chosen.randint(1, 30)}区",
            "民生委員": f"架空 委員{chosen.randint(1, 600)}",
            "事由": pick(_REASONS),
            "要介護度": f"要介護{chosen.randint(1, 5)}",
            "身障等級": f"{chosen.randint(1, 6)}級" if number % 2 else "",
            "療育": pick(("A", "B1", "B2")) if number % 7 == 0 else "",
            "精神等級": f"{chosen.randint(1, 3)}級" if number % 8 == 0 else "",
            "難病": "パーキンソン病" if number % 12 == 0 else "",
            "支援の必要": pick(_NEEDS),
            "受入対象": pick(_CATEGORIES),
            "世帯ID": f"H{whole:07d}",
            "同居人数": str(chosen.randint(1, 5)),
            "同行者数": str(chosen.randint(0, 3)),
            "情報伝達手段": pick(("電話", "戸別受信機", "ファクス", "訪問")),
            "登録状態": pick(("申込済", "案内済", "未案内")),
            "登録日": f"R{chosen.randint(2, 7)}.{month}.{day}",
            "名簿同意": has_given,
            "同意日": f"R7.{chosen.randint(4, 9)}.{day}" if answered else "",
            "説明日": f"R7.{chosen.randint(1, 3)}.{day}",
            "説明者": f"架空 職員{chosen.randint(1, 40)}",
            "支援措置": "",
            "経度": f"{130.45 + chosen.random() * 0.1:.6f}" if has_point else "",
            "緯度": f"{33.25 + chosen.random() * 0.08:.6f}" if has_point else "",
            "備考": f"架空の備考。玄関に段差{chosen.randint(1, 9)}段。" if number % 2 else "",
        }


def _somebody(
    chosen: random.Random, office: int, taken: set[tuple[str, ...]]
) -> tuple[tuple[str, str], tuple[str, str], str, str]:
    """A name, a birth and a town that nobody of the list could be taken for.

    About one in three shares the whole name with another, as on a real list. The offices have years of birth
    and towns of their own.
    """
    while True:
        family, stem, end = chosen.choice(_FAMILIES), chosen.choice(_STEMS), chosen.choice(_ENDS)
        given = (stem[0] + end[0], stem[1] + end[1])
        year = chosen.randint(1, 13) + 13 * (office % 3)
        born_on = f"S{year}.{chosen.randint(1, 12)}.{chosen.randint(1, 28)}"
        district = chosen.choice(_DISTRICTS)
        town = f"架空{'東西南'[office % 3]}{district}町"
        signs = {(*family, *given, district), (given[0], born_on), (given[1], born_on)}
        if not signs & taken:
            taken |= signs
            return family, given, born_on, town


def workbook(path: Path, rows: Sequence[Row]) -> Path:
    """A workbook as an office's system writes it: every cell a text, strings shared."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("名簿")
        sheet.write_row(0, 0, COLUMNS)
        for line, row in enumerate(rows, start=1):
            for position, column in enumerate(COLUMNS):
                if row[column]:
                    sheet.write_string(line, position, row[column])
    return path


def csv_file(path: Path, rows: Sequence[Row]) -> Path:
    """A CSV as an office's system writes it."""
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([row[column] for column in COLUMNS] for row in rows)
    return path
