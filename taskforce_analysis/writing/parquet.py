"""The answers of many workbooks in one .parquet file, so that they are read once.

It holds `tables.answers`, already checked, with the form's attributes; `run` and the
command line take it in place of the workbooks.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.atomic import whole_file
from taskforce_analysis.errors import wrong_use

if TYPE_CHECKING:
    from taskforce_analysis.results import Prepared

EXTRA = 'Write pip install "taskforce-analysis[duckdb]"'


def to_parquet(prepared: "Prepared", path: str | Path) -> Path:
    """Write the prepared answers to a .parquet file that replaces what was there.

    Raises UsageError when pyarrow is not installed, or when the workbooks hold counts
    instead of cases, which are no answers.

    >>> from tempfile import TemporaryDirectory
    >>> from taskforce_analysis.results import prepare, run
    >>> from taskforce_analysis.shipped import data_folder
    >>> prepared = prepare(measurement=data_folder("example") / "maaling.toml")
    >>> with TemporaryDirectory() as folder:
    ...     path = to_parquet(prepared, Path(folder) / "landet.parquet")
    ...     run(path).before
    'analysis'
    """
    if len(prepared.checked.counts):
        remedy = "Gather the workbooks of cases, and name this one beside them"
        raise wrong_use("a workbook holds counts instead of cases", remedy)
    answers = tables.check(prepared.checked.answers, tables.answers)
    with whole_file(path) as temporary:
        try:
            answers.to_parquet(temporary, index=False, engine="pyarrow")
        except ImportError:
            raise wrong_use("writing .parquet needs pyarrow", EXTRA) from None
    return Path(path)
