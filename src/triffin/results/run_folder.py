"""The run folder: written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from triffin.record import tables
from triffin.record.record import Record
from triffin.record.store import DATA, REPORT, check_target, write_data, write_manifest
from triffin.record.table_files import write_csv, write_parquet
from triffin.record.tables import TABLES
from triffin.results.report.page import build_report
from triffin.world.base.atomic_files import atomic_folder


def save(record: Record, directory: str | Path) -> Path:
    """Write a run folder and return its path.

    Files: report.html, economies.csv and .parquet (phase × closure × economy), draws.parquet,
    flows.parquet, headline.csv, partners.csv and paths.csv where the scenario asks for them,
    data.nc (everything, netCDF 3) and, last, manifest.json with the headline and the SHA-256 of
    every other file. The same content gives the same bytes in every
    file but the manifest, which also holds times.

    Everything is written to a sibling `.NAME.partial-PID` and renamed at the end; an interrupted
    run leaves nothing that looks complete, and an existing run is replaced only at the end.

    Raises InputError if `directory` is a file, or holds files that no run wrote.
    """
    target = Path(directory)
    check_target(target)
    with atomic_folder(target) as partial:
        economies = tables.economies(record)
        named = f"{record.manifest['scenario']}-{record.identity}"
        write_csv(economies.assign(run=named), partial / "economies.csv")
        write_parquet(economies, partial / "economies.parquet", record)
        write_parquet(tables.draws(record, whole=False), partial / "draws.parquet", record)
        write_parquet(tables.flows(record), partial / "flows.parquet", record)
        write_csv(tables.headline(record).assign(run=named), partial / "headline.csv")
        for name in ("partners", "paths"):
            frame = TABLES[name](record)
            if not frame.empty:
                write_csv(frame.assign(run=named), partial / f"{name}.csv")
        write_data(record, partial / DATA)
        (partial / REPORT).write_text(build_report(record), encoding="utf-8")
        write_manifest(record, partial)
    return target
