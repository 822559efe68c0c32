"""Good first prices by Newton's method: everybody's least cost smoothed, so that the bound has curvature.

A party chooses softly: choice j with a weight of exp(−cost under the prices ÷ T). The expected use of
every limit is then smooth in the prices, and a few Newton steps, each with a lower temperature T, balance
use and limits. The result is only a guess, so single precision is enough; what it proves is computed
elsewhere, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kurume_bousai.geo.allocation.cost_question import CostQuestion
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.pricing import Dual

Float32Array = npt.NDArray[np.float32]

#: Temperatures as parts of the typical distance, hot to cold; those of ``COLD`` on everybody.
HOT = (4.0, 2.0, 1.0, 0.5, 0.25, 0.12, 0.06, 0.03, 0.02)
COLD = (0.015, 0.006, 0.004)
SAMPLE = 1500
#: Against directions without curvature, such as all prices together where all sites are full.
DAMPINGS = (1e-4, 1e-2, 1e-1, 1.0)
#: Newton steps at one temperature, and the imbalance, as part of the parties, that ends them.
STEPS = 4
BALANCED = 0.01
BLOCK = 128
NEVER = -18.0


def is_smooth(question: CostQuestion) -> bool:
    """Tell whether Newton's method finds good prices: many parties, no limits of needs, at most one goal."""
    n, m = question.instance.party_count, question.instance.site_count
    return n > SAMPLE and question.limits.count == m and len(question.goals) <= 1


@dataclass(frozen=True, slots=True)
class _Rows:
    """Every row in the form Σ use ≤ limit: its feature, its signed sites (R, m), its limit."""

    feature: IntArray
    sites: FloatArray
    limit: FloatArray


@dataclass(frozen=True, slots=True)
class _Soft:
    """Smoothed bound, its slope and curvature at some prices."""

    value: float
    slope: FloatArray
    curvature: FloatArray


def smooth_dual(question: CostQuestion) -> Dual:
    """Prices near the best ones from nothing, for a question that ``is_smooth``."""
    n = question.instance.party_count
    scale = _typical(question)
    prices = np.zeros(question.limits.count + len(question.goals))
    hot = _descend(question, _every(n, SAMPLE), prices, [part * scale for part in HOT])
    cold = _descend(question, np.arange(n), hot, [part * scale for part in COLD])
    return _dual(question, cold)


def _every(count: int, wanted: int) -> IntArray:
    every = max(1, count // wanted)
    return np.arange(every // 2, count, every)


def _typical(question: CostQuestion) -> float:
    nearest = np.where(question.allowed, question.instance.cost, np.inf).min(axis=1, initial=np.inf)
    finite = nearest[np.isfinite(nearest)]
    return max(1e-9, float(finite.mean())) if len(finite) else 1.0


def _features(question: CostQuestion, chosen: IntArray) -> Float32Array:
    """What one party adds where it goes: size, a unit of each need, its weight in each goal."""
    instance = question.instance
    parts = [instance.size[chosen, None], instance.needs[chosen]]
    parts += [goal.weight[chosen, None] for goal, _ in question.goals]
    return np.hstack(parts).astype(np.float32)


def _rows(question: CostQuestion, part: float) -> _Rows:
    limits, m = question.limits, question.instance.site_count
    needs = question.instance.needs.shape[1]
    feature = np.concatenate([np.zeros(m, np.int64), 1 + limits.unit_need])
    sites = np.zeros((limits.count + len(question.goals), m))
    sites[np.arange(limits.count), np.concatenate([np.arange(m), limits.unit_site])] = 1.0
    limit = limits.limit * part
    for number, (goal, target) in enumerate(question.goals):
        feature = np.append(feature, 1 + needs + number)
        if goal.sites is None:
            sites[limits.count + number] = -1.0
            limit = np.append(limit, -part * float(goal.weight.sum() - target))
        else:
            sites[limits.count + number] = goal.sites
            limit = np.append(limit, part * target)
    return _Rows(feature, sites, limit)


def _dual(question: CostQuestion, prices: FloatArray) -> Dual:
    count = question.limits.count
    sign = np.array([1.0 if goal.sites is None else -1.0 for goal, _ in question.goals])
    return Dual(-prices[:count], sign * prices[count:])


def _descend(
    question: CostQuestion, chosen: IntArray, prices: FloatArray, temperatures: list[float]
) -> FloatArray:
    rows = _rows(question, len(chosen) / question.instance.party_count)
    used, feature = np.unique(rows.feature, return_inverse=True)
    rows = _Rows(feature, rows.sites, rows.limit)
    features = _features(question, chosen)[:, used]
    cost = np.where(question.allowed[chosen], question.instance.cost[chosen], np.inf).astype(np.float32)
    must = question.must[chosen]
    for temperature in temperatures:
        for _ in range(STEPS):
            soft = _soften(features, cost, must, rows, prices, temperature)
            held = (prices <= 0) & (soft.slope <= 0)
            if np.abs(soft.slope[~held]).sum() <= BALANCED * len(chosen):
                break
            for damping in DAMPINGS:
                tried = np.maximum(0.0, prices + _newton(soft, held, damping))
                softened = _soften(features, cost, must, rows, tried, temperature, slopes=False)
                if softened.value > soft.value:
                    prices = tried
                    break
    return prices


def _newton(soft: _Soft, held: BoolArray, damping: float) -> FloatArray:
    free = np.nonzero(~held)[0]
    step = np.zeros(len(held))
    if len(free):
        curvature = soft.curvature[np.ix_(free, free)]
        size = float(np.trace(curvature)) / len(free)
        curvature[np.diag_indices(len(free))] += damping * size + 1e-12
        step[free] = np.linalg.solve(curvature, soft.slope[free])
    return step


def _soften(
    features: Float32Array,
    cost: Float32Array,
    must: BoolArray,
    rows: _Rows,
    prices: FloatArray,
    temperature: float,
    *,
    slopes: bool = True,
) -> _Soft:
    """Smoothed bound Σ −T log Σ exp(−r/T) − limit·prices; leaving out costs nothing where it is allowed."""
    by_feature = np.zeros((features.shape[1], cost.shape[1]))
    np.add.at(by_feature, rows.feature, rows.sites * prices[:, None])
    reduced = features @ by_feature.astype(np.float32)
    reduced += cost
    least = reduced.min(axis=1, initial=np.inf)
    base = np.where(must, least, np.minimum(least, 0.0))
    reduced -= base[:, None]
    reduced *= np.float32(-1.0 / temperature)
    np.maximum(reduced, np.float32(NEVER), out=reduced)  # subnormal numbers would be slow
    soft = np.exp(reduced, out=reduced)
    total = soft.sum(axis=1) + np.where(must, 0.0, np.exp(np.minimum(base, 0.0) / np.float32(temperature)))
    value = float(base.sum(dtype=float) - temperature * np.log(total).sum(dtype=float) - rows.limit @ prices)
    if not slopes:
        return _Soft(value, prices, prices)
    soft /= total[:, None]
    mean = _expected(soft, rows) * features[:, rows.feature]
    slope = mean.sum(axis=0, dtype=float) - rows.limit
    width = features.shape[1]
    squares = (features[:, :, None] * features[:, None, :]).reshape(len(features), width * width)
    moment = _crossed(squares, soft).reshape(width, width, -1)
    second = np.zeros((len(rows.limit), len(rows.limit)))
    for one in range(width):
        for other in range(width):
            a, b = np.nonzero(rows.feature == one)[0], np.nonzero(rows.feature == other)[0]
            second[np.ix_(a, b)] = (rows.sites[a] * moment[one, other]) @ rows.sites[b].T
    return _Soft(value, slope, (second - _crossed(mean, mean)) / temperature)


def _expected(soft: Float32Array, rows: _Rows) -> Float32Array:
    """Probability that a party uses each row; nearly every row is one site's own."""
    single = np.count_nonzero(rows.sites, axis=1) == 1
    result: Float32Array = np.take(soft, np.argmax(rows.sites != 0, axis=1), axis=1)
    for row in np.nonzero(~single)[0].tolist():
        used = np.nonzero(rows.sites[row])[0]
        result[:, row] = soft[:, used].sum(axis=1) * rows.sites[row, used[0]]
    return result


def _crossed(left: Float32Array, right: Float32Array) -> FloatArray:
    """``left.T @ right`` block by block: small products stay on one thread, which a busy machine thanks."""
    whole = len(left) // BLOCK * BLOCK
    blocks = left[:whole].reshape(-1, BLOCK, left.shape[1]).transpose(0, 2, 1)
    product = np.matmul(blocks, right[:whole].reshape(-1, BLOCK, right.shape[1])).sum(axis=0, dtype=float)
    result: FloatArray = product + left[whole:].T @ right[whole:]
    return result
