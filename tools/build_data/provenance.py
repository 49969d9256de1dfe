"""Writing the provenance that stands beside every shipped data file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any


def write_provenance(data_file: Path, entry: dict[str, Any]) -> None:
    """Write `NAME.yaml` beside a data file: the entry plus its file name, size and SHA-256."""
    from ruamel.yaml import YAML

    content = data_file.read_bytes()
    full = {
        "name": data_file.stem,
        **entry,
        "file": data_file.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    writer = YAML()
    writer.width = 98
    writer.indent(mapping=2, sequence=4, offset=2)
    with (data_file.with_suffix(".yaml")).open("w", encoding="utf-8", newline="\n") as stream:
        writer.dump(full, stream)
    print(f"{data_file.name}: {len(content):,} bytes, sha256 {full['sha256']}")
