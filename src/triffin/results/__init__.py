"""Results: labelled data, headline and manifest of a run; statistics, store, exports, report."""

from triffin.results.result import Result

__all__ = ["Result"]
