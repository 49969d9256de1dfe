"""The fully resolved content of a scenario as plain JSON, and the hash that names a run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario

HASH_DIGITS = 12


def resolved_content(scenario: Scenario) -> dict[str, Any]:
    """Everything that decides a run: parents merged, defaults in, rates as fractions.

    A tariff file enters by the checksum of its bytes and its own name, so that the folder it
    lies in does not matter.
    """
    content: dict[str, Any] = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    for position, entry in enumerate(content.get("tariffs", ())):
        if "file" in entry:
            path = Path(scenario.entry_folder(position)) / entry["file"]
            entry["file"] = path.name
            entry["file_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return content


def canonical_json(content: Mapping[str, Any]) -> str:
    """One text for one content: keys sorted, no spaces, no NaN."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def content_hash(
    resolved: Mapping[str, Any], data_checksums: Mapping[str, str], version: str
) -> str:
    """First twelve hex digits of the SHA-256 of content, data checksums and code version."""
    text = canonical_json({"scenario": resolved, "data": dict(data_checksums), "version": version})
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:HASH_DIGITS]
