"""もう一人の確認 on the command line: ``--confirmed-by``, the passphrase never as an argument."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kurume_bousai.cli.passphrases import read_secret
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.second_person import Confirmation

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.domain.second_person import NamedKind
    from kurume_bousai.services.disclosure.second_person import LeavingRequest, SecondPersonGate
    from kurume_bousai.services.papers.rules import NamedRequest

ENV_CONFIRM: Final = "KURUME_BOUSAI_CONFIRM_PASSPHRASE"


def add_confirmation(parser: argparse.ArgumentParser) -> None:
    """Add the options of the second person."""
    parser.add_argument(
        "--confirmed-by",
        default=None,
        metavar="操作者",
        help="内容を確かめた、もう一人の名簿の担当の操作者名。合言葉は環境変数か --confirm-passphrase-file "
        "か入力で渡します",
    )
    parser.add_argument(
        "--confirm-passphrase-file",
        type=Path,
        default=None,
        metavar="FILE",
        help=f"確かめた人の合言葉を書いたファイル(環境変数は {ENV_CONFIRM})",
    )


def given_confirmation(args: argparse.Namespace) -> Confirmation | None:
    """Return who confirmed with their passphrase; None where nobody was named.

    Raises
    ------
    KnownProblem
        ``confirm_passphrase_missing``, ``passphrase_file``.
    """
    if args.confirmed_by is None:
        return None
    missing = KnownProblem(
        "confirm_passphrase_missing",
        "確かめる人の合言葉がわかりません。",
        advice=f"環境変数 {ENV_CONFIRM} か --confirm-passphrase-file で渡してください。",
    )
    secret = read_secret(
        ENV_CONFIRM, args.confirm_passphrase_file, f"{args.confirmed_by} の合言葉: ", missing
    )
    return Confirmation(args.confirmed_by, secret)


def confirmed(
    request: NamedRequest,
    args: argparse.Namespace,
    context: CliContext,
    gate: SecondPersonGate,
    kind: NamedKind,
) -> NamedRequest:
    """Return the request with the second person; see ``confirmation_for``."""
    given = confirmation_for(request, args, context, gate, kind)
    return request if given is None else replace(request, confirmation=given)


def confirmation_for(
    request: LeavingRequest,
    args: argparse.Namespace,
    context: CliContext,
    gate: SecondPersonGate,
    kind: NamedKind,
) -> Confirmation | None:
    """Return the second person, and say aloud where there is none.

    In a fictional city, whose passphrase everybody knows, the demo's other operator confirms by itself, so
    that a script tried on the demo runs as it is.
    """
    given = given_confirmation(args)
    need = gate.need(kind, request)
    if given is None and need.is_needed:
        given = _fictional(need.names, gate)
        if given is not None:
            context.tell(f"架空の市なので、架空の操作者「{given.name}」が確かめたことにしました。")
    if given is None and need.ground is not None:
        from kurume_bousai.labels import label

        context.tell(f"確認した人: {label(need.ground)}。台帳にそう書きます。")
    return given


def _fictional(names: tuple[str, ...], gate: SecondPersonGate) -> Confirmation | None:
    from kurume_bousai.domain.keys import DEMO_PASSPHRASE
    from kurume_bousai.services.fictional.city import DEMO_OPERATORS

    if not gate.is_fictional:
        return None
    known = (one.name for one in DEMO_OPERATORS if one.name in names)
    name = next(known, None)
    return None if name is None else Confirmation(name, DEMO_PASSPHRASE)
