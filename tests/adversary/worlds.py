"""Random worlds for the attacks, from ordinary to extreme, and how they reach the program."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from .reference.many_sector import Sectors
from .reference.one_sector import Choice

Array = np.ndarray

CODES = ("USA", "CHN", "JPN", "DEU", "GBR", "FRA", "IND", "BRA", "MEX", "CAN", "KOR", "ITA")
ELSEWHERE = (*CODES[1:], "ESP", "AUS")  # worlds without the United States
RELAXED = ("lump-sum", "tax-relief")
CLOSURES = ("world-share", "fixed", "balanced")
MODELS = (
    "armington",
    "ignatenko-2025-eaton-kortum",
    "ignatenko-2025",
    "ignatenko-2025-roundabout",
)


@dataclass(frozen=True)
class Case:
    """A one-sector world, tariffs and a choice of model; `kind` says what is extreme about it."""

    codes: tuple[str, ...]
    gdp: Array
    trade: Array
    tariff: Array
    choice: Choice
    kind: str
    parameters: dict[str, float] = field(default_factory=dict)

    @property
    def home(self) -> int | None:
        return self.codes.index("USA") if "USA" in self.codes else None

    def reordered(self, order: Array) -> Case:
        """The same world with its rows in another order."""
        square = np.ix_(order, order)
        return replace(
            self,
            codes=tuple(self.codes[i] for i in order),
            gdp=self.gdp[order],
            trade=self.trade[square],
            tariff=self.tariff[square],
        )

    def describe(self) -> str:
        """Everything needed to build the world again, short enough to paste."""
        return (
            f"kind={self.kind} model={self.choice.model} revenue={self.choice.revenue} "
            f"deficits={self.choice.deficits} parameters={self.parameters} "
            f"codes={','.join(self.codes)} gdp={self.gdp.tolist()} trade={self.trade.tolist()} "
            f"tariff={self.tariff.tolist()}"
        )


def save(case: Case, folder: Path) -> Path:
    """The world as a file that `load_world` reads."""
    path = folder / "world.npz"
    np.savez(path, economies=np.array(case.codes), trade=case.trade, gdp=case.gdp, title=case.kind)
    return path


def save_tables(case: Case, folder: Path, unit: str = "billion USD") -> Path:
    """The world as a folder of CSV tables with every digit."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        f"{c},{c.title()}land,{g!r}" for c, g in zip(case.codes, case.gdp.tolist(), strict=True)
    ]
    (folder / "economies.csv").write_text("code,name,gdp\n" + "\n".join(rows) + "\n")
    flows = [
        f"{a},{b},{value!r}"
        for i, a in enumerate(case.codes)
        for j, b in enumerate(case.codes)
        if (value := float(case.trade[i, j])) > 0
    ]
    (folder / "trade.csv").write_text("exporter,importer,value\n" + "\n".join(flows) + "\n")
    (folder / "meta.yaml").write_text(f"name: own\nyear: 2023\nunit: {unit}\nsource: invented\n")
    return folder


def ordinary(rng: np.random.Generator, n: int, codes: tuple[str, ...] = CODES) -> Case:
    """A connected world with sizes within a factor of a hundred and imports below 40 % of GDP."""
    gdp = np.exp(rng.uniform(np.log(100), np.log(10_000), n)) * 1e9
    pull = np.outer(gdp, gdp) * np.exp(rng.normal(0, 0.5, (n, n)))
    np.fill_diagonal(pull, 0.0)
    openness = rng.uniform(0.05, 0.4)
    most = max((pull.sum(axis=0) / gdp).max(), (pull.sum(axis=1) / gdp).max())
    scale = openness / most if most > 0 else 0.0
    tariff = np.where(rng.random((n, n)) < 0.5, rng.uniform(0, 0.6, (n, n)), 0.0)
    np.fill_diagonal(tariff, 0.0)
    return Case(tuple(codes[:n]), gdp, pull * scale, tariff, Choice(), "ordinary")


def choose_model(rng: np.random.Generator, case: Case, wild: bool) -> Case:
    """A model and closures, with parameters that the model has, wild or registered."""
    names = MODELS if case.home is not None else MODELS[:2]
    model = str(rng.choice(names))
    plain = model == "armington"
    epsilon, kappa = 4.0, 0.0 if plain else 0.5
    psi, beta, passed = (0.0 if plain else 0.1675), 1.0, 1.0
    given: dict[str, float] = {}
    if model == "ignatenko-2025-roundabout":
        beta = 0.49
    if wild:
        epsilon = given["trade_elasticity"] = float(np.exp(rng.uniform(np.log(1.2), np.log(25))))
        # Scale economies may not outweigh love of variety, or production sits in one place.
        if not plain and psi * epsilon > 0.9:
            psi = given["scale_elasticity"] = 0.67 / epsilon
        if not plain and rng.random() < 0.5:
            kappa = given["labor_supply_elasticity"] = float(rng.uniform(0.0, 0.9))
        if beta < 1 and rng.random() < 0.4:
            beta = given["value_added_share"] = float(rng.uniform(0.3, 0.95))
    choice = Choice(
        model,
        str(rng.choice(RELAXED)),
        str(rng.choice(CLOSURES, p=(0.6, 0.15, 0.25))),
        epsilon,
        kappa,
        psi,
        passed,
        beta,
    )
    return replace(case, choice=choice, parameters=given)


def _sizes(rng: np.random.Generator, case: Case) -> Case:
    """GDP from one to a million; trade as gravity has it."""
    n = len(case.gdp)
    gdp = 10 ** rng.uniform(6, 12, n)
    pull = np.outer(gdp, gdp) * np.exp(rng.normal(0, 1, (n, n)))
    np.fill_diagonal(pull, 0.0)
    worst = max((pull.sum(axis=0) / gdp).max(), (pull.sum(axis=1) / gdp).max(), 1e-300)
    return replace(
        case, gdp=gdp, trade=pull * rng.uniform(0.05, 0.8) / worst, kind=f"{case.kind}, sizes"
    )


def _isolated(rng: np.random.Generator, case: Case) -> Case:
    """One or two economies that trade with nobody."""
    trade = case.trade.copy()
    for k in rng.choice(len(case.gdp), size=int(rng.integers(1, 3)), replace=False):
        trade[k, :] = trade[:, k] = 0.0
    return replace(case, trade=trade, kind=f"{case.kind}, isolated")


def _blocs(rng: np.random.Generator, case: Case) -> Case:
    """Two blocs without a flow between them, or with flows of 1e-14 of GDP."""
    trade, half = case.trade.copy(), max(1, len(case.gdp) // 2)
    left = rng.permutation(len(case.gdp))[:half]
    across = np.zeros_like(trade, dtype=bool)
    across[left, :] = across[:, left] = True
    across[np.ix_(left, left)] = False
    tiny = rng.random() < 0.5
    trade[across] = 1e-14 * case.gdp.min() if tiny else 0.0
    np.fill_diagonal(trade, 0.0)
    word = "almost two blocs" if tiny else "two blocs"
    return replace(case, trade=trade, kind=f"{case.kind}, {word}")


def _sparse(rng: np.random.Generator, case: Case) -> Case:
    """Most pairs do not trade: one-way links, chains, economies that only buy or only sell."""
    keep = rng.random(case.trade.shape) < rng.uniform(0.2, 0.6)
    return replace(case, trade=case.trade * keep, kind=f"{case.kind}, sparse")


def _weak(rng: np.random.Generator, case: Case) -> Case:
    """Links from 1e-8 of GDP to full size, all of them counting."""
    shrink = 10 ** rng.uniform(-6, 0, case.trade.shape)
    least = 1e-7 * np.minimum.outer(case.gdp, case.gdp) * (case.trade > 0)
    return replace(
        case, trade=np.maximum(case.trade * shrink, least), kind=f"{case.kind}, weak links"
    )


def _unbalanced(rng: np.random.Generator, case: Case) -> Case:
    """Surpluses and deficits of a third of GDP and more."""
    push = np.exp(rng.normal(0, 1.2, len(case.gdp)))
    trade = case.trade * push[:, None]
    return replace(
        case,
        trade=trade * min(1.0, 0.9 / max((trade.sum(axis=0) / case.gdp).max(), 1e-30)),
        kind=f"{case.kind}, unbalanced",
    )


SHAPES = (
    lambda rng, case: case,
    _sizes,
    _isolated,
    _blocs,
    _sparse,
    _weak,
    _unbalanced,
)


def _tariffs(rng: np.random.Generator, case: Case) -> Case:
    """None, moderate, or up to 1000 %; also a subsidy here and there."""
    n = len(case.gdp)
    top = float(rng.choice((0.0, 0.3, 1.0, 3.0, 10.0), p=(0.05, 0.3, 0.3, 0.2, 0.15)))
    tariff = rng.uniform(0, top, (n, n)) if top else np.zeros((n, n))
    if rng.random() < 0.5:
        setters = rng.random(n) < 0.4
        tariff[:, ~setters] = 0.0
    if rng.random() < 0.1:
        tariff = np.where(rng.random((n, n)) < 0.2, -rng.uniform(0, 0.3, (n, n)), tariff)
    np.fill_diagonal(tariff, 0.0)
    return replace(case, tariff=tariff)


def extreme(rng: np.random.Generator) -> Case:
    """One world of the attack: a shape, tariffs, a model, closures and parameters."""
    n = int(rng.integers(2, 8))
    codes = CODES if rng.random() < 0.75 else ELSEWHERE
    case = ordinary(rng, n, codes)
    case = SHAPES[int(rng.integers(len(SHAPES)))](rng, case)
    if rng.random() < 0.25:
        case = SHAPES[int(rng.integers(len(SHAPES)))](rng, case)
    return choose_model(rng, _tariffs(rng, case), wild=rng.random() < 0.5)


def is_ordinary(case: Case) -> bool:
    """Worlds that the program has no excuse to refuse."""
    return (
        case.kind == "ordinary"
        and case.choice.revenue == "lump-sum"
        and case.choice.deficits == "world-share"
        and not case.parameters
        and bool((case.tariff <= 1).all())
        and bool((case.tariff >= 0).all())
    )


def sectors(rng: np.random.Generator, n_sectors: int, n: int) -> Sectors:
    """A many-sector world whose figures fit together: final demand is positive everywhere."""
    size = np.exp(rng.uniform(0, rng.uniform(1, 7), n)) * 1e9
    taste = rng.uniform(0.2, 1, (n_sectors, n))
    trade = np.einsum("sn,n->sn", taste, size)[:, :, None] * np.exp(
        rng.normal(0, 1, (n_sectors, n, n))
    )
    trade *= (size / size.sum())[None, None, :]
    trade *= np.where(rng.random(trade.shape) < rng.uniform(0, 0.5), 0.0, 1.0)
    diagonal = np.arange(n)
    trade[:, diagonal, diagonal] = 0.0
    # Home sales outweigh trade, so that inputs never exceed what is left at home.
    home = trade.sum(axis=2) + trade.sum(axis=1) + 0.05 * size * taste
    trade[:, diagonal, diagonal] = home * rng.uniform(0.5, 3, (n_sectors, n))
    tariff = np.where(rng.random(trade.shape) < 0.4, rng.uniform(0, 0.3, trade.shape), 0.0) * (
        rng.random() < 0.7
    )
    tariff[:, diagonal, diagonal] = 0.0
    beta = rng.uniform(0.3, 0.9, (n_sectors, n))
    gamma = rng.dirichlet(np.ones(n_sectors), (n_sectors, n)).transpose(2, 0, 1)
    theta = np.exp(rng.uniform(np.log(1.5), np.log(rng.choice((6.0, 12.0, 25.0))), n_sectors))
    return fitted(Sectors(trade, tariff, beta, gamma, theta))


def fitted(world: Sectors) -> Sectors:
    """The world with value added raised where inputs would leave too little final demand."""
    spent = (world.trade * (1 + world.tariff)).sum(axis=1)
    beta = world.beta.copy()
    for _ in range(200):
        used = np.einsum("ksn,sn->kn", (1 - beta)[None] * world.gamma, world.output)
        short = (used > 0.9 * spent).any(axis=0)
        if not short.any():
            break
        beta[:, short] = 1 - 0.8 * (1 - beta[:, short])
    return replace(world, beta=beta)


def save_sectors(world: Sectors, codes: tuple[str, ...], folder: Path, **extra: Any) -> Path:
    """A many-sector world as a file that `load_world` reads."""
    path = folder / "sectors.npz"
    np.savez(
        path,
        economies=np.array(codes),
        sectors=np.array([f"Sector {chr(65 + k)}" for k in range(len(world.theta))]),
        trade=world.trade,
        gdp=(world.beta * world.output).sum(axis=0),
        tariff=world.tariff,
        gross_output=world.output,
        value_added_share=world.beta,
        input_share=world.gamma,
        elasticity=world.theta,
        **extra,
    )
    return path
