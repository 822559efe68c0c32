"""What every command may ask for: the database, the passphrase, a voice on stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kurume_bousai import app
from kurume_bousai.cli.passphrases import read_secret
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.ports.sessions import CityDatabase

ENV_DATABASE = "KURUME_BOUSAI_DB"
ENV_OPERATOR = "KURUME_BOUSAI_OPERATOR"
ENV_PASSPHRASE = "KURUME_BOUSAI_PASSPHRASE"  # noqa: S105 - the name of a variable
ENV_OUTPUT_PASSWORD = "KURUME_BOUSAI_OUTPUT_PASSWORD"  # noqa: S105 - the name of a variable


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """The options that every command takes, before or after its own."""
    suppressed = argparse.SUPPRESS
    parser.add_argument("--db", default=suppressed, help="データベースのファイル(または接続先)")
    parser.add_argument("--operator", default=suppressed, help="操作者の名前")
    parser.add_argument("--passphrase-file", default=suppressed, help="合言葉を書いたファイル")
    parser.add_argument("--json", action="store_true", default=suppressed, help="結果をJSONで出す")


@dataclass(frozen=True, slots=True)
class CliContext:
    """The surroundings of one command."""

    database: str
    operator_name: str | None
    passphrase_file: Path | None
    json: bool

    @classmethod
    def from_args(cls, args: argparse.Namespace) -> CliContext:
        """Options win over the environment, the environment over the default place."""
        file_name = getattr(args, "passphrase_file", None)
        return cls(
            database=getattr(args, "db", None)
            or os.environ.get(ENV_DATABASE)
            or str(app.default_database_path()),
            operator_name=getattr(args, "operator", None) or os.environ.get(ENV_OPERATOR),
            passphrase_file=Path(file_name) if file_name else None,
            json=getattr(args, "json", False),
        )

    @property
    def database_path(self) -> Path:
        """The encrypted file. A server address is refused until the desk's server exists."""
        if "://" in self.database:
            raise KnownProblem(
                "server_not_supported",
                "この版では、サーバーのデータベースはまだ開けません。",
                where=self.database.split("://", 1)[0],
                advice="暗号化されたファイルの場所を --db に指定してください。",
            )
        return Path(self.database).expanduser()

    @property
    def operator(self) -> str:
        """The operator's name; 「架空」 is assumed for nobody, so it must be said."""
        if not self.operator_name:
            raise KnownProblem(
                "operator_missing",
                "操作者の名前がわかりません。",
                advice=f"--operator または環境変数 {ENV_OPERATOR} で指定してください。",
            )
        return self.operator_name

    def passphrase(self) -> str:
        """The passphrase from the environment, a file, or a prompt on a terminal; never an argument."""
        return read_secret(
            ENV_PASSPHRASE,
            self.passphrase_file,
            "合言葉: ",
            KnownProblem(
                "passphrase_missing",
                "合言葉がわかりません。",
                advice=f"環境変数 {ENV_PASSPHRASE} か --passphrase-file で渡してください。",
            ),
        )

    def output_password(self) -> str:
        """The password of a named file, from the environment or a prompt on a terminal."""
        return read_secret(
            ENV_OUTPUT_PASSWORD,
            None,
            "書き出すファイルのパスワード(10文字以上): ",
            KnownProblem(
                "output_password_missing",
                "名前の入ったファイルには、パスワードが必要です。",
                advice=f"環境変数 {ENV_OUTPUT_PASSWORD} に10文字以上で指定してください。",
            ),
        )

    @contextmanager
    def open_database(self) -> Iterator[CityDatabase]:
        """The database opened for the operator, closed again whatever happens."""
        database = app.open_city(self.database_path, self.operator, self.passphrase())
        try:
            yield database
        finally:
            database.close()

    def tell(self, text: str) -> None:
        """Progress and messages for people go to stderr."""
        print(text, file=sys.stderr, flush=True)
