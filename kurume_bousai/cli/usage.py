"""使い方のまちがい: what argparse says about a wrong command line, in Japanese (exit status 2)."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Final, NoReturn

#: argparse's own sentences (they have no stable code) → what a person reads.
_SENTENCES: Final = (
    (r"argument (.+?): invalid \w+ value: '?(.*?)'?", "{0} の「{1}」は、数として読めません。"),
    (
        r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)",
        "{0} に {1} は使えません。使えるもの: {2}",
    ),
    (r"argument (.+?): expected .*argument.*", "{0} の後に、値を書いてください。"),
    (r"argument (.+?): not allowed with argument (.+)", "{0} と {1} は、いっしょに使えません。"),
    (r"the following arguments are required: (.+)", "足りないものがあります: {0}"),
    (r"one of the arguments (.+) is required", "次のどれか一つが要ります: {0}"),
    (r"unrecognized arguments: (.+)", "知らない指定があります: {0}"),
    (r"ambiguous option: (.+?) could match (.+)", "{0} は、どれのことか決まりません: {1}"),
)


class JapaneseParser(argparse.ArgumentParser):
    """コマンドの文法. Says what is wrong in Japanese after the usage; sub-parsers are of the same class."""

    def error(self, message: str) -> NoReturn:
        """Tell the mistake and leave with status 2 (argparse)."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {usage_words(message)}\n")


def usage_words(message: str) -> str:
    """Return argparse's sentence in Japanese; one that is not known stays as it is."""
    for pattern, words in _SENTENCES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return words.format(*found.groups())
    return message
