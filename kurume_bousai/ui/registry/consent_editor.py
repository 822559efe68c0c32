"""同意の欄: the answer, how and by whom it was given, for which bodies, after which explanation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.bodies import Body, DataLevel, ceiling
from kurume_bousai.domain.consents import (
    BodyAnswer,
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
    check_answer,
    next_states,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.layouts import set_shown
from kurume_bousai.ui.kit.widgets import (
    ChipRow,
    DateEdit,
    Para,
    button,
    field,
    hbox,
    holder,
    label,
    rule,
    vbox,
)
from kurume_bousai.ui.registry.chip_set import ChipSet

#: The bodies the explanation lists; an answer for all of them names none.
LISTED: Final = tuple(body for body in Body if ceiling(body) is DataLevel.REAL)
_METHODS: Final = tuple(method for method in ConsentMethod if method is not ConsentMethod.UNKNOWN)
_GIVERS: Final = (ConsentGiver.PERSON, ConsentGiver.AGENT)


class ConsentEditor(QWidget):
    """同意の欄 of one kind. ``check()`` gives the consent or raises ``KnownProblem``.

    ``history_wanted(kind)`` when somebody asks for every answer that was given.
    """

    history_wanted = Signal(object)

    def __init__(
        self, kind: ConsentKind, *, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kept = Consent(kind)
        self._kind = kind
        self._today = today
        self._words = words = f"{word_of(kind)}の同意"
        self.state = ChipRow[ConsentState](
            [(state, word_of(state)) for state in ConsentState], ConsentState.UNANSWERED, name=words
        )
        self.decided = DateEdit(f"{words}: 答えた日", today=today)
        self.explained = DateEdit(f"{words}: 説明日", today=today)
        for edit in (self.decided, self.explained):
            edit.line.setPlaceholderText("例 R8.11.20")
        self.explained_by = self._line("説明者")
        self.method = ChipRow[ConsentMethod](
            [(one, word_of(one)) for one in _METHODS], name=f"{words}: 受け方"
        )
        self.given_by = ChipRow[ConsentGiver](
            [(one, word_of(one)) for one in _GIVERS], name=f"{words}: 答えた人"
        )
        self.relation = self._line("続柄")
        self.bodies = ChipSet[Body](LISTED, word_of, name=f"{words}: 渡してよい団体")
        self.correction = self._line("訂正のわけ")
        self.history_button = button(
            "これまでの答え",
            "tool",
            "history",
            lambda: self.history_wanted.emit(kind),
            name=f"{words}: これまでの答え",
        )
        self._problem = Para("", "small", line=1.35)
        self._build()
        for edit in (self.decided, self.explained):
            edit.value_changed.connect(lambda _day: self._follow())
        for row in (self.state, self.given_by):
            row.chosen.connect(lambda _value: self._follow())
        self.set_consent(self._kept)

    def _line(self, words: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(f"{self._words}: {words}")
        return made

    def _build(self) -> None:
        dates = hbox(
            (field("説明日", self.explained), 1), (field("説明者", self.explained_by), 1),
            (field("答えた日（同意日）", self.decided), 1), gap=1.5,
        )  # fmt: skip
        self._relation = field("本人との続柄", self.relation)
        self._how = holder(
            vbox(
                field("受け方", self.method),
                hbox((field("答えた人", self.given_by), 1), (self._relation, 1), gap=1.5),
            )
        )
        self._bodies = field(
            "渡してよい団体", self.bodies, hint="同意のあとで外した団体は、「撤回」として残ります。"
        )
        self._correction = field(
            "入力のまちがいを直す(わけ)", self.correction, hint="新しい答えではないときだけ書きます。"
        )
        top = hbox(label(self._words, "heading"), None, self.history_button)
        self.setLayout(
            vbox(
                rule(), top, self.state, dates, self._how, self._bodies, self._correction, self._problem,
                gap=1,
            )
        )  # fmt: skip
        self._problem.hide()

    @property
    def kind(self) -> ConsentKind:
        """Which kind."""
        return self._kind

    def set_consent(self, consent: Consent) -> None:
        """Fill the fields."""
        self._kept = consent
        self.state.set_value(consent.state)
        self.decided.set_value(consent.decided_on)
        self.explained.set_value(consent.explained_on)
        self.explained_by.setText(consent.explained_by)
        self.method.set_value(None if consent.method is ConsentMethod.UNKNOWN else consent.method)
        self.given_by.set_value(None if consent.given_by is ConsentGiver.UNKNOWN else consent.given_by)
        self.relation.setText(consent.relation)
        self.bodies.set_values(allowed_bodies(consent))
        self.correction.setText(consent.correction)
        self._follow()

    def check(self) -> Consent:
        """The consent as typed; a problem's ``where`` names the kind and the field.

        Raises
        ------
        KnownProblem
            ``consent_before_explanation``, ``consent_bodies``, why a date cannot be read, and those of
            ``check_answer``.
        """
        try:
            typed = self._typed()
            check_answer(self._kept, typed, self._today())
        except KnownProblem as problem:
            where = f"{self._words}: {problem.where}" if problem.where else self._words
            raise KnownProblem(problem.code, problem.message, where=where, advice=problem.advice) from problem
        return typed

    def editor_of(self, where: str) -> QWidget | None:
        """The field that the ``where`` of a problem of ``check`` names; None for another kind's."""
        if not where.startswith(self._words):
            return None
        fields: dict[str, QWidget] = {
            "説明日": self.explained, "同意日": self.decided, "説明者": self.explained_by,
            "受け方・答えた人": self.method, "続柄": self.relation, "渡してよい団体": self.bodies,
        }  # fmt: skip
        return fields.get(where.removeprefix(f"{self._words}: "), self.state)

    def _typed(self) -> Consent:
        state = self.state.value() or ConsentState.UNANSWERED
        decided = self.decided.check()
        return replace(
            self._for_bodies(state, decided),
            decided_on=decided,
            explained_on=self.explained.check(),
            explained_by=self.explained_by.text().strip(),
            method=self.method.value() or ConsentMethod.UNKNOWN,
            given_by=self.given_by.value() or ConsentGiver.UNKNOWN,
            relation=self.relation.text().strip() if self.given_by.value() is ConsentGiver.AGENT else "",
            correction=self.correction.text().strip(),
        )

    def _for_bodies(self, state: ConsentState, decided: date | None) -> Consent:
        """The state with the bodies it holds for; where they were not touched, they stay as they were."""
        kept = self._kept
        if state is not ConsentState.GIVEN:
            # A no is a no to everybody; what an earlier answer was limited to stays to be read.
            return replace(kept, state=state, explained_on=None, decided_on=None)
        chosen = self.bodies.values()
        if chosen == allowed_bodies(kept) and kept.state is ConsentState.GIVEN:
            return replace(kept, state=state, explained_on=None, decided_on=None)
        if not chosen:
            raise KnownProblem(
                "consent_bodies",
                "渡してよい団体が、一つも選ばれていません。",
                where="渡してよい団体",
                advice="団体を選ぶか、答えを「不同意」か「撤回」にしてください。",
            )
        covers = None if chosen == frozenset(LISTED) else chosen
        return replace(
            kept,
            state=state,
            explained_on=None,
            decided_on=None,
            covers=covers,
            exceptions=_withdrawn(kept, chosen, decided),
        )

    def problem_words(self) -> str:
        """What is wrong with the answer, said while one types."""
        return self._problem.text_shown()

    def fields(self) -> dict[str, str]:
        """What is typed, for a draft."""
        return {
            "state": (self.state.value() or ConsentState.UNANSWERED).value,
            "decided": self.decided.line.text(),
            "explained": self.explained.line.text(),
            "explained_by": self.explained_by.text(),
            "method": (self.method.value() or ConsentMethod.UNKNOWN).value,
            "given_by": (self.given_by.value() or ConsentGiver.UNKNOWN).value,
            "relation": self.relation.text(),
            "bodies": self.bodies.text(),
            "correction": self.correction.text(),
        }

    def set_fields(self, fields: dict[str, str]) -> None:
        """What a draft kept."""
        if fields.get("state") in {state.value for state in ConsentState}:
            self.state.set_value(ConsentState(fields["state"]))
        if fields.get("method") in {one.value for one in _METHODS}:
            self.method.set_value(ConsentMethod(fields["method"]))
        if fields.get("given_by") in {one.value for one in _GIVERS}:
            self.given_by.set_value(ConsentGiver(fields["given_by"]))
        self.decided.line.setText(fields.get("decided", ""))
        self.explained.line.setText(fields.get("explained", ""))
        self.explained_by.setText(fields.get("explained_by", ""))
        self.relation.setText(fields.get("relation", ""))
        if "bodies" in fields:
            self.bodies.set_text(fields["bodies"])
        self.correction.setText(fields.get("correction", ""))
        self._follow()

    def _follow(self) -> None:
        """Show the fields the answer asks for, and what is wrong with it."""
        state = self.state.value() or ConsentState.UNANSWERED
        is_given = state is ConsentState.GIVEN
        is_leap = state not in next_states(self._kept.state)
        set_shown(self._how, is_shown=state is not ConsentState.UNANSWERED)
        set_shown(self._relation, is_shown=self.given_by.value() is ConsentGiver.AGENT)
        set_shown(self._bodies, is_shown=is_given and self._kind is not ConsentKind.SUPPORTER)
        set_shown(self._correction, is_shown=is_leap or bool(self.correction.text()))
        words = self._leap_words(state) if is_leap else self._day_words(state)
        self._problem.set_text(words)
        self._problem.setVisible(bool(words))

    def _leap_words(self, state: ConsentState) -> str:
        if self._kept.state is ConsentState.GIVEN and state is ConsentState.REFUSED:
            return "同意していた人の答えは、「不同意」ではなく「撤回」です。"
        return "前の答えから、この答えには変えられません。まちがいを直すときは、わけを入れてください。"

    def _day_words(self, state: ConsentState) -> str:
        decided, explained = self.decided.value(), self.explained.value()
        if decided and explained:
            try:
                Consent(self._kind, state, decided, explained)
            except KnownProblem as problem:
                return f"{problem.message}{problem.advice}"
        return ""


def allowed_bodies(consent: Consent) -> frozenset[Body]:
    """The listed bodies that an agreement holds for; before any answer, all of them."""
    excepted = {answer.body for answer in consent.exceptions}
    covered = frozenset(LISTED) if consent.covers is None else consent.covers
    return frozenset(body for body in LISTED if body in covered and body not in excepted)


def _withdrawn(kept: Consent, chosen: frozenset[Body], decided: date | None) -> tuple[BodyAnswer, ...]:
    """Bodies the person had agreed to and does not any more, each with its day; earlier ones stay."""
    earlier = tuple(answer for answer in kept.exceptions if answer.body not in chosen)
    if kept.state is not ConsentState.GIVEN:
        return earlier
    named = {answer.body for answer in earlier}
    now = tuple(
        BodyAnswer(body, ConsentState.WITHDRAWN, decided)
        for body in LISTED
        if body in allowed_bodies(kept) - chosen and body not in named
    )
    return (*earlier, *now)
