"""What a figure is drawn from, and what the counts themselves give cause to say."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from taskforce_analysis import tables
from taskforce_analysis.issues import Issue
from taskforce_analysis.tables import rows_of
from taskforce_analysis.tallying.counting import COUNT, KEY
from taskforce_analysis.tallying.engines import Engine, counted, engine_of, fetch
from taskforce_analysis.tallying.grouping import with_groups

if TYPE_CHECKING:
    import pandas as pd

SMALL = 5
PLACES = ["form", "phase", "measure"]


def distribution(answers: Any, *, by: Sequence[str] = ()) -> "pd.DataFrame":
    """How often each answer was given, as `tables.distribution`.

    `answers` is the answers table in any engine, in long form.
    """
    engine = engine_of(answers)
    return _counted(engine, ["answer"], table=tables.distribution, by=by)


def durations(answers: Any, *, by: Sequence[str] = ()) -> "pd.DataFrame":
    """Days from start to end, counted, as `tables.durations`; deadlines only.

    `answers` is the answers table in any engine, in long form.
    """
    import narwhals as nw

    engine = engine_of(answers)
    engine.need(["days", "score"])
    is_open = nw.col("open") == "yes" if engine.has("open") else nw.col("days") < 0
    applies = ~nw.col("days").is_null() & (nw.col("score") != "not_applicable")
    timed = engine.frame.filter(applies).with_columns(open=is_open)
    columns = (*engine.columns, "open")
    return _counted(
        Engine(timed, columns), ["days", "open"], table=tables.durations, by=by
    )


def _counted(
    engine: Engine, more: Sequence[str], *, table: tables.Table, by: Sequence[str]
) -> "pd.DataFrame":
    engine.need([*PLACES, *by, *more])
    found = fetch(counted(engine.frame, [*PLACES, *by, *more]), COUNT)
    if "open" in found:
        days = found["days"].astype("float64").astype("Int64")
        found = found.assign(days=days, open=found["open"].str.lower() == "true")
    grouped = with_groups(found, by).groupby([*KEY, *more])["count"].sum()
    return tables.check(grouped.reset_index(), table)


def tally_issues(tallied: "pd.DataFrame") -> list[Issue]:
    """What the counts themselves give cause to say: no applicable case, small cells."""
    found = []
    for row in rows_of(tallied[tallied["basis"] == "crude"]):
        place = {"phase": row.phase, "group": row.group, "measure": row.measure}
        if row.applicable == 0:
            found.append(Issue("DENOMINATOR_ZERO", **place))
        elif 0 < row.compliant < SMALL or 0 < row.noncompliant < SMALL:
            found.append(Issue("SMALL_CELL", **place))
    return found
