"""How many canonical models answers are computed with, as a sentence for the pages of docs."""

from __future__ import annotations

from triffin.evidence.verification import model_counts


def in_words() -> str:
    """How many models are of which kind (`model_kind`), as a sentence."""
    count = model_counts()
    return (
        f"Of the {sum(count.values())} models {count['production']} are those that answers are "
        f"computed with, and {count['reference']} are reference models, called only by tests, by "
        "the identities that every run checks and by these cases"
    )
