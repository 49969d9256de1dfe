"""GMRES for several right-hand sides at once, each with its own Krylov space.

The systems share their operator, so one batched product serves all of them.
Source: Saad and Schultz (1986), SIAM J. Sci. Stat. Comput. 7.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from triffin.world.base.arrays import Array

# Floats that the Krylov bases of one batch may occupy (8 bytes each).
_BASIS_FLOATS = 2**25


def gmres(
    apply: Callable[[Array], Array],
    rhs: Array,
    *,
    tolerance: float,
    max_iterations: int,
) -> tuple[Array, Array, int]:
    """Solve apply(x) = rhs for each row; x and rhs are (R, n).

    Returns x, the residual norm of each row relative to its right-hand side (R,), and the
    iterations used. No restart: `max_iterations` bounds the basis. Rows are processed in chunks
    that bound memory; the caller decides what an unmet tolerance means.
    """
    rows = max(1, _BASIS_FLOATS // max(1, rhs.shape[1] * (max_iterations + 1)))
    solutions, errors, iterations = [], [], 0
    for first in range(0, len(rhs), rows):
        x, error, used = _gmres(apply, rhs[first : first + rows], tolerance, max_iterations)
        solutions.append(x)
        errors.append(error)
        iterations = max(iterations, used)
    return np.concatenate(solutions), np.concatenate(errors), iterations


def _gmres(
    apply: Callable[[Array], Array], rhs: Array, tolerance: float, max_iterations: int
) -> tuple[Array, Array, int]:
    r, n = rhs.shape
    norm = np.linalg.norm(rhs, axis=1)
    safe = np.where(norm > 0, norm, 1.0)
    basis = np.zeros((r, min(max_iterations, 20) + 1, n))
    basis[:, 0] = rhs / safe[:, None]
    hessenberg = np.zeros((r, max_iterations + 1, max_iterations))
    rotations = np.zeros((2, r, max_iterations))
    g = np.zeros((r, max_iterations + 1))
    g[:, 0] = norm
    used = 0
    for k in range(max_iterations):
        if k + 1 == basis.shape[1]:
            room = min(basis.shape[1] + 20, max_iterations + 1)
            basis = np.concatenate([basis, np.zeros((r, room - k - 1, n))], axis=1)
        w = apply(basis[:, k])
        spanned = basis[:, : k + 1]
        # Orthogonalised twice: once loses digits when the space is nearly exhausted.
        column = np.zeros((r, k + 1))
        for _ in range(2):
            part = np.matmul(spanned, w[:, :, None])[:, :, 0]
            w = w - np.matmul(part[:, None, :], spanned)[:, 0]
            column += part
        length = np.linalg.norm(w, axis=1)
        basis[:, k + 1] = w / np.where(length > 0, length, 1.0)[:, None]
        for i in range(k):
            c, s = rotations[0, :, i], rotations[1, :, i]
            upper = c * column[:, i] + s * column[:, i + 1]
            column[:, i + 1] = c * column[:, i + 1] - s * column[:, i]
            column[:, i] = upper
        radius = np.hypot(column[:, k], length)
        radius = np.where(radius > 0, radius, 1.0)
        c, s = column[:, k] / radius, length / radius
        rotations[0, :, k], rotations[1, :, k] = c, s
        column[:, k] = radius
        hessenberg[:, : k + 1, k] = column
        g[:, k + 1] = -s * g[:, k]
        g[:, k] = c * g[:, k]
        used = k + 1
        if (np.abs(g[:, used]) <= tolerance * safe).all():
            break
    weights = np.linalg.solve(hessenberg[:, :used, :used], g[:, :used, None])
    x = np.matmul(weights.transpose(0, 2, 1), basis[:, :used])[:, 0]
    return x, np.abs(g[:, used]) / safe, used
