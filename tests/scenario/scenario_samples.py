"""Small worlds and scenario texts for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from triffin.world import World

WriteFile = Callable[..., str]


def small_world(baseline: float = 0.0) -> World:
    """Five economies, two sectors; every pair has the same baseline tariff."""
    economies = ("USA", "CHN", "JPN", "DEU", "LCA")
    n = len(economies)
    tariff = np.full((2, n, n), baseline)
    tariff[:, np.arange(n), np.arange(n)] = 0.0
    return World(
        name="small",
        title="Small world",
        year=2023,
        economies=economies,
        names=("United States", "China", "Japan", "Germany", "St. Lucia"),
        sectors=("cars", "food"),
        trade=np.ones((2, n, n)),
        gdp=np.ones(n),
        tariff=tariff,
        groups={"Asia": ("CHN", "JPN"), "Pacific": ("USA", "JPN")},
    )


PLAIN = """\
scenario: own
title: An own scenario
world: world-2023
start: 2025-04-02
days: 30
hegemon: USA
focus: JPN
"""
