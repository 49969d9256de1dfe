"""Small files that claim, or would become, gigabytes: the program must bound what it reads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from .bad import Bad, Generator, pick


def _workbook(folder: Path, sheet: str, strings: str = "") -> None:
    """A minimal workbook with one sheet, `economies`, of the given XML."""
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats'
        '-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{ns}" xmlns:r="{rel}"><sheets><sheet '
        'name="economies" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": strings + f'<worksheet xmlns="{ns}">{sheet}</worksheet>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    (folder / "own.xlsx").write_bytes(content.getvalue())


def entity_bomb(rng: Generator, folder: Path) -> Bad:
    """A workbook whose XML entities stand for 10^9 letters."""
    entities = ['<!ENTITY e0 "lollollollol">']
    entities += [f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 9)]
    dtd = f'<?xml version="1.0"?><!DOCTYPE worksheet [{"".join(entities)}]>'
    cell = (
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e8;</t></is></c></row></sheetData>'
    )
    _workbook(folder, cell, dtd)
    how = pick(rng, (("trade", "own.xlsx", "--set", "A.B=1%"), ("check", "own.xlsx")))
    return Bad(tuple(how), file="own.xlsx", place=False)


def size_bomb(rng: Generator, folder: Path) -> Bad:
    """A workbook that claims a million rows of sixteen thousand columns, or a cell far out."""
    if rng.random() < 0.5:
        body = (
            '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            "</sheetData>"
        )
    else:
        body = '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    _workbook(folder, body)
    return Bad(("check", "own.xlsx"), file="own.xlsx", place=False)


def array_bomb(rng: Generator, folder: Path) -> Bad:
    """An .npz archive whose array claims, or compresses to nothing, gigabytes."""
    claims = rng.random() < 0.5
    shape = (40_000, 40_000)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    with zipfile.ZipFile(folder / "own.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("trade", "gdp", "economies"):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                member.write(header.getvalue())
                # Claimed only, or 256 MB of zeros that weigh a quarter of a megabyte.
                for _ in range(0 if claims else 16):
                    member.write(bytes(16 * 2**20))
    how = pick(rng, (("trade", "own.npz", "--set", "A.B=1%"), ("check", "own.npz")))
    return Bad(tuple(how), file="own.npz", place=False)
