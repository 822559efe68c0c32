"""避難支援等を必要とする事由: why a person is on the list."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """避難支援等を必要とする事由, several at once."""

    CARE_LEVEL = "care_level"  # 要介護
    PHYSICAL_CERTIFICATE = "physical_certificate"  # 身体障害者手帳
    INTELLECTUAL_CERTIFICATE = "intellectual_certificate"  # 療育手帳
    MENTAL_CERTIFICATE = "mental_certificate"  # 精神障害者保健福祉手帳
    INTRACTABLE_DISEASE = "intractable_disease"  # 難病
    ELDERLY_HOUSEHOLD = "elderly_household"  # 高齢者のみの世帯
    MATERNAL_INFANT = "maternal_infant"  # 妊産婦・乳幼児
    EQUIVALENT = "equivalent"  # 準じる人
