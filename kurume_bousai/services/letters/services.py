"""要件・案内・返送・登録率の用件, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kurume_bousai.services.eligibility.judging import EligibilityService
    from kurume_bousai.services.letters.mailings import MailingService
    from kurume_bousai.services.letters.replies import ReplyService
    from kurume_bousai.services.office.registration_rates import RegistrationRates


@dataclass(frozen=True, slots=True)
class LetterServices:
    """用件の受け手 of these windows."""

    eligibility: Callable[[], EligibilityService]
    mailings: Callable[[], MailingService]
    replies: Callable[[], ReplyService]
    rates: Callable[[], RegistrationRates]
