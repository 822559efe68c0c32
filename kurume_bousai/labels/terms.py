"""用語: the words that are not enums, and the glossary made of them and of the labels."""

from __future__ import annotations

from typing import Final

from kurume_bousai.domain.members import Need
from kurume_bousai.labels.words import PAIRS, PHASES, REASONS, label, need_sign

#: 日本語, identifier, note: the words that are not enums (design/GLOSSARY). One term, one identifier.
TERMS: Final[tuple[tuple[str, str, str], ...]] = (
    ("避難行動要支援者", "RosterMember", "法定の名簿にいるすべての人"),
    ("登録(申込)", "Registration", "久留米市の手続き。名簿にいることとも、同意とも別"),
    ("支援措置対象者", "has_protected_address", "ほかのすべてに優先する"),
    ("世帯・同行者の組", "PlacementParty", "本人と同行者。分けずに入る"),
    ("同意", "Consent", "情報の種類と受け取る団体ごと"),
    ("個別避難計画(災害時マイプラン)", "IndividualEvacuationPlan", ""),
    ("避難支援等実施者(支援者)", "Supporter", "計画に名前のある人・団体"),
    ("校区", "SchoolDistrict", "46。学校ではない"),
    ("校区の区域", "DistrictOutline", "概略は破線"),
    ("福祉避難所", "WelfareShelter", "37と電源優先施設"),
    ("指定避難所", "DesignatedShelter", "とどまる所"),
    ("指定緊急避難場所", "EmergencyEvacuationSite", "逃げる所。避難所と混ぜない"),
    ("定員(届出)", "declared_capacity", "出典とともに保存"),
    ("床面積による人数", "floor_places", "計算で出す"),
    ("使える人数", "usable_places", "計算で出す"),
    ("空き", "free_places", "計算で出す。入れない人と差し引きしない"),
    ("入れない人", "unplaced_people", "計算で出す"),
    ("過不足", "balance", "決めたことの突合。マイナスは不足"),
    ("運用(訓練・災害対応)", "Operation", ""),
    ("災害時提供モード", "EmergencyMode", "災対法49条の11③。災害・範囲・渡す先だけ。終わりは計算で出す"),
    ("年に一度の更新", "YearlyUpdate", "46校区の段階の記録"),
    ("活動の記録", "ActivityEntry", "市の表はR2〜R6がそのまま、あとは記録から数える"),
    ("盤面", "Board", "クロノロジーから求まる"),
    ("クロノロジーの一件", "LogEntry", "追記だけ"),
    ("図上訓練", "ExerciseSettings", ""),
    ("班", "ExerciseTable", ""),
    ("問い", "ExerciseTask", ""),
    ("状況カード(状況付与)", "Inject", ""),
    ("参加者", "Participant", "団体と人数"),
    ("避難支援等関係者(渡す先)", "SupportPartner", "団体。責任者・取扱者・協定・研修"),
    ("名簿情報", "RosterEntry", "渡す先が見てよいところだけ"),
    ("提供台帳", "LedgerEntry", "写し一部ごと"),
    ("渡した写し", "HandedCopy", "受領から返却・廃棄まで"),
    ("監査記録", "Auditor", "追記だけ"),
    ("困りごと", "KnownProblem", "利用者が直せる問題"),
)


def glossary_markdown() -> str:
    """Return the text of ``docs/GLOSSARY.md``: terms, then every enum with its words."""
    lines = [
        "# 用語集",
        "",
        "このファイルは `kurume_bousai/labels` の `glossary_markdown()` から作られます。手で直しません。",
        "",
        "## ことば",
        "",
        "| 日本語 | Identifier | 説明 |",
        "|---|---|---|",
        *(f"| {term} | `{identifier}` | {note} |" for term, identifier, note in TERMS),
        "",
        "## 必要な支援のしるし",
        "",
        "| しるし | ことば | 値 |",
        "|---|---|---|",
        *(f"| {need_sign(need)} | {label(need)} | `{need.value}` |" for need in Need),
    ]
    for kind in dict.fromkeys(type(member) for member, _ in PAIRS):
        lines += ["", f"## {kind.__name__}", "", "| 日本語 | 値 |", "|---|---|"]
        lines += [f"| {word} | `{member.value}` |" for member, word in PAIRS if type(member) is kind]
    lines += ["", "## 入れない理由", "", "| 日本語 | 値 |", "|---|---|"]
    lines += [f"| {word} | `{code}` |" for code, word in REASONS.items()]
    lines += ["", "## 入れる順番", "", "| 日本語 | 値 |", "|---|---|"]
    lines += [f"| {word} | `{code}` |" for code, word in PHASES.items()]
    return "\n".join(lines) + "\n"
