"""Find where a measured function of one number takes a target, in few and costly evaluations.

Scan for a bracket, then close it by inverse quadratic interpolation, safeguarded by bisection.
Source: Chandrupatla (1997), Advances in Engineering Software 28, 145-149.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

CONVERGED = "converged"
STEPS_OVER = "steps over the target"
NO_VALUE = "no value in the range does"
NOT_CONVERGED = "not converged"

# Points of the scan: the ends, then every half, quarter and eighth of the range until a bracket.
_SCAN = ((0.0, 1.0), (0.5,), (0.25, 0.75), (0.125, 0.375, 0.625, 0.875))
# A bracket this narrow, relative to the range, in which the target is not met, holds a step.
_NARROW = 1e-7


@dataclass(frozen=True)
class Found:
    """solution, achieved : None where the status is that no value does or nothing converged.
    closest : (value, achieved) nearest to the target. bracket : values between which the target
    is passed. others : further brackets that the scan saw."""

    status: str
    solution: float | None
    achieved: float | None
    closest: tuple[float, float] | None
    bracket: tuple[float, float] | None
    others: tuple[tuple[float, float], ...]
    evaluations: tuple[tuple[float, float], ...]
    tolerance: float

    @property
    def monotone(self) -> bool:
        """Whether what was evaluated only rises or only falls."""
        known = [y for _, y in sorted(self.evaluations) if math.isfinite(y)]
        steps = [b - a for a, b in pairwise(known)]
        return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)


@dataclass(eq=False)
class _Search:
    function: Callable[[float], float]
    target: float
    tolerance: Callable[[list[float]], float]
    whole: bool
    most: int
    known: dict[float, float] = field(default_factory=dict)

    def at(self, x: float) -> float:
        """Excess over the target; nan where there is no answer."""
        x = float(round(x)) if self.whole else float(x)
        if x not in self.known:
            self.known[x] = self.function(x)
        return self.known[x] - self.target

    @property
    def left(self) -> int:
        return self.most - len(self.known)

    @property
    def allowed(self) -> float:
        return self.tolerance([y for y in self.known.values() if math.isfinite(y)])

    def met(self) -> tuple[float, float] | None:
        """The evaluated value nearest to the target, if it is near enough."""
        near = self.closest()
        return near if near and abs(near[1] - self.target) <= self.allowed else None

    def closest(self) -> tuple[float, float] | None:
        finite = [(x, y) for x, y in self.known.items() if math.isfinite(y)]
        return min(finite, key=lambda p: (abs(p[1] - self.target), p[0]), default=None)

    def brackets(self) -> list[tuple[float, float]]:
        """Neighbours on two sides of the target, the lowest first."""
        points = sorted((x, y - self.target) for x, y in self.known.items() if math.isfinite(y))
        return [(a[0], b[0]) for a, b in pairwise(points) if a[1] * b[1] < 0]


def search(
    function: Callable[[float], float],
    target: float,
    low: float,
    high: float,
    *,
    relative: float = 1e-3,
    resolution: float = 0.0,
    whole: bool = False,
    most: int = 15,
) -> Found:
    """Where `function` is `target` between `low` and `high`, in at most `most` evaluations.

    The target is met within `relative` of itself or, near zero, of a hundredth of what the
    function spans; and within `resolution`, half the step of a function that moves in steps.
    `function` may return nan where it has no answer. Evaluations are never repeated.
    """

    def tolerance(seen: list[float]) -> float:
        span = max(seen) - min(seen) if seen else 0.0
        return max(relative * max(abs(target), 0.01 * span), resolution)

    state = _Search(function, target, tolerance, whole, most)
    for shares in _SCAN:
        for share in shares:
            if state.left > 0:
                state.at(low + share * (high - low))
        if state.met() or state.brackets():
            break
    found = state.brackets()
    if not state.met() and not found:
        _look_at_the_turn(state)
        found = state.brackets()
    bracket = found[0] if found else None
    if bracket and not state.met():
        bracket = _close(state, *bracket, narrow=_NARROW * (high - low))
    return _answer(state, bracket, tuple(found[1:]), narrow=_NARROW * (high - low))


def _look_at_the_turn(state: _Search) -> None:
    """A function that turns between two points of the scan may touch the target there: go to the
    turn of the parabola through the closest point and its neighbours, a few times."""
    for _ in range(4):
        if state.left <= 0 or state.met() or state.brackets():
            return
        points = sorted((x, abs(y - state.target)) for x, y in state.known.items() if y == y)
        if len(points) < 3:
            return
        place = min(range(len(points)), key=lambda k: points[k][1])
        if place in (0, len(points) - 1):
            return
        (a, fa), (b, fb), (c, fc) = points[place - 1 : place + 2]
        below = (b - a) * (fb - fc) - (b - c) * (fb - fa)
        if below == 0:
            return
        turn = b - 0.5 * ((b - a) ** 2 * (fb - fc) - (b - c) ** 2 * (fb - fa)) / below
        if not a < turn < c or min(abs(turn - x) for x in (a, b, c)) < 1e-3 * (c - a):
            return
        state.at(turn)


def _close(state: _Search, low: float, high: float, *, narrow: float) -> tuple[float, float]:
    """Narrow a bracket until the target is met, the bracket is a step, or the budget is spent."""
    a, b = high, low
    fa, fb = state.at(a), state.at(b)
    share = 0.5
    while state.left > 0:
        x = a + share * (b - a)
        if state.whole:
            x = float(math.floor(x)) if math.floor(x) not in (a, b) else float(math.ceil(x))
            if x in (a, b):
                break
        fx = state.at(x)
        if not math.isfinite(fx):  # no answer here: the half that has one is all there is
            break
        if (fx > 0) == (fa > 0):
            c, fc = a, fa
        else:
            c, fc = b, fb
            b, fb = a, fa
        a, fa = x, fx
        if state.met() or abs(b - a) <= narrow:
            break
        ratio, height = (a - b) / (c - b), (fa - fb) / (fc - fb) if fc != fb else math.inf
        if height**2 < ratio and (1 - height) ** 2 < 1 - ratio:
            share = (fa / (fb - fa)) * (fc / (fb - fc)) + (c - a) / (b - a) * (fa / (fc - fa)) * (
                fb / (fc - fb)
            )
        else:
            share = 0.5
        edge = max(narrow / abs(b - a), 1e-3)
        share = min(1 - edge, max(edge, share))
    return (min(a, b), max(a, b))


def _answer(
    state: _Search,
    bracket: tuple[float, float] | None,
    others: tuple[tuple[float, float], ...],
    *,
    narrow: float,
) -> Found:
    near, met = state.closest(), state.met()
    status, chosen = NO_VALUE, None
    if met:
        status, chosen = CONVERGED, met
    elif bracket:
        # Interpolation would have closed a bracket of a continuous function long before.
        jump = abs(state.at(bracket[1]) - state.at(bracket[0]))
        smallest = _smallest_jump(state)
        narrowed = bracket[1] - bracket[0] <= max(narrow, 1.0 if state.whole else 0.0)
        stepped = narrowed or (jump >= smallest and bracket[1] - bracket[0] < 1e4 * narrow)
        status = STEPS_OVER if stepped else NOT_CONVERGED
        ends = [(x, state.known[x]) for x in bracket]
        chosen = min(ends, key=lambda p: abs(p[1] - state.target)) if stepped else None
    return Found(
        status=status,
        solution=chosen[0] if chosen else None,
        achieved=chosen[1] if chosen else None,
        closest=near,
        bracket=bracket if status != CONVERGED else None,
        others=others,
        evaluations=tuple(state.known.items()),
        tolerance=state.allowed,
    )


def _smallest_jump(state: _Search) -> float:
    """The smallest change between neighbours that is one: a step cannot be smaller."""
    known = [y for _, y in sorted(state.known.items()) if math.isfinite(y)]
    changes = [abs(b - a) for a, b in pairwise(known)]
    return min((change for change in changes if change > 0), default=0.0)
