"""Small files that claim, or would become, gigabytes are refused before anything is made."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from triffin.world import InputError
from triffin.world.base.array_archive import LARGEST_ARRAYS, unpacked
from triffin.world.base.yaml_files import read_yaml
from triffin.world.data.own.workbooks import read_workbook


def archive(shape: tuple[int, ...], content: bytes) -> bytes:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("trade.npy", header.getvalue() + content)
    return found.getvalue()


def test_an_array_that_claims_more_than_it_has_is_refused() -> None:
    with pytest.raises(InputError, match=r"trade\.npy claims 12,800,000,000 bytes"):
        unpacked(archive((40_000, 40_000), b""), "own.npz", "world")


def test_an_array_that_unpacks_to_gigabytes_is_refused() -> None:
    bomb = archive((LARGEST_ARRAYS // 8 + 1,), bytes(LARGEST_ARRAYS + 8))
    assert len(bomb) < 1_000_000
    with pytest.raises(InputError, match="unpack to more than 300 MB"):
        unpacked(bomb, "own.npz", "world")


def test_what_is_within_the_bounds_is_read() -> None:
    values = np.arange(6.0)
    content = archive((2, 3), values.tobytes())
    assert np.array_equal(unpacked(content, "own.npz", "world")["trade"], values.reshape(2, 3))


def workbook(path: Path, sheet: str) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.save(path)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in parts.items():
            target.writestr(name, text)
    return path


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_a_workbook_with_entities_of_its_own_is_refused(tmp_path: Path) -> None:
    sheet = (
        '<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "lol">]>'
        f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c>'
        "</row></sheetData></worksheet>"
    )
    with pytest.raises(InputError, match="defines XML entities"):
        read_workbook(workbook(tmp_path / "own.xlsx", sheet))


def test_a_cell_far_out_is_refused_and_a_claimed_size_is_not_believed(tmp_path: Path) -> None:
    far = '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with pytest.raises(InputError, match="16,384 cells"):
        read_workbook(workbook(tmp_path / "far.xlsx", f"<worksheet {MAIN}>{far}</worksheet>"))
    wide = (
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="3"><c r="B3"><v>2.5</v></c></row></sheetData>'
    )
    sheets = read_workbook(workbook(tmp_path / "own.xlsx", f"<worksheet {MAIN}>{wide}</worksheet>"))
    assert list(sheets.values()) == [[["1", ""], [], ["", "2.5"]]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * 20_000 + "1" + "]" * 20_000, "nested too deeply"),
        ("a: " + "{a: " * 3_000 + "1" + "}" * 3_000, "nested too deeply"),
        ("- " * 4_000 + "1", "nested too deeply"),
        ("a: &a [x, x]\nb: [*a, *a]\n", "anchors and aliases"),
        ("a: 2025-02-29\n", "February 2025 has 28 days.*2025-02-28"),
        ("a: 2025-13-01\n", "not a date"),
        ("a: !!python/object:os.system x\n", "tag"),
    ],
)
def test_yaml_of_any_kind_is_bounded_and_its_days_are_of_the_calendar(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"own.yaml.*{message}"):
        read_yaml(path)


def test_brackets_in_texts_are_no_nesting(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("".join(f'a{k}: "[0, 1)"\n' for k in range(500)), encoding="utf-8")
    assert len(read_yaml(path)) == 500
