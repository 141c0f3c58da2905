"""The declared tables: what passes from one stage to the next.

Each table is a plain DataFrame whose columns, types, key and meaning stand here and
nowhere else; the data dictionary is printed from them. `check` is called at every
hand-over: columns in order, each of its type, the key unique. Rates are shares in
[0, 1]; percent exists only in a Language.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.privacy import redact

if TYPE_CHECKING:
    import pandas as pd
    from _typeshed import DataclassInstance

Frame = TypeVar("Frame")  # of any engine
Row = TypeVar("Row", bound="DataclassInstance")
Cell: TypeAlias = str | float | bool | None  # what a row in the making holds
TEXT, COUNT, SHARE, DAYS, FLAG = "str", "int64", "float64", "Int64", "boolean"
ANSWERS = (
    "yes",
    "partly",
    "no",
    "not_applicable",
    "not_assessable",
    "missing",
    "unrecognised",
)
WITHOUT_ANSWER = ANSWERS[3:]
SCORES = (
    "compliant",
    "noncompliant",
    "not_applicable",
    "not_assessable",
    "not_due",
    "missing",
    "unrecognised",
)
VERDICTS = ("improved", "worsened", "uncertain", "too_few", "not_comparable")
ROLES = ("primary", "exploratory", "unplanned")
# What one count of the tally, the days or the answers is about.
KEY = ["form", "group", "phase", "measure"]
# The measure's name for a reader, in the reader's language. It is put in where a table
# is handed out and taken away where one is handed over: no stage counts on a wording.
LABEL = "label"
# And the phases' names: the column behind each that holds a phase's id.
PHASE_LABELS = {name: f"{name}_label" for name in ("phase", "before", "after")}
INDEX = "index"  # of the comparison: the measure, and basis, of several requirements
ALL = "all"  # the one group, where `by` asks for none
UNSAID, APART = "-", " · "  # a group that nothing names; between two names
# Columns of the answers: the score by the limits of a phase's last month, by its id.
LIMIT_SCORE = "limit_score:"
FOR_PERCENTILE = 40  # cases, before the slowest tenth is told


def is_told_as_found(verdict: str, role: str) -> bool:
    """Whether a measure's verdict is told as what was found, not chosen beforehand.

    So is all that a plan left out. Without a plan nothing was chosen: what stands out
    is told so too, and that it cannot be decided needs no reservation.

    >>> [is_told_as_found("improved", role) for role in ROLES]
    [False, True, True]
    """
    is_open = role == "exploratory" and verdict == "uncertain"
    stands_out = role in ROLES[1:] and verdict in VERDICTS[:2]
    return is_open or stands_out


def verdict_key(verdict: str, role: str) -> str:
    """The key of a verdict's words; what was found never has those of what decided.

    >>> verdict_key("worsened", "unplanned"), verdict_key("uncertain", "unplanned")
    ('verdict.exploratory_worsened', 'verdict.uncertain')
    """
    return f"verdict.{'exploratory_' * is_told_as_found(verdict, role)}{verdict}"


@dataclass(frozen=True)
class SchemaColumn:
    """One column of a declared table: its name, type and meaning."""

    name: str
    dtype: str
    meaning: str


@dataclass(frozen=True)
class Schema:
    """A declared table; exists so that a stage can rely on what it is given."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[SchemaColumn, ...]
    open: bool = False  # may carry further text columns (a form's attributes)
    labelled: bool = False  # `Results` hands it out with labels of measures and phases

    @property
    def names(self) -> list[str]:
        """The declared column names in order."""
        return [column.name for column in self.columns]


def _columns(*rows: tuple[str, str, str]) -> tuple[SchemaColumn, ...]:
    return tuple(SchemaColumn(*row) for row in rows)


_FORM_AND_PHASE = (
    ("form", TEXT, "the form's id"),
    ("phase", TEXT, "the phase's id, in the form's order in time"),
)
_WHERE = (
    ("file", TEXT, "the workbook's name, without its folder, redacted"),
    ("sheet", TEXT, "the sheet's name, redacted"),
    ("cell", TEXT, "the cell's address"),
)

reviews = Schema(
    "reviews",
    "one answer by one reviewer, where a workbook has a reviewer column",
    ("form", "phase", "unit_id", "measure", "reviewer"),
    _columns(
        *_FORM_AND_PHASE,
        ("case_id", TEXT, "the case"),
        ("unit_id", TEXT, "the case, or the case and decision"),
        ("measure", TEXT, "the measure's id"),
        ("reviewer", TEXT, "R1, R2, ...; never a name"),
        ("answer", TEXT, "the answer as given"),
        *_WHERE,
    ),
    open=True,
)
answers = Schema(
    "answers",
    "one answer to one measure for one unit",
    ("form", "phase", "group", "unit_id", "measure"),
    _columns(
        *_FORM_AND_PHASE,
        ("group", TEXT, "the group that `by` asks for; all without one"),
        ("case_id", TEXT, "the case"),
        ("unit_id", TEXT, "the case, or the case and decision, over all files"),
        ("measure", TEXT, "the measure's id"),
        ("answer", TEXT, "the answer as given: " + ", ".join(ANSWERS) + " or a grade"),
        ("score", TEXT, "after the form's rule: " + ", ".join(SCORES)),
        ("days", DAYS, "days from start to end; only for a deadline measure"),
        *_WHERE,
    ),
    open=True,
)
issues = Schema(
    "issues",
    "everything odd, one row per code, sheet and column",
    (),
    _columns(
        ("severity", TEXT, "error or warning"),
        ("code", TEXT, "what is odd; the text comes from the language file"),
        *_WHERE,
        ("case_id", TEXT, "the case, where there is one"),
        ("phase", TEXT, "the phase's id, where there is one"),
        ("group", TEXT, "the group, where there is one"),
        ("measure", TEXT, "the measure's id, where there is one"),
        ("count", COUNT, "how many cells or rows the row stands for"),
        ("found", TEXT, "what was found, described; never a cell's text"),
        ("expected", TEXT, "what was expected, or the nearest known name"),
    ),
)
_COUNTS = (
    ("cases", COUNT, "distinct cases"),
    ("units", COUNT, "distinct units: cases or decisions"),
    ("compliant", COUNT, "opfyldt"),
    ("noncompliant", COUNT, "ikke opfyldt"),
    ("not_applicable", COUNT, "ikke relevant"),
    ("not_assessable", COUNT, "kan ikke vurderes"),
    ("not_due", COUNT, "the deadline lies after the date of measurement"),
    ("missing", COUNT, "ikke besvaret"),
    ("unrecognised", COUNT, "could not be read; only where a run was forced"),
    ("applicable", COUNT, "compliant and noncompliant: relevante sager"),
)
_ROW = (
    ("form", TEXT, "the form's id"),
    ("group", TEXT, "the group; all without one"),
    ("phase", TEXT, "the phase's id"),
    ("measure", TEXT, "the measure's id"),
)
tally = Schema(
    "tally",
    "counts and rate of one measure in one phase; of a condition, how many met it",
    ("form", "group", "phase", "measure", "basis"),
    _columns(
        *_ROW,
        (
            "basis",
            TEXT,
            "crude, law:..., limit:..., condition, assessable, unconditional, stock",
        ),
        *_COUNTS,
        ("rate", SHARE, "compliant of applicable; empty when none is applicable"),
        ("rate_low", SHARE, "the interval's lower limit"),
        ("rate_high", SHARE, "the interval's upper limit"),
        ("rate_lowest", SHARE, "lowest rate over every filling-in of the unknown"),
        ("rate_highest", SHARE, "highest rate over every filling-in of the unknown"),
        ("confidence", SHARE, "the interval's level"),
        ("interval", TEXT, "the method of the interval"),
        ("target", SHARE, "the measure's target, where it has one"),
        ("against_target", TEXT, "over, under, cannot_tell, or empty"),
        ("headline", FLAG, "the measure's one row; limit:before if its limit changed"),
    ),
    labelled=True,
)
comparison = Schema(
    "comparison",
    "one measure compared between two phases",
    ("form", "group", "measure", "basis", "before", "after"),
    _columns(
        ("form", TEXT, "the form's id"),
        ("group", TEXT, "the group; all without one"),
        ("measure", TEXT, "the measure's id"),
        ("basis", TEXT, "as in the tally"),
        ("primary", FLAG, "declared to decide, and this is the row that does"),
        ("role", TEXT, "of the measure: " + ", ".join(ROLES) + " (no plan)"),
        ("before", TEXT, "the earlier phase's id"),
        ("after", TEXT, "the later phase's id"),
        ("compliant_before", COUNT, "opfyldt before"),
        ("applicable_before", COUNT, "relevante sager before"),
        ("rate_before", SHARE, "rate before"),
        ("compliant_after", COUNT, "opfyldt after"),
        ("applicable_after", COUNT, "relevante sager after"),
        ("rate_after", SHARE, "rate after"),
        ("difference", SHARE, "rate after less rate before"),
        ("difference_low", SHARE, "the interval's lower limit"),
        ("difference_high", SHARE, "the interval's upper limit"),
        ("confidence", SHARE, "the interval's level, at which the row is decided"),
        ("method", TEXT, "the method of interval and p-value"),
        ("p_value", SHARE, "two-sided, unadjusted"),
        ("p_adjusted", SHARE, "adjusted over the primary measures"),
        ("adjustment", TEXT, "none, holm or bonferroni"),
        ("verdict", TEXT, ", ".join(VERDICTS)),
        ("decided_by", TEXT, "interval, unconditional, or the reason for no verdict"),
        ("margin", SHARE, "how much lower still counts as no worse, where declared"),
        ("no_worse", FLAG, "whether the interval rules out a fall of the margin"),
        ("robust", FLAG, "whether the verdict stands whatever the unknown were"),
        ("reservation", TEXT, "what the verdict sentence must carry, by code"),
        ("clusters", "Int64", "caseworkers or teams behind the cases, where known"),
        ("tipping", SHARE, "the design effect at which the verdict would tip"),
        ("stands_under_partly", FLAG, "whether delvist may be read either way"),
        ("headline", FLAG, "the measure's one row; limit:before if its limit changed"),
        ("mean_before", SHARE, "of an index: mean share of requirements kept, before"),
        ("mean_after", SHARE, "of an index: mean share of requirements kept, after"),
    ),
    labelled=True,
)
distribution = Schema(
    "distribution",
    "how often each answer was given",
    ("form", "group", "phase", "measure", "answer"),
    _columns(
        *_ROW,
        ("answer", TEXT, "the answer as given"),
        ("count", COUNT, "how many units"),
    ),
    labelled=True,
)
durations = Schema(
    "durations",
    "days from start to end, counted",
    ("form", "group", "phase", "measure", "days", "open"),
    _columns(
        *_ROW,
        ("days", DAYS, "days from start to end, or to the date of measurement"),
        ("open", FLAG, "whether the end had not come on the date of measurement"),
        ("count", COUNT, "how many units"),
    ),
    labelled=True,
)
days = Schema(
    "days",
    "how many days it took in one phase, and the difference of two phases' medians",
    ("form", "group", "measure", "basis", "phase"),
    _columns(
        *_ROW,
        ("basis", TEXT, "crude, or difference: phase less the phase in `before`"),
        ("before", TEXT, "the earlier phase of a difference; else empty"),
        ("cases", COUNT, "units with days; in a difference those of both phases"),
        ("open", COUNT, "those of them whose end had not come"),
        ("median", SHARE, "days by which half had ended; open cases count until now"),
        ("median_low", SHARE, "the interval's lower limit, in days"),
        ("median_high", SHARE, "the interval's upper limit, in days"),
        ("lower_quartile", SHARE, "days by which a quarter had ended"),
        ("upper_quartile", SHARE, "days by which three quarters had ended"),
        ("percentile_90", SHARE, "days by which nine in ten had ended; from 40 cases"),
        ("compliant", COUNT, "opfyldt: inside the limit"),
        ("applicable", COUNT, "relevante sager: the limit has run out"),
        ("rate", SHARE, "compliant of applicable; the primary result"),
        ("compliant_longer", COUNT, "inside 1.5 times the limit"),
        ("applicable_longer", COUNT, "1.5 times the limit has run out"),
        ("rate_longer", SHARE, "share inside 1.5 times the limit"),
        ("confidence", SHARE, "the intervals' level"),
        ("drawn_on", TEXT, "receipt, decision (days only describe) or unknown"),
    ),
    labelled=True,
)
limits = Schema(
    "limits",
    "which limits the cases of a measure were judged by",
    ("form", "group", "phase", "measure", "limit"),
    _columns(
        *_ROW,
        ("limit", TEXT, "the limit as the rule says it: 8 weeks, 4 months"),
        ("shortest", DAYS, "the fewest days that it allowed a case"),
        ("longest", DAYS, "the most days that it allowed a case"),
    ),
    labelled=True,
)
overdue = Schema(
    "overdue",
    "days over the limit, counted",
    ("form", "group", "phase", "measure", "over", "open"),
    _columns(
        *_ROW,
        ("over", DAYS, "days over the limit until the end, or until the measurement"),
        ("open", FLAG, "whether the end had not come on the date of measurement"),
        ("count", COUNT, "how many units"),
    ),
    labelled=True,
)
withheld = Schema(
    "withheld",
    "which rows of the tally disclosure control took out; never why",
    ("form", "group", "phase", "measure", "basis"),
    _columns(*_ROW, ("basis", TEXT, "as in the tally")),
)
DECLARED = (
    *(reviews, answers, issues, tally, comparison, distribution),
    *(durations, days, limits, overdue, withheld),
)


def check(
    frame: "pd.DataFrame",
    table: Schema,
    *,
    unique: bool = False,
    categories: bool = False,
) -> "pd.DataFrame":
    """The frame with the declared columns first, in order and of the declared types.

    Further columns are kept behind them where the table allows it (as text), and labels
    for a reader are left out. Raises
    ValueError, which names the table and the column but no value, when a column is
    lacking, undeclared or of another type, or when the key is not unique. `unique` says
    that the key was proved so already, which spares a look at every row, `categories`
    that texts may be categories and stay so.
    """
    lacking = [name for name in table.names if name not in frame.columns]
    if table.labelled:
        frame = frame.drop(columns=[LABEL, *PHASE_LABELS.values()], errors="ignore")
    extra = [str(name) for name in frame.columns if name not in table.names]
    if lacking or (extra and not table.open):
        raise ValueError(f"table {table.name}: columns lacking {lacking}, odd {extra}")
    typed = {column.name: column.dtype for column in table.columns}
    typed |= dict.fromkeys(extra, TEXT)
    if categories:
        typed = {n: one for n, one in typed.items() if frame[n].dtype != "category"}
    checked = frame[[*table.names, *extra]].reset_index(drop=True)
    checked = _typed(checked, typed, table.name)
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


def with_labels(
    frame: "pd.DataFrame", measures: Mapping[str, str], phases: Mapping[str, str]
) -> "pd.DataFrame":
    """A table with labels behind its ids; it is changed where it lies.

    `label` stands behind `measure`, `phase_label`, `before_label` and `after_label`
    behind the phases that the table has. `measures` and `phases` are labels by id; what
    has none has its id.
    """
    _put_behind(frame, "measure", LABEL, labels=measures)
    for name, label in PHASE_LABELS.items():
        if name in frame.columns:
            _put_behind(frame, name, label, labels=phases)
    return frame


def _put_behind(
    frame: "pd.DataFrame", name: str, label: str, *, labels: Mapping[str, str]
) -> None:
    import pandas as pd

    named = [labels.get(one, one) for one in frame[name]]
    column = pd.Series(named, index=frame.index, dtype="str")  # also where it is empty
    if label in frame.columns:
        frame[label] = column
    else:
        frame.insert(list(frame.columns).index(name) + 1, label, column)


def as_texts(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame with texts where it has categories, as a long table of answers does."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category"), TEXT))


def names_in(names: str | Iterable[str]) -> tuple[str, ...]:
    """The names as a tuple; a text is one name, and not its letters.

    >>> names_in("team"), names_in(["team", "area"])
    (('team',), ('team', 'area'))
    """
    return (names,) if isinstance(names, str) else tuple(names)


def with_groups(answers: Frame, by: Sequence[str]) -> Frame:
    """The answers with `group` made of the attributes `by`; "all" where it names none.

    `answers` is a frame in memory (pandas), or of an engine that narwhals knows, where
    nothing is computed yet. Raises UsageError when a column of `by` is lacking.

    >>> import pandas as pd
    >>> cases = pd.DataFrame({"area": ["north", None], "law": ["SEL", "BL"]})
    >>> list(with_groups(cases, ["area", "law"])["group"])
    ['north · SEL', ' · BL']
    """
    import narwhals as nw
    import pandas as pd

    rows, by = nw.from_native(cast("Any", answers)), names_in(by)
    lacking = [name for name in by if name not in rows.collect_schema().names()]
    if lacking:
        finding = f"the table has no column {', '.join(lacking)}"
        raise wrong_use(finding, "Check its columns")
    if not by:
        return rows.with_columns(group=nw.lit(ALL)).to_native()
    if isinstance(answers, pd.DataFrame):
        return cast("Frame", answers.assign(group=_group_labels(answers[[*by]])))
    texts = [nw.col(name).cast(nw.String).fill_null("") for name in by]
    label = nw.concat_str(texts, separator=APART)
    named = nw.when(label != "").then(label).otherwise(nw.lit(UNSAID))
    return rows.with_columns(group=named).to_native()


def _group_labels(attributes: "pd.DataFrame") -> "pd.Series[str]":
    """The group of each row: each distinct combination is named once."""
    import pandas as pd

    alike = attributes.groupby([*attributes], dropna=False, observed=True, sort=False)
    number = alike.ngroup()
    first = attributes.astype("str").fillna("")[~number.duplicated()]
    # What lies in an engine was not checked, and a group is shown.
    names = [
        redact(APART.join(row)) or UNSAID
        for row in first.itertuples(index=False, name=None)
    ]
    column = pd.array(names, dtype="str").take(number.to_numpy())
    return pd.Series(column, index=attributes.index)


def rows_of(frame: "pd.DataFrame", kind: type[Row]) -> Iterator[Row]:
    """The frame's rows one by one, each as the record `kind` of the columns it names.

    A field `index` is what the frame's own index calls the row.

    >>> import pandas as pd
    >>> @dataclass
    ... class Counted:
    ...     index: int
    ...     compliant: int
    >>> list(rows_of(pd.DataFrame({"compliant": [14], "applicable": [20]}), Counted))
    [Counted(index=0, compliant=14)]
    """
    columns = [
        frame.index if one.name == "index" else frame[one.name] for one in fields(kind)
    ]
    names = [one.name for one in fields(kind)]
    for cells in zip(*columns, strict=True):
        yield kind(**dict(zip(names, cells, strict=True)))


def build(rows: Iterable[Mapping[str, Cell]], table: Schema) -> "pd.DataFrame":
    """A checked table from rows; columns that no row has are empty.

    >>> from taskforce_analysis.tables import issues
    >>> len(build([], issues))
    0
    """
    import pandas as pd

    rows = list(rows)
    extra = {name for row in rows for name in row} - set(table.names)
    frame = pd.DataFrame(rows, columns=[*table.names, *sorted(extra)])
    return check(frame, table)
