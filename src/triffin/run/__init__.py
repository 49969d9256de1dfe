"""Runs: a scenario through the models, with uncertainty. `triffin.run(...)` is `engine.run`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from triffin.results.result import Result
    from triffin.scenario.schema import Scenario
    from triffin.world.registry.parameter_set import ParameterSet

__all__ = ["run"]


class _Room(ModuleType):
    """The room itself is callable: the interface has both `triffin.run(...)` and this package."""

    def __call__(
        self,
        scenario: str | Path | Scenario,
        *,
        draws: int = 256,
        seed: int = 1,
        overrides: Mapping[str, Any] | Iterable[str] = (),
        sensitivity: str = "given-data",
        progress: Callable[[str, int, int], None] | None = None,
        parameters: ParameterSet | None = None,
    ) -> Result:
        """Run a scenario and return its Result (nothing is written; see `Result.save`).

        Parameters
        ----------
        scenario : name of a shipped scenario, path of a YAML file, or a loaded Scenario.
        draws : number of parameter and closure draws, at least 1.
        seed : seed of the draws and of the shocks; the same scenario, draws and seed give the same
            bits.
        overrides : {path: value}, or "path=value" settings as with `triffin run --set`.
        sensitivity : "given-data", first-order indices from the draws themselves; "sobol" adds full
            first-order and total indices by group of parameters, at the price of ten runs.
        progress : called as progress(stage, done, total).
        parameters : by default what ships, with own priors that are in place (`triffin.own_data`).

        Raises
        ------
        InputError : anything wrong in the scenario or the options.
        NoEquilibrium : the main phase has no equilibrium under the central closure, or under none.

        Example
        -------
        >>> import triffin
        >>> result = triffin.run("universal-10", draws=8, overrides={"days": 60})
        >>> result.entry("world_welfare")["unit"]
        '%'
        """
        from triffin.run import engine

        return engine.run(
            scenario,
            draws=draws,
            seed=seed,
            overrides=overrides,
            sensitivity=sensitivity,
            progress=engine.no_progress if progress is None else progress,
            parameters=parameters,
        )

    def __getattr__(self, name: str) -> Any:
        if name == "run":
            from triffin.run.engine import run

            return run
        raise AttributeError(f"module 'triffin.run' has no attribute {name!r}")


sys.modules[__name__].__class__ = _Room
