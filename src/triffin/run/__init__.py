"""Runs: a scenario through the models, with uncertainty. `triffin.run(...)` is `engine.run`."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

__all__ = ["run"]


class _Room(ModuleType):
    """The room itself is callable: the interface has both `triffin.run(...)` and this package."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from triffin.run.engine import run

        return run(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name == "run":
            from triffin.run.engine import run

            return run
        raise AttributeError(f"module 'triffin.run' has no attribute {name!r}")


sys.modules[__name__].__class__ = _Room
