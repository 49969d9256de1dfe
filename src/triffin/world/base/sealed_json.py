"""JSON files with a digest of all they hold, for what the program writes and reads back.

The digest finds damage and slips of an editor. It is no signature: whoever means to deceive can
compute it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from triffin.world.base.wording import clean

DIGEST = "digest"


def sealed(document: Mapping[str, Any]) -> bytes:
    """The content of a file: the document, and last its digest (SHA-256 in hexadecimal)."""
    body = {name: value for name, value in clean(document).items() if name != DIGEST}
    return _rendered(body | {DIGEST: _digest(body)})


def opened(content: bytes) -> dict[str, Any]:
    """The document that `sealed` made the content of.

    Raises ValueError unless every byte of it is as it was written.
    """
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise ValueError("JSON within JSON without end") from error
    if not isinstance(document, dict) or DIGEST not in document:
        raise ValueError("no document with a digest")
    # The same text again: what a parser passes over, a space or a name told twice, is content too.
    if _rendered(document) != content:
        raise ValueError("not the text as it was written")
    digest = document.pop(DIGEST)
    if digest != _digest(document):
        raise ValueError("the digest differs")
    return document


def _rendered(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(_rendered(document)).hexdigest()
