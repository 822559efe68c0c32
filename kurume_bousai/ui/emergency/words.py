"""災害時提供モードのことば: what the windows say of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.domain.emergency import EmergencyMode
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.disclosure.emergency import EmergencyStatus

LAW: Final = (
    "災害が起きたか、起きるおそれがあり、命や体を守るために特に必要なときだけ、"
    "同意がなくても名簿を渡せるようにします(災害対策基本法 第49条の11第3項)。"
)
LIMITS: Final = (
    "決めた災害・範囲・渡す先のほかには広がりません。支援措置対象者は、このモードでも渡しません。"
    "渡したものは、すべて提供台帳とこの記録に残ります。"
)


def moment_words(moment: datetime) -> str:
    """令和8年7月10日 12:00."""
    local = in_japan(moment)
    return f"{format_wareki(local.date())} {local:%H:%M}"


def recipient_words(mode: EmergencyMode, names: Mapping[PartnerId, str]) -> list[str]:
    """Who may be handed lists under it: the kinds of bodies, then recipients of the master by name."""
    kinds = [word_of(body) for body in Body if body in mode.bodies]
    return [*kinds, *sorted(names.get(one, "台帳の渡す先") for one in mode.partner_ids)]


def state_words(status: EmergencyStatus) -> str:
    """続いています, or how it ended."""
    if status.ending is None:
        return "続いています"
    return f"終わり({word_of(status.ending.kind)})"


def until_words(status: EmergencyStatus) -> str:
    """When it ends or ended."""
    if status.ending is not None:
        return moment_words(status.ending.at)
    until = status.mode.until
    return "災害対応が終わるまで" if until is None else f"{moment_words(until)}まで"
