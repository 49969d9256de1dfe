"""`triffin sweep` writes to the folder that was named, and goes on in it."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import triffin


def test_a_sweep_goes_to_the_folder_that_was_named(workplace: Path) -> None:
    words = ("sweep", "universal-10", "--draws", "2", "--workers", "1", "--out", "big", "--json")
    done = triffin(*words)
    assert done.code == 0, done.err
    assert done.json["folder"] == "big"
    assert json.loads((workplace / "big" / "sweep.json").read_text())["draws"] == 2
    again = triffin(*words, "--resume")
    assert again.json["kept_blocks"] == 1
    assert [entry["median"] for entry in again.json["headline"]] == [
        entry["median"] for entry in done.json["headline"]
    ]
