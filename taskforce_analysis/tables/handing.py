"""Handing a table over: columns in order, each of its type, the key unique."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from taskforce_analysis.tables.records import TEXT, Table

if TYPE_CHECKING:
    import pandas as pd


def check(
    frame: "pd.DataFrame", table: Table, *, unique: bool = False
) -> "pd.DataFrame":
    """The frame with the declared columns first, in order and of the declared types.

    Further columns are kept behind them where the table allows it (as text). Raises
    ValueError, which names the table and the column but no value, when a column is
    lacking, undeclared or of another type, or when the key is not unique. `unique` says
    that the key was proved so already, which spares a look at every row.
    """
    lacking = [name for name in table.names if name not in frame.columns]
    extra = [str(name) for name in frame.columns if name not in table.names]
    if lacking or (extra and not table.open):
        raise ValueError(f"table {table.name}: columns lacking {lacking}, odd {extra}")
    typed = {column.name: column.dtype for column in table.columns}
    checked = frame[[*table.names, *extra]].reset_index(drop=True)
    checked = _typed(checked, {**typed, **dict.fromkeys(extra, TEXT)}, table.name)
    if not unique and table.key and checked.duplicated(list(table.key)).any():
        raise ValueError(f"table {table.name}: the key {table.key} is not unique")
    return checked


def _typed(
    frame: "pd.DataFrame", dtypes: Mapping[str, str], name: str
) -> "pd.DataFrame":
    for column, dtype in dtypes.items():
        if frame[column].dtype == dtype:
            continue
        try:
            frame[column] = frame[column].astype(dtype)  # type: ignore[call-overload]
        except (TypeError, ValueError):
            raise ValueError(f"table {name}: {column} is not {dtype}") from None
    return frame


def rows_of(frame: "pd.DataFrame") -> Iterator[Any]:
    """The frame's rows one by one, each with its columns by name and `Index`."""
    yield from frame.itertuples()


def build(rows: Iterable[Mapping[str, Any]], table: Table) -> "pd.DataFrame":
    """A checked table from rows; columns that no row has are empty.

    >>> from taskforce_analysis.tables.declared import issues
    >>> len(build([], issues))
    0
    """
    import pandas as pd

    rows = list(rows)
    extra = {name for row in rows for name in row} - set(table.names)
    frame = pd.DataFrame(rows, columns=[*table.names, *sorted(extra)])
    return check(frame, table)
