"""判定と返送の言葉, in whole phrases."""

from __future__ import annotations

from kurume_bousai.domain.eligibility import (
    AT_FACILITY,
    HOME_UNKNOWN,
    NOT_AT_HOME,
    CriteriaSet,
    Finding,
    Verdict,
)
from kurume_bousai.domain.mailings import Mailing


def finding_words(finding: Finding, before: Finding | None, criteria: CriteriaSet) -> str:
    """Why somebody was found so: the criteria met, or what is missing, or what was met before."""
    listed = _listed(finding, criteria)
    if finding.verdict is Verdict.MET:
        return f"{listed}(在宅かどうかは不明)" if HOME_UNKNOWN in finding.criteria else listed
    if finding.verdict is Verdict.UNKNOWN:
        return _doubt(finding, listed)
    if NOT_AT_HOME in finding.criteria:
        return "在宅ではない(入所・入院)"
    if before is not None and before.verdict is Verdict.MET:
        return f"前は「{_listed(before, criteria)}」に当たっていた"
    return "どの要件にも当たらない"


def _doubt(finding: Finding, listed: str) -> str:
    if AT_FACILITY in finding.criteria:
        return f"住所が施設と同じ。入所かどうかを確かめる({listed})"
    if HOME_UNKNOWN in finding.criteria:
        return f"在宅かどうかがわからない({listed})"
    return f"記録からはわからない: {listed}"


def _listed(finding: Finding, criteria: CriteriaSet) -> str:
    signs = (NOT_AT_HOME, AT_FACILITY, HOME_UNKNOWN)
    return "、".join(criteria.words_of(one) for one in finding.criteria if one not in signs)


def mailing_state(mailing: Mailing) -> str:
    """Where a mailing stands."""
    if mailing.cancelled_on is not None:
        return "取りやめ"
    if mailing.posted_on is not None:
        return "出した"
    return "印刷した" if mailing.printed_on is not None else "つくった"
