"""The board of the talks from a cold start: all partners, exact payoffs of their terms.

python benchmarks/talks.py
"""

from __future__ import annotations

from evidence import timed
from measurement import Measurement, use_one_thread

BOARD = ("negotiate", "japan-2025", "--json")
COMMANDS = ((BOARD, 2.0),)


def main() -> list[Measurement]:
    return timed(COMMANDS)


if __name__ == "__main__":
    use_one_thread()
    from run import show

    show(main())
