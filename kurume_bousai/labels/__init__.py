"""ことば: every enum → 日本語, in one place. Screens, papers and the glossary read the same words."""

from __future__ import annotations

from kurume_bousai.labels.changes import (
    change_phrase,
    change_words,
    changes_words,
    how_to_do,
    nearest_words,
    rounded_m,
)
from kurume_bousai.labels.columns import column_text
from kurume_bousai.labels.measures import length_words, surface_words
from kurume_bousai.labels.person import DETAIL_WORDS
from kurume_bousai.labels.terms import TERMS, glossary_markdown
from kurume_bousai.labels.words import (
    label,
    need_sign,
    need_signs,
    phase_label,
    reason_label,
)

__all__ = [
    "DETAIL_WORDS",
    "TERMS",
    "change_phrase",
    "change_words",
    "changes_words",
    "column_text",
    "glossary_markdown",
    "how_to_do",
    "label",
    "length_words",
    "nearest_words",
    "need_sign",
    "need_signs",
    "phase_label",
    "reason_label",
    "rounded_m",
    "surface_words",
]
