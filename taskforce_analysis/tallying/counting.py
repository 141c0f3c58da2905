"""The grouped counts that a tally asks of a frame, whichever engine holds it.

The rows of pandas, Polars, PyArrow, DuckDB, Dask or Spark stay where they lie. A query
is a grouped count that the engine answers; what comes back is a few thousand rows, and
becomes a plain pandas frame. Long is the answers table, one row per unit and measure.
Wide is one row per unit and one column of answers per measure; each column is counted
together with those that decide whether the measure applies, and nothing is melted.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.checking.rescoring import with_scores
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Form
from taskforce_analysis.privacy import redact
from taskforce_analysis.settings import Settings
from taskforce_analysis.tables import UNSAID, names_in, with_groups

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    import narwhals as nw
    import pandas as pd
    from narwhals.typing import IntoFrame

    Lazy: TypeAlias = "nw.LazyFrame[Any]"  # in whichever engine

USED = ("form", "group", "phase", "measure", "score", "answer", "law", "cluster")
USED += ("case_id", "unit_id", "file", "limit")
_MOVING = "Dask support is moving out of Narwhals"


@dataclass(frozen=True, eq=False)
class Engine:
    """A frame of any engine and the names of its columns; nothing is computed yet."""

    frame: "Lazy"
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


def engine_of(native: "IntoFrame") -> Engine:
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


def count_by(frame: "Lazy", keys: Sequence[str]) -> "Lazy":
    """How many rows there are per key, as texts and `count`; still in the engine."""
    import narwhals as nw

    grouped = frame.group_by(*keys).agg(nw.len().alias("count"))
    return grouped.select(*_as_text(keys), nw.col("count").cast(nw.Int64))


def _as_text(keys: Sequence[str]) -> list["nw.Expr"]:
    """The columns as texts, so that codes, categories and enums all come out alike."""
    import narwhals as nw

    return [nw.col(name).cast(nw.String) for name in keys]


def fetch(counts: "Lazy") -> "pd.DataFrame":
    """The engine's small answer as a pandas frame: `count`, and texts."""
    import pandas as pd

    columns = counts.collect().to_dict(as_series=False)
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype="int64" if name == "count" else "str")
            for name, values in columns.items()
        }
    )


def grouping_of(engine: Engine, by: Sequence[str]) -> list[str]:
    """The columns that make the groups: those of `by`, or else the frame's own."""
    own = ["group"] if engine.has("group") else []
    return list(by) or own


def in_groups(counts: "pd.DataFrame", by: Sequence[str]) -> "pd.DataFrame":
    """The counts with `group` by these attributes, or as the frame itself had it."""
    if by or "group" not in counts:
        return with_groups(counts, by)
    # What lies in an engine was not checked, and a group is shown.
    return counts.assign(group=counts["group"].fillna(UNSAID).map(redact))


@dataclass(frozen=True, kw_only=True, eq=False)
class Query:
    """What is to be counted, in which engine, by which form; settled beforehand."""

    engine: Engine
    form: Form
    by: tuple[str, ...]
    settings: Settings

    @property
    def is_long(self) -> bool:
        """Whether there is one row per unit and measure."""
        return self.engine.has("measure")

    @property
    def phase_and_group(self) -> list[str]:
        """The columns that make a phase and a group."""
        return ["phase", *grouping_of(self.engine, self.by)]

    @property
    def has_cases(self) -> bool:
        """Whether a case may hold several units, so that cases are counted apart."""
        both = self.engine.has("case_id") and self.engine.has("unit_id")
        return both and bool(self.form.decision)

    def fetch(self, counts: "Lazy") -> "pd.DataFrame":
        """The engine's counts with form and group.

        Raises UsageError for rows without a phase and for measures unknown to the form.
        """
        own = in_groups(fetch(counts).assign(form=self.form.id), self.by)
        if own["phase"].isna().any():
            raise wrong_use(
                "there are rows without a phase", "Fill in the column phase"
            )
        if "measure" in own:
            own = _of_form(own, self.form)
        return own.drop(columns=list(self.by))


def query_of(
    native: "IntoFrame", form: Form, *, by: Sequence[str], settings: Settings
) -> Query:
    """What a tally asks of a frame; rows of other forms are left out.

    Answers in long form without scores are taken into memory and scored there.
    """
    import narwhals as nw

    engine, groups = engine_of(native), names_in(by) or settings.by
    if engine.has("form"):
        # A frame in memory copies what a filter leaves: give it no more than is used.
        attributes = (attribute.id for attribute in form.attributes)
        known = {*form.measure_ids, *groups, *attributes, *USED}
        own = engine.frame.select(
            [
                name
                for name in engine.columns
                if name in known or name.startswith(tables.LIMIT_SCORE)
            ]
        )
        own = own.filter(nw.col("form") == form.id)
        engine = Engine(own, tuple(own.collect_schema().names()))
    query = Query(engine=engine, form=form, by=groups, settings=settings)
    if not query.is_long or engine.has("score") or not engine.has("answer"):
        return query
    # What is made of several answers is looked at row by row.
    rows = fetch(engine.frame.select(*_as_text(engine.columns)))
    scored = with_scores(_of_form(rows, form), form, settings)
    return replace(query, engine=engine_of(scored))


def _of_form(rows: "pd.DataFrame", form: Form) -> "pd.DataFrame":
    """The rows, of which none has a measure that the form does not know."""
    if not rows["measure"].isin(form.measure_ids).all():
        finding = "the table holds measures that the form does not have"
        raise wrong_use(finding, "Choose the form that it was made by")
    return rows


def count_long(query: Query) -> "pd.DataFrame":
    """Rows per group, phase, measure, law, answer and score, as the engine counts.

    `unseen`: kan ikke vurderes was answered, whatever it counts as; false where the
    answers are not known.
    """
    query.engine.need([*query.phase_and_group, "measure", "score"])
    more = [name for name in ("law", "answer") if query.engine.has(name)]
    keys = [*query.phase_and_group, "measure", *more, "score"]
    counts = query.fetch(count_by(query.engine.frame, keys))
    unseen = counts["answer"] == "not_assessable" if "answer" in counts else False
    return counts.assign(score=_known_scores(counts["score"]), unseen=unseen)


def _known_scores(scores: "pd.Series[str]") -> "pd.Series[str]":
    """The scores, with nothing as missing and any other text as unrecognised."""
    filled = scores.fillna("missing")
    return filled.where(filled.isin(tables.SCORES), "unrecognised")


def count_together(query: Query, measures: Sequence[str]) -> "pd.DataFrame":
    """Rows per answer and score of a measure and of those that it rests on; long form.

    The columns are `score` and `answer` of the first, `answer1` and `score1` of the
    second, and so on; empty where a unit has no row of it.
    """
    import narwhals as nw

    frame, shared = query.engine.frame, query.phase_and_group
    query.engine.need(["unit_id", "answer"])
    unit = [f"unit_{name}" for name in (*shared, "unit_id")]
    # What is empty joins with nothing, so a unit without a group needs a text.
    keys = [
        text.fill_null("").alias(name)
        for text, name in zip(_as_text([*shared, "unit_id"]), unit, strict=True)
    ]
    given = nw.col("answer").cast(nw.String).fill_null("missing")
    own = frame.filter(nw.col("measure") == measures[0])
    both = own.select(*shared, "score", given.alias("answer"), *keys)
    named = [*shared, "score", "answer"]
    for place, name in enumerate(measures[1:], 1):
        other = frame.filter(nw.col("measure") == name).select(
            *keys,
            given.alias(f"answer{place}"),
            nw.col("score").alias(f"score{place}"),
        )
        both = both.join(other, on=unit, how="left")
        named += [f"answer{place}", f"score{place}"]
    counts = query.fetch(count_by(both, named))
    return counts.assign(measure=measures[0], score=_known_scores(counts["score"]))


def count_cases(
    query: Query, keys: Sequence[str], *, law: str | None = None
) -> "pd.DataFrame":
    """Distinct cases per key, for data where a case holds several decisions."""
    import narwhals as nw

    home = ["file"] if query.engine.has("file") else []
    frame = query.engine.frame
    frame = frame if law is None else frame.filter(nw.col("law") == law)
    frame = frame.select(*keys, *home, "case_id").unique()
    return query.fetch(count_by(frame, keys))


def count_columns(query: Query, chains: Sequence[Sequence[str]]) -> "pd.DataFrame":
    """Rows per group, phase and what stands in a chain of columns; one engine query.

    A chain is a measure and those that decide whether it applies; the columns come
    back as `measure` (the chain's first), answer0, answer1, ...
    """
    import narwhals as nw

    query.engine.need(query.phase_and_group)
    longest = max(len(chain) for chain in chains)
    parts = [_count_chain(query, chain, longest) for chain in chains]
    return query.fetch(nw.concat(parts, how="vertical"))


def _count_chain(query: Query, chain: Sequence[str], longest: int) -> "Lazy":
    import narwhals as nw

    grouped = count_by(query.engine.frame, [*query.phase_and_group, *chain])
    empty = [nw.lit(None, dtype=nw.String)] * (longest - len(chain))
    answers = [*(nw.col(name) for name in chain), *empty]
    return grouped.select(
        *query.phase_and_group,
        nw.lit(chain[0]).alias("measure"),
        *(answer.alias(f"answer{place}") for place, answer in enumerate(answers)),
        "count",
    )
