"""The claims ledger and the backtests from a cold start.

python benchmarks/evidence.py
"""

from __future__ import annotations

from collections.abc import Iterable

from measurement import Measurement, run_triffin, use_one_thread

COMMANDS = (
    (("backtest", "--json"), 60.0),
    (("claims", "japan-2025", "--json"), 30.0),
)


def timed(commands: Iterable[tuple[tuple[str, ...], float]]) -> list[Measurement]:
    """Whole processes, (arguments, target in seconds) each."""
    found = []
    for arguments, target in commands:
        command = run_triffin(*arguments)
        found.append(
            Measurement(
                f"triffin {' '.join(arguments)}, whole process",
                None if command.error else command.seconds,
                target,
                "s",
                note=command.error,
            )
        )
    return found


def main() -> list[Measurement]:
    return timed(COMMANDS)


if __name__ == "__main__":
    use_one_thread()
    from run import show

    show(main())
