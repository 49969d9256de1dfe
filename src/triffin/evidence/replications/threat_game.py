"""The canonical threat game and its estimators, as Crisman-Cox and Gibilisco (2021) state them.

A sender threatens or leaves things as they are (S_A); the target concedes (V_A, C_B) or resists;
the sender stands firm (W_A + e_A, W_B + e_B) or backs down (a + e_a, nothing), with standard
normal private shocks. With p_R the chance that the target resists and p_F that the sender then
stands firm,

    c = (S_A - (1 - p_R) V_A) / p_R                        the sender's cutoff
    p_C = 1 - Phi(c - W_A) Phi(c - a)                      it threatens
    p_F = Phi2((W_A - a)/sqrt 2, W_A - c; 1/sqrt 2) / p_C
    p_R = Phi((W_B p_F - C_B) / p_F)

in equilibrium. Source: Lewis and Schultz (2003), Political Analysis 11, 345-367; Crisman-Cox and
Gibilisco (2021), Political Science Research and Methods 9, 565-582.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, owens_t

from triffin.world.base.arrays import Array
from triffin.world.base.errors import NotConverged
from triffin.world.data.shipped import verified_bytes

COUNTS = ("sq", "cd", "sf", "bd")
REGRESSORS = {
    "senderecondep": "root of the sender's trade with the target over its output",
    "senderdemocracy": "democracy of the sender",
    "contig": "contiguity",
    "ally": "alliance",
    "anticipatedsendercosts": "anticipated cost to the sender",
    "anticipatedtargetcosts": "anticipated cost to the target",
    "targetecondep": "root of the target's trade with the sender over its output",
    "lncaprat": "log ratio of capabilities",
    "targetdemocracy": "democracy of the target",
}
PROBABILITIES = ("PRhat", "PFhat", "PRnpl", "PFnpl")
# Regressors of each utility; "" is the constant, and trade enters by its root.
UTILITIES: dict[str, tuple[str, ...]] = {
    "S_A": ("senderecondep", "senderdemocracy", "contig", "ally"),
    "V_A": ("", "anticipatedsendercosts"),
    "C_B": ("", "targetecondep", "anticipatedtargetcosts", "contig", "ally"),
    "W_A": ("", "senderecondep", "senderdemocracy", "lncaprat"),
    "W_B": ("", "targetdemocracy", "lncaprat"),
    "a": ("", "senderdemocracy"),
}
_ROOTS = ("senderecondep", "targetecondep")
_STEP = 1e-6
_MOST, _OUTER = 200, 100
_SMALLEST = 1e-12


@dataclass(frozen=True, eq=False)
class Games:
    """D games: counts (D, 4) of how they ended, X utility -> (D, k), columns by name."""

    counts: Array
    X: Mapping[str, Array]
    columns: Mapping[str, Array]

    def chosen(self, kept: Array) -> Games:
        """The games marked in `kept` (D,)."""
        X = {name: x[kept] for name, x in self.X.items()}
        return Games(self.counts[kept], X, {n: c[kept] for n, c in self.columns.items()})

    def start(self, first: str = "PRhat", second: str = "PFhat") -> Array:
        """(2, D) chances of resistance and of standing firm by two columns."""
        return np.stack([self.columns[first], self.columns[second]])

    def utilities(self, theta: Array) -> Array:
        """(6, D) utilities at coefficients theta (20,)."""
        ends = np.cumsum([x.shape[1] for x in self.X.values()])[:-1]
        parts = zip(self.X.values(), np.split(theta, ends), strict=True)
        return np.stack([x @ part for x, part in parts])

    def in_coefficients(self, slopes: Array) -> Array:
        """(..., D, 20) derivatives in theta from those in utilities (..., 6, D)."""
        parts = [slopes[..., i, :, None] * x for i, x in enumerate(self.X.values())]
        return np.concatenate(parts, axis=-1)


@dataclass(frozen=True, eq=False)
class Estimate:
    """theta (20,), its standard errors, the log-likelihood and the chances (2, D) behind it."""

    theta: Array
    errors: Array
    log_likelihood: float
    chances: Array


def shipped_games() -> Games:
    """The 418 games that ship as threat-game."""
    with np.load(io.BytesIO(verified_bytes("threat-game"))) as archive:
        columns = {name: archive[name] for name in archive.files}
    n = len(columns["sq"])
    used = {name: np.sqrt(columns[name]) if name in _ROOTS else columns[name] for name in columns}
    used[""] = np.ones(n)
    X = {u: np.stack([used[name] for name in names], axis=1) for u, names in UTILITIES.items()}
    return Games(np.stack([columns[name] for name in COUNTS], axis=1), X, columns)


def labels() -> list[str]:
    """Utility and regressor of each of the 20 coefficients."""
    words = {"": "constant", **REGRESSORS}
    return [f"{u}: {words[name]}" for u, names in UTILITIES.items() for name in names]


def both_below(h: Array, k: Array) -> Array:
    """P(x < h, y < k) of standard normals with correlation 1/sqrt 2; Owen (1956)."""
    h, k = (np.where(x == 0, 1e-300, x) for x in (h, k))
    rho = np.sqrt(0.5)
    with np.errstate(over="ignore"):
        tails = owens_t(h, (k / h - rho) / rho) + owens_t(k, (h / k - rho) / rho)
    return np.asarray(
        (ndtr(h) + ndtr(k)) / 2 - tails - np.where(np.sign(h) == np.sign(k), 0.0, 0.5)
    )


def respond(u: Array, chances: Array) -> tuple[Array, Array]:
    """Chances of the four ends (4, D) and best responses (2, D) to `chances` (p_R, p_F)."""
    S_A, V_A, C_B, W_A, W_B, a = u
    resist, firm = chances
    cutoff = (S_A - (1 - resist) * V_A) / resist
    threat = np.maximum(1 - ndtr(cutoff - W_A) * ndtr(cutoff - a), _SMALLEST)
    stands = np.clip(both_below((W_A - a) / np.sqrt(2), W_A - cutoff) / threat, 0.0, 1.0)
    resists = ndtr((W_B * firm - C_B) / firm)
    held = threat * resists
    ends = np.stack([1 - threat, threat * (1 - resists), held * stands, held * (1 - stands)])
    return np.maximum(ends, _SMALLEST), np.stack([resists, stands])


def equilibrium(u: Array, chances: Array) -> Array:
    """(2, D) chances that are best responses to themselves, from `chances`, damped.

    Raises NotConverged where some game has none near by.
    """
    for _ in range(_MOST):
        there = respond(u, chances)[1]
        if np.max(np.abs(there - chances)) < 1e-12:
            return there
        # Newton's method on the one-dimensional map of p_R, whose p_F follows.
        moved = respond(u, np.stack([chances[0] + _STEP, chances[1]]))[1]
        ahead = respond(u, np.stack([chances[0], there[1]]))[1][0]
        further = respond(u, np.stack([chances[0], moved[1]]))[1][0]
        slope = np.clip((further - ahead) / _STEP, -1e3, 0.9)
        resist = chances[0] + (ahead - chances[0]) / (1 - slope)
        resist = np.clip(resist, chances[0] / 2, (1 + chances[0]) / 2)
        chances = np.stack([resist, respond(u, np.stack([resist, chances[1]]))[1][1]])
    raise NotConverged("not converged: the threat game has games without an equilibrium")


def _slopes(games: Games, theta: Array, chances: Array) -> tuple[Array, Array, Array, Array]:
    """Ends (4, D) and their derivatives: in theta at fixed chances (4, D, 20), along the
    equilibrium (4, D, 20); and chances (2, D) answered."""
    u = games.utilities(theta)
    ends, answered = respond(u, chances)

    def moved(du: Array, dp: Array) -> tuple[Array, Array]:
        up, down = (respond(u + s * _STEP * du, chances + s * _STEP * dp) for s in (1, -1))
        return (up[0] - down[0]) / (2 * _STEP), (up[1] - down[1]) / (2 * _STEP)

    none_u, none_p = np.zeros((6, 1)), np.zeros((2, 1))
    by_u = [moved(np.eye(6)[:, [i]], none_p) for i in range(6)]
    by_p = [moved(none_u, np.eye(2)[:, [i]]) for i in range(2)]
    fixed = games.in_coefficients(np.stack([d[0] for d in by_u], axis=1))
    answers = games.in_coefficients(np.stack([d[1] for d in by_u], axis=1))
    bend = np.stack([d[1] for d in by_p], axis=-1)  # (2, D, 2)
    system = np.eye(2) - bend.transpose(1, 0, 2)
    follow = np.linalg.solve(system, answers.transpose(1, 0, 2))  # (D, 2, 20)
    through = np.stack([d[0] for d in by_p], axis=-1)  # (4, D, 2)
    return ends, fixed, fixed + np.einsum("kdp,dpt->kdt", through, follow), answered


def log_likelihood(games: Games, ends: Array) -> float:
    """Of the counts of `games` at chances of their ends (4, D)."""
    return float((games.counts.T * np.log(ends)).sum())


def pseudo_likelihood(games: Games, chances: Array, theta: Array) -> Array:
    """theta (20,) that maximises the likelihood with beliefs held at `chances`, by scoring."""
    return _scored(games, theta, lambda _: chances, along=False)[0]


def nested_pseudo_likelihood(games: Games, theta: Array | None = None) -> Estimate:
    """The fixed point of pseudo-likelihood and one best response, from the authors' first stage.

    Source: Aguirregabiria and Mira (2007), Econometrica 75, whose variance this is.
    """
    theta = np.zeros(20) if theta is None else theta
    chances = games.start()
    for _ in range(_OUTER):
        theta = pseudo_likelihood(games, chances, theta)
        answered = respond(games.utilities(theta), chances)[1]
        change = float(np.max(np.abs(answered - chances)))
        chances = answered
        if change < 1e-9:
            break
    else:
        raise NotConverged(f"not converged: beliefs still move by {change:.0e}")
    ends, fixed, along, _ = _slopes(games, theta, chances)
    weight = games.counts.sum(axis=1) / ends
    own = np.einsum("kd,kds,kdt->st", weight, fixed, fixed)
    both = np.linalg.pinv(np.einsum("kd,kds,kdt->st", weight, fixed, along))
    errors = np.sqrt(np.diag(both @ own @ both.T))
    return Estimate(theta, errors, log_likelihood(games, ends), chances)


def maximum_likelihood(games: Games, near: Estimate) -> Estimate:
    """The likelihood maximised subject to equilibrium in every game (constrained estimator)."""
    last = near.chances

    def beliefs(theta: Array) -> Array:
        nonlocal last
        last = equilibrium(games.utilities(theta), last)
        return last

    theta, information = _scored(games, near.theta, beliefs, along=True)
    chances = beliefs(theta)
    ends = respond(games.utilities(theta), chances)[0]
    errors = np.sqrt(np.diag(np.linalg.pinv(information)))
    return Estimate(theta, errors, log_likelihood(games, ends), chances)


def _scored(
    games: Games, theta: Array, beliefs: Callable[[Array], Array], *, along: bool
) -> tuple[Array, Array]:
    """Fisher scoring with halved steps; theta and the information there."""

    def value(at: Array) -> tuple[float, Array]:
        held = beliefs(at)
        return log_likelihood(games, respond(games.utilities(at), held)[0]), held

    best, chances = value(theta)
    for _ in range(_MOST):
        ends, fixed, whole, _ = _slopes(games, theta, chances)
        slopes = whole if along else fixed
        score = np.einsum("dk,kdt->t", games.counts / ends.T, slopes)
        weight = games.counts.sum(axis=1) / ends
        information = np.einsum("kd,kds,kdt->st", weight, slopes, slopes)
        # What the games do not tell apart stays where it is.
        step = np.linalg.lstsq(information, score, rcond=1e-12)[0]
        if score @ step < 1e-10:
            return theta, information
        # A utility moves by one standard deviation of the shocks at most.
        step /= max(1.0, float(np.max(np.abs(games.utilities(step)))))
        for halving in range(30):
            try:
                there, held = value(theta + step / 2**halving)
            except NotConverged:
                continue
            if there > best:
                break
        else:
            return theta, information
        theta, best, chances = theta + step / 2**halving, there, held
    raise NotConverged(f"not converged: the score is {float(np.abs(score).max()):.0e}")
