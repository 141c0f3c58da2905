"""What a caller gives to be read: files, folders, uploads, tables in memory, lists.

    workbooks_in(["analyse.xlsx", upload, frame])

A path is read from the disk, an open file or an upload (bytes with a name) as it is. A
table in memory (pandas, Polars, PyArrow, DuckDB, Dask, Spark) becomes a workbook of one
sheet: its columns' names are the first row, each value is the cell that Excel would
hold. It is called DataFrame 1, 2, ... in the order given, its checksum is that of its
content, and a place in it is told as row and column. No form is known here.
"""

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from io import TextIOBase
from numbers import Integral, Real
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

import numpy as np

from taskforce_analysis.errors import wrong_type, wrong_use
from taskforce_analysis.reading import read_cells, read_content
from taskforce_analysis.reading.cells import Kind, Sheet, Workbook

if TYPE_CHECKING:
    from typing import IO, TypedDict, TypeGuard

    import pandas as pd
    from narwhals.typing import IntoFrame

    class Upload(TypedDict):
        """What a widget of Jupyter gives of a file."""

        name: str
        content: bytes

    # What a run, a check and a draft take: one or several of these, in lists as well.
    OneGiven: TypeAlias = str | PurePath | IO[bytes] | IO[str] | Workbook | IntoFrame
    Given: TypeAlias = OneGiven | Mapping[str, object] | Iterable["Given"]
else:
    Given = object  # what is none of these is told here, by what may be given

ACCEPTED = (
    "a path, a folder, an open file with a name, a table (pandas, Polars, PyArrow, "
    "DuckDB), or a list of these"
)
WORKBOOKS = (
    ".xlsx",
    ".xlsm",
    ".xltx",
    ".xltm",
    ".xls",
    ".xlsb",
    ".ods",
    ".csv",
    ".sav",
)
FRAME, SHEET = "DataFrame", "data"
# What Excel counts from; before 1 March 1900 its days are not those of the calendar.
_EPOCH = datetime.fromisoformat("1899-12-30")
_FIRST_DAY = date(1900, 3, 1)


class Frame(NamedTuple):
    """A table in memory, before it is read: `columns` are its names, in order."""

    native: "IntoFrame"
    columns: tuple[str, ...]


Leaf: TypeAlias = Path | str | Workbook | Frame


def leaves_of(given: object) -> list[Leaf]:
    """What was given, one by one: paths, URLs as text, workbooks and tables.

    A folder is its workbooks and .csv in order of name, a list what is in it. Raises
    UsageError, which says what may be given, for anything else.
    """
    if isinstance(given, str | PurePath):
        return _of_path(given)
    if isinstance(given, Workbook | Frame):
        return [given]
    if isinstance(given, Mapping):
        return [_uploaded(cast("Upload", given))]
    if hasattr(given, "read") and not hasattr(given, "columns"):
        return [_opened(cast("IO[bytes] | IO[str]", given))]
    frame = _frame_of(given)
    if frame:
        return [frame]
    if isinstance(given, bytes | bytearray | memoryview):
        raise wrong_use(
            "bytes have no name, and a file's name says what it is",
            "Give the open file, or io.BytesIO(content) with a .name",
        )
    if isinstance(given, Iterable) and not isinstance(given, np.ndarray):
        return [leaf for one in given for leaf in leaves_of(one)]
    raise wrong_type(given, ACCEPTED)


def workbooks_in(given: object) -> list[Workbook]:
    """Every workbook and table in what was given, read in its order."""
    return read_leaves(leaves_of(given))


def read_leaves(leaves: Sequence[Leaf]) -> list[Workbook]:
    """The leaves as workbooks; tables in memory are numbered in their order."""
    found: list[Workbook] = []
    number = 0
    for leaf in leaves:
        if isinstance(leaf, Frame):
            number += 1
            found.append(read_frame(leaf, f"{FRAME} {number}"))
        else:
            found.append(leaf if isinstance(leaf, Workbook) else read_cells(leaf))
    return found


def _of_path(path: str | PurePath) -> list[Leaf]:
    if isinstance(path, str) and "://" in path:
        return [path]  # a database's URL
    folder = Path(path)
    try:
        is_folder = folder.is_dir()
    except (OSError, ValueError):  # a name that no file can have
        is_folder = False
    if not is_folder:
        return [folder]
    inside = sorted(one for one in folder.iterdir() if _is_workbook(one))
    if not inside:
        raise wrong_use("there is no workbook in the folder", "Name another folder")
    return [*inside]


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() in WORKBOOKS and path.is_file()


def _opened(file: "IO[bytes] | IO[str]") -> Workbook:
    name = getattr(file, "name", None) or getattr(file, "filename", None)
    if not isinstance(name, str) or not PurePath(name).name:
        raise wrong_use(
            "the open file has no name, and a file's name says what it is",
            'Write file.name = "analyse.xlsx" first',
        )
    content = file.read()
    if isinstance(file, TextIOBase) or isinstance(content, str):
        content = str(content).encode("utf-8-sig")
    return read_content(bytes(content), Path(name))


def _uploaded(given: "Upload") -> Workbook:
    """An upload as a widget of Jupyter gives it: a mapping of name and content."""
    if not {"name", "content"} <= set(given):
        raise wrong_use(
            "a dict says neither which file nor which phase comes first",
            "Give the tables one after another: run(before, after)",
        )
    return read_content(bytes(given["content"]), Path(str(given["name"])))


# Tables in memory


def _frame_of(given: object) -> Frame | None:
    """A table of an engine that narwhals knows; None for what is none."""
    if not (hasattr(given, "columns") or hasattr(given, "column_names")):
        return None
    import narwhals as nw

    if _is_pandas(given):
        # Columns may have no text for a name, levels, or the same name twice.
        has_index = any(name is not None for name in given.index.names)
        native = _with_index(given) if has_index else given
        columns = tuple(map(_name_of, native.columns))
        native = native.set_axis(range(len(columns)), axis=1)
        native.columns = native.columns.astype("str")
        return Frame(native, columns)
    native = cast("IntoFrame", given)
    try:
        frame = nw.from_native(native).lazy()
    except (TypeError, ValueError):
        raise wrong_type(given, ACCEPTED) from None
    names = frame.collect_schema().names()
    return Frame(native, tuple(map(str, names)))


def _is_pandas(native: object) -> "TypeGuard[pd.DataFrame]":
    kind = type(native)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == (
        "pandas"
    )


def _with_index(native: "pd.DataFrame") -> "pd.DataFrame":
    """The table with the levels of its index that have a name as columns."""
    unnamed: list[Hashable] = [
        at for at, name in enumerate(native.index.names) if name is None
    ]
    kept = native.droplevel(unnamed) if unnamed else native
    names = list(kept.index.names)
    fresh = [name for name in names if name not in set(kept.columns)]
    columns = kept.index.to_frame(index=False)[fresh]
    body = kept.reset_index(drop=True)
    for place, name in enumerate(fresh):
        body.insert(place, name, columns[name], allow_duplicates=True)
    return body


def _name_of(name: object) -> str:
    if isinstance(name, tuple):  # columns in levels: what stands above comes first
        return ": ".join(str(part) for part in name if part not in ("", None))
    return str(name)


def read_frame(given: object, name: str = f"{FRAME} 1") -> Workbook:
    """A table in memory as a workbook of one sheet, its columns' names in row 1.

    `given` has a row per case, or per case and measure; any engine of narwhals. The
    checksum is of names, kinds and texts, so that the same content has the same one in
    every engine. Raises UsageError for what is no table.

    >>> import pandas as pd
    >>> book = read_frame(pd.DataFrame({"Sagsnr.": [1, 2], "Svar": ["a", None]}))
    >>> book.file, book.columns, len(book.sheets[0])
    ('DataFrame 1', ('Sagsnr.', 'Svar'), 5)
    """
    frame = given if isinstance(given, Frame) else _frame_of(given)
    if frame is None:
        raise wrong_type(given, ACCEPTED)
    texts: dict[str, int] = {}
    columns = [
        _column(number, header, values, texts=texts)
        for number, (header, values) in enumerate(_values(frame), start=1)
    ]
    parts = [np.concatenate(part) for part in zip(*columns, strict=True)]
    row, column, kind, value = parts or [np.zeros(0, dtype=np.int32)] * 4
    order = np.lexsort((column, row))
    sheet = Sheet(
        SHEET,
        row[order].astype(np.int32),
        column[order].astype(np.int32),
        kind[order].astype(np.uint8),
        value[order].astype(np.int32),
        tuple(texts),
    )
    content = _content(sheet, frame.columns)
    return Workbook(
        file=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        sheets=(sheet,),
        columns=frame.columns,
    )


def _values(frame: Frame) -> Iterator[tuple[str, Iterable[object]]]:
    import narwhals as nw

    eager = nw.from_native(frame.native).lazy().collect()
    for header, name in zip(frame.columns, eager.columns, strict=True):
        yield header, eager[name].to_list()


class _Column(NamedTuple):
    row: np.ndarray
    column: np.ndarray
    kind: np.ndarray
    value: np.ndarray


def _column(
    number: int, header: str, values: Iterable[object], *, texts: dict[str, int]
) -> _Column:
    rows, kinds, places = [1], [Kind.TEXT], [texts.setdefault(header, len(texts))]
    for row, one in enumerate(values, start=2):
        cell = _cell(one)
        if cell is not None:
            rows.append(row)
            kinds.append(cell[0])
            places.append(texts.setdefault(cell[1], len(texts)))
    lines = np.array(rows, dtype=np.int64)
    return _Column(lines, np.full(len(rows), number), np.array(kinds), np.array(places))


def _cell(value: object) -> tuple[Kind, str] | None:
    """The cell that a value is in a workbook; None for no value at all."""
    plain = value.value if isinstance(value, Enum) else value
    if isinstance(plain, str):
        return (Kind.TEXT, plain) if plain else None
    if _is_nothing(plain):
        return None
    if isinstance(plain, bool | np.bool_):
        return Kind.BOOLEAN, str(int(plain))
    if isinstance(plain, date):  # a datetime is one too
        return _day(plain)
    if isinstance(plain, Real | Decimal):
        return _number(cast("float | Decimal", plain))
    return Kind.TEXT, str(plain)


def _is_nothing(value: object) -> bool:
    # pandas' NA is neither equal nor unequal to itself; NaN alone is unequal.
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, Real | Decimal) and value != value  # noqa: PLR0124


def _number(value: float | Decimal) -> tuple[Kind, str]:
    if isinstance(value, Integral):
        return Kind.NUMBER, str(int(value))
    if value in (float("inf"), float("-inf")):
        return Kind.ERROR, "#NUM!"
    is_whole = value == int(value) and abs(value) < 1e15
    # A whole number that stands beside an empty cell is a float in pandas.
    return Kind.NUMBER, str(int(value)) if is_whole else repr(float(value))


def _day(value: date) -> tuple[Kind, str]:
    when = value if isinstance(value, datetime) else datetime.combine(value, time())
    when = when.replace(tzinfo=None)  # the day is that of the clock on the wall
    if when.date() < _FIRST_DAY:
        return Kind.TEXT, when.isoformat(" ")
    passed = when - _EPOCH
    seconds = passed.seconds + passed.microseconds / 1e6
    number = passed.days + seconds / 86_400 if seconds else passed.days
    return Kind.DATE, repr(number)


def _content(sheet: Sheet, columns: Sequence[str]) -> bytes:
    """Every cell in order as bytes, for the checksum."""
    lines = [
        f"{row}\t{column}\t{kind}\t{len(text)}\t{text}"
        for row, column, kind, text in zip(
            sheet.row.tolist(),
            sheet.column.tolist(),
            sheet.kind.tolist(),
            map(sheet.texts.__getitem__, sheet.value.tolist()),
            strict=True,
        )
    ]
    return "\n".join([f"{len(columns)}", *lines]).encode("utf-8", "surrogatepass")
