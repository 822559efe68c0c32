"""2,000, 20,000 and 200,000 parties with needs at 37 sites that just hold them: seconds, memory and gap.

Each size is solved in a process of its own, which tells its peak memory. No model ever holds all pairs:
sifting takes the few sites that are in doubt for each party, and prices every pair at the end, so that the
bound and the gap hold for the whole question. The alternative, at the
smallest size only: the bare linear relaxation of the last phase over all pairs, given to scipy's
``linprog`` (HiGHS) with the people-phases already solved; it finds neither those nor a whole answer.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any, Final

from kurume_bousai.domain.placement import PlacementOptions, PlacementParty, PlacementSite, people
from tests.benchmarks.rivals import told_by
from tests.helpers.placement_cases import random_parties, random_sites

SITES: Final = 37
SIZES: Final = (2_000, 20_000, 200_000)
#: What the program itself is given; what is not proven by then has a gap.
LIMITS_S: Final = (30.0, 60.0, 120.0)
LINEAR_LIMIT_S: Final = 40.0
#: Reading the answer, reasons and the check come after the solver's time.
_PATIENCE_S: Final = 120.0


def run(sizes: tuple[int, ...] = SIZES, limits_s: tuple[float, ...] = LIMITS_S) -> dict[str, Any]:
    """All sizes, each with seconds, MB and gap."""
    found = []
    for size, limit_s in zip(sizes, limits_s, strict=True):
        told = list(told_by(_ours, (size, limit_s), limit_s + _PATIENCE_S))
        if len(told) != 1:
            raise RuntimeError(f"{size} parties: no answer")
        found.append(told[0])
    values = found[0]["phases"]
    linear = list(told_by(_linear, (sizes[0], values), LINEAR_LIMIT_S))
    other_s = linear[0][0] if linear else LINEAR_LIMIT_S
    if linear and linear[0][1] > values["cost"] * (1 + 1e-6):
        raise RuntimeError("the relaxation is above our answer")
    return {
        "ours_s": found[0]["seconds"],
        "other": f"scipy linprog: only the linear relaxation of the last phase, {sizes[0]:,} parties",
        "other_s": round(other_s, 2),
        "ratio": round(other_s / found[0]["seconds"], 2),
        "n": sizes[0],
        "other_finished": bool(linear),
        "sites": SITES,
        "sizes": found,
    }


def question(size: int) -> tuple[list[PlacementParty], list[PlacementSite]]:
    """Fictional parties and as many places as people; the same at every call."""
    parties = random_parties(size, 1)
    return parties, random_sites(SITES, people(parties), 2)


def _ours(send: Callable[[Any], None], size: int, limit_s: float) -> None:
    from kurume_bousai.geo.allocation import HighsAllocator

    parties, sites = question(size)
    before_mb = _peak_mb()
    send("ready")
    began = time.perf_counter()
    answer = HighsAllocator().place(parties, sites, PlacementOptions(time_limit_s=limit_s))
    send(
        {
            "n": size,
            "seconds": round(time.perf_counter() - began, 2),
            "mb": round(_peak_mb()),
            "mb_before": round(before_mb),
            "status": answer.status.value,
            "phases": {phase.name: phase.value for phase in answer.phases},
            "gaps": {phase.name: phase.gap for phase in answer.phases},
            "left_out": answer.unplaced_people,
        }
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _linear(send: Callable[[Any], None], size: int, values: dict[str, float]) -> None:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    from tests.helpers.placement_rival import plain_model

    model = plain_model(*question(size), PlacementOptions())
    held = [(cost, values[name] - offset) for name, cost, offset in model.wanted[:-1]]
    # In steps with types of their own: the stubs of scipy take mypy seconds for the nested call.
    costs: NDArray[np.float64] = np.array([cost for cost, _ in held])
    below: csr_array[np.float64, tuple[int, int]] = csr_array(costs)
    matrix = csr_array(vstack([model.matrix, below]))
    upper = np.concatenate([model.upper, [limit for _, limit in held]])
    cost = model.wanted[-1][1]
    send("ready")
    began = time.perf_counter()
    solved = linprog(cost, matrix, upper, bounds=(0, 1))  # type: ignore[call-overload]  # sparse is fine
    if not solved.success:
        raise RuntimeError(solved.message)
    send((time.perf_counter() - began, float(solved.fun)))
