"""A wrong command line is told in Japanese, with status 2 and nothing on stdout."""

from __future__ import annotations

import pytest

from kurume_bousai.cli import EXIT_USAGE, build_parser
from kurume_bousai.cli.usage import usage_words


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("capacity", "--off-list", "abc"), "--off-list の「abc」は、数として読めません。"),
        (("capacity", "--stage", "5"), "--stage に"),
        (("capacity", "--off-list"), "--off-list の後に、値を書いてください。"),
        (("capacity", "--foo"), "知らない指定があります: --foo"),
        (("import", "welfare-shelters"), "足りないものがあります: file"),
        (
            ("screen", "record", "--person", "1", "--class", "9"),
            "--class に 9 は使えません。使えるもの: 1, 2, 3, 4",
        ),
        (("reception", "record", "x", "--site", "W-1", "--person", "1", "--party", "p"), "使えません。"),
    ],
)
def test_a_wrong_line_is_told(words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        build_parser().parse_args(words)
    printed = capsys.readouterr()
    assert left.value.code == EXIT_USAGE
    assert told in printed.err
    assert printed.out == ""


def test_a_sentence_that_is_not_known_stays() -> None:
    assert usage_words("something else") == "something else"
