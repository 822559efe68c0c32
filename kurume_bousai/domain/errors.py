"""The two kinds of trouble: what a person can mend, and what is a defect of ours."""

from __future__ import annotations

from dataclasses import dataclass


class KnownProblem(Exception):  # noqa: N818 - it is a problem told to a person, not a programming error
    """困りごと: something the person in front of the program can understand and mend.

    ``message`` says what is wrong, ``where`` says where (file, row, column) and ``advice`` says
    what to do, all in Japanese. ``code`` is a stable English identifier for scripts and logs; it is
    the only part that may reach a log, because a message can quote what a person typed.
    """

    def __init__(self, code: str, message: str, *, where: str = "", advice: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.where = where
        self.advice = advice

    def as_json(self) -> dict[str, str]:
        """The object that ``--json`` prints under ``error``."""
        return {
            "code": self.code,
            "message": self.message,
            "where": self.where,
            "advice": self.advice,
        }


class Cancelled(Exception):  # noqa: N818 - control flow, not an error
    """中止: the person stopped a long job. Nothing half-done stays behind."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """行の問題: one refused or doubtful cell of a file.

    ``row`` counts from 1 as the person sees it in the file (the header is a row too). ``value`` is
    the cell as received and therefore personal: it is shown on the screen, never logged.
    """

    row: int
    column: str
    value: str
    code: str
    message: str

    def __repr__(self) -> str:
        return f"RowProblem(row={self.row}, column={self.column!r}, code={self.code!r})"

    def as_json(self) -> dict[str, str | int]:
        """The object that ``--json`` prints in ``problems``."""
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "message": self.message,
        }
