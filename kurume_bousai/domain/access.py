"""Who may see what (RULEBOOK §1). Pure rules; the storage layer applies them in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperatorId


class Role(StrEnum):
    """役割 of an operator; one operator may hold several."""

    VIEWER = "viewer"  # counts only
    FACILITATOR = "facilitator"  # own 校区, sessions
    DESK = "desk"  # events, all 校区
    CLERK = "clerk"  # the list, consents, hand-outs
    ADMINISTRATOR = "administrator"  # operators, keys, backup; no personal detail by itself


class Right(StrEnum):
    """できること: what a use case asks for before it does anything."""

    SEE_COUNTS = "see_counts"
    SEE_PEOPLE = "see_people"
    EDIT_PEOPLE = "edit_people"
    IMPORT_PEOPLE = "import_people"
    RUN_EXERCISE = "run_exercise"
    EDIT_SITES = "edit_sites"
    EDIT_MAPS = "edit_maps"
    PRINT_NAMED = "print_named"
    KEEP_OPERATORS = "keep_operators"
    VERIFY_AUDIT = "verify_audit"
    KEEP_CITY_RULES = "keep_city_rules"
    KEEP_SCENARIOS = "keep_scenarios"
    SCREEN_PEOPLE = "screen_people"
    RUN_RECEPTION = "run_reception"
    SWITCH_EMERGENCY = "switch_emergency"
    KEEP_ACTIVITIES = "keep_activities"


_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.SEE_COUNTS}),
    Role.FACILITATOR: frozenset(
        {
            Right.SEE_COUNTS,
            Right.SEE_PEOPLE,
            Right.RUN_EXERCISE,
            Right.EDIT_MAPS,
            Right.KEEP_SCENARIOS,
            Right.KEEP_ACTIVITIES,
        }
    ),
    Role.DESK: frozenset(
        {
            Right.SEE_COUNTS,
            Right.SEE_PEOPLE,
            Right.RUN_EXERCISE,
            Right.EDIT_SITES,
            Right.EDIT_MAPS,
            Right.KEEP_SCENARIOS,
            Right.SCREEN_PEOPLE,
            Right.RUN_RECEPTION,
            Right.SWITCH_EMERGENCY,
            Right.KEEP_ACTIVITIES,
        }
    ),
    Role.CLERK: frozenset(
        {
            Right.SEE_COUNTS,
            Right.SEE_PEOPLE,
            Right.EDIT_PEOPLE,
            Right.IMPORT_PEOPLE,
            Right.EDIT_SITES,
            Right.EDIT_MAPS,
            Right.PRINT_NAMED,
            Right.VERIFY_AUDIT,
            Right.KEEP_CITY_RULES,
            Right.KEEP_SCENARIOS,
            Right.SCREEN_PEOPLE,
            Right.RUN_RECEPTION,
            Right.SWITCH_EMERGENCY,
            Right.KEEP_ACTIVITIES,
        }
    ),
    # An administrator sets a database up, so may bring files in; cells are withheld from the preview.
    Role.ADMINISTRATOR: frozenset(
        {
            Right.SEE_COUNTS,
            Right.IMPORT_PEOPLE,
            Right.EDIT_SITES,
            Right.EDIT_MAPS,
            Right.KEEP_OPERATORS,
            Right.VERIFY_AUDIT,
            Right.KEEP_CITY_RULES,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Access:
    """見る人: an operator as the rules see them.

    ``districts`` None means the whole city. A limit binds the facilitator role: clerk and desk work
    for all 校区. ``handles_protected`` is the flag 支援措置担当 and counts only with the clerk role.
    """

    operator_id: OperatorId
    name: str
    roles: frozenset[Role]
    districts: frozenset[DistrictId] | None = None
    handles_protected: bool = False
    _rights: frozenset[Right] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rights = frozenset(right for role in self.roles for right in _RIGHTS[role])
        object.__setattr__(self, "_rights", rights)

    def for_counting(self) -> Access:
        """The same operator with all 校区 in reach, for sums that leave as numbers only.

        Every role sees counts of the whole city (RULEBOOK §1); 支援措置対象者 stay out of each.
        """
        return replace(self, roles=self.roles | {Role.CLERK}, districts=None, handles_protected=False)

    def has(self, right: Right) -> bool:
        """True where one of the operator's roles carries the right."""
        return right in self._rights

    def require(self, right: Right) -> None:
        """Raise ``KnownProblem`` ``no_right`` unless the operator has the right."""
        if right not in self._rights:
            raise KnownProblem(
                "no_right",
                "この操作をする役割がありません。",
                advice="役割は「設定」の「操作者」で確かめられます。管理者に相談してください。",
            )

    @property
    def sees_protected(self) -> bool:
        """支援措置対象者 exist only for a clerk with the flag (RULEBOOK §1)."""
        return self.handles_protected and Role.CLERK in self.roles

    @property
    def visible_districts(self) -> frozenset[DistrictId] | None:
        """The 校区 whose people may be seen; None = all."""
        if self.roles & {Role.CLERK, Role.DESK}:
            return None
        return self.districts

    def sees_district(self, district_id: DistrictId) -> bool:
        """True where people of that 校区 may be seen (given ``SEE_PEOPLE``)."""
        allowed = self.visible_districts
        return allowed is None or district_id in allowed
