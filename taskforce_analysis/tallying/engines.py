"""One frame, whichever engine holds it: pandas, Polars, PyArrow, DuckDB, Dask, Spark.

The rows stay where they lie. A question is a grouped count that the engine answers;
what comes back is a few thousand rows, and becomes a plain pandas frame.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taskforce_analysis.errors import wrong_use

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

_MOVING = "Dask support is moving out of Narwhals"


@dataclass(frozen=True, eq=False)
class Engine:
    """A frame of any engine and the names of its columns; nothing is computed yet."""

    frame: "nw.LazyFrame[Any]"
    columns: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Whether the frame has a column of this name."""
        return name in self.columns

    def need(self, names: Sequence[str]) -> None:
        """Raise UsageError when a column is lacking; says which."""
        lacking = [name for name in names if not self.has(name)]
        if lacking:
            listed = ", ".join(lacking)
            raise wrong_use(f"the table has no column {listed}", "Check its columns")


def engine_of(native: Any) -> Engine:
    """The engine behind a frame; UsageError for what is no frame."""
    import narwhals as nw

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_MOVING, category=FutureWarning)
        try:
            frame = nw.from_native(native).lazy()
        except TypeError:
            kinds = "pandas, Polars, PyArrow, DuckDB, Dask or Spark"
            raise wrong_use("the answers are no frame", f"Give {kinds}") from None
    return Engine(frame, tuple(frame.collect_schema().names()))


def counted(frame: "nw.LazyFrame[Any]", keys: Sequence[str]) -> "nw.LazyFrame[Any]":
    """How many rows there are per key, as texts and `count`; still in the engine."""
    import narwhals as nw

    grouped = frame.group_by(*keys).agg(nw.len().alias("count"))
    return grouped.select(*as_text(keys), nw.col("count").cast(nw.Int64))


def as_text(keys: Sequence[str]) -> list["nw.Expr"]:
    """The columns as texts, so that codes, categories and enums all come out alike."""
    import narwhals as nw

    return [nw.col(name).cast(nw.String) for name in keys]


def fetch(frame: "nw.LazyFrame[Any]", types: Mapping[str, Any]) -> "pd.DataFrame":
    """The engine's small answer as a pandas frame; `types` of columns not texts."""
    import pandas as pd

    columns = frame.collect().to_dict(as_series=False)
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=types.get(name, "str"))
            for name, values in columns.items()
        }
    )
