"""What was read, how it was counted, and what came out, as frozen records.

`Prepared` is what was read and checked, before anything is compared. `Results` holds
all that a figure or a report may show; charts and writers read it and a Language,
nothing else.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from taskforce_analysis import tables
from taskforce_analysis.displaying import View, Viewed, view
from taskforce_analysis.forms import Form
from taskforce_analysis.issues import (
    ERROR,
    RANKS,
    Issue,
    fold,
    issues_table,
    rank_of,
    worth_reading,
)
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.measurements import Measurement
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from narwhals.typing import IntoFrame

    from taskforce_analysis.agreeing import Agreed
    from taskforce_analysis.checking import Checked
    from taskforce_analysis.recommendations import Recommendation
    from taskforce_analysis.tallying import ChangedLimit


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file that went in: its name (no folder), checksum, and what was used.

    `units` is None where disclosure control withholds it.
    """

    file: str
    sha256: str
    size: int
    layout: str = ""
    sheets: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    units: int | None = 0


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What was asked for in the call itself, and stands in no file and no setting.

    Exists so that the same can be asked for again. `phases` is by file name,
    `form_file` the name of a form of the user's own, `columns` the columns that were
    named for phase and case, `group` that of a report for one
    group alone, `per` the attribute that parted the cases.
    """

    forced: bool = False
    layout: str = ""
    phases: Mapping[str, str] = field(default_factory=dict)
    form_file: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    per: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared(Viewed):
    """Workbooks that were read and checked, before anything is compared."""

    form: Form
    form_was_matched: bool
    measurement: Measurement
    settings: Settings
    sources: tuple[Source, ...]
    checked: "Checked"
    found: tuple[Issue, ...]
    recommendations: "tuple[Recommendation, ...]" = ()
    recommended_in: tuple[Source, ...] = ()
    choices: Choices = field(default_factory=Choices)
    frame: "IntoFrame | None" = (
        None  # answers that stay in their engine; `checked` has none then
    )

    @property
    def has_errors(self) -> bool:
        """Whether any issue is of severity error."""
        return any(issue.severity == ERROR for issue in self.found)

    @property
    def issues(self) -> "pd.DataFrame":
        """The issues as a table, folded: one row per code, sheet and column."""
        return issues_table(fold(self.found))

    def __repr__(self) -> str:
        """What was read, in a line."""
        odd = f"{len(self.found)} issues{', errors' if self.has_errors else ''}"
        return f'Prepared("{self.form.id}", {len(self.sources)} files; {odd})'

    def _view(self) -> View:
        """In ten lines: form, files, what is odd, what to do now."""
        words = load_language()
        mark = f". {words.word('draft.mark')}" if self.form.draft else ""
        step = "display.next_correct" if self.has_errors else "display.next_run"
        rows = [
            (words.word("display.form"), f"{self.form.title} ({self.form.id}){mark}"),
            *_file_rows(self.sources, words),
            *_odd_rows(self.issues, words),
            (words.word("display.next"), words.word(step)),
        ]
        return view(self.measurement.title or self.form.title, rows)


def _empty(table: tables.Schema) -> "Callable[[], pd.DataFrame]":
    return partial(tables.build, (), table)


MOST_FILES = 5  # that a display names
# Of Results: what is a table, and is handed out as a copy.
HANDED_OUT = frozenset(
    (
        *("answers", "issues", "issue_cells", "tally", "comparison", "distribution"),
        *("durations", "days", "limits", "overdue", "withheld"),
    )
)
_LABELLED = frozenset(one.name for one in tables.DECLARED if one.labelled)


@dataclass(frozen=True, kw_only=True, eq=False)
class Results(Viewed):
    """Everything a reader may be shown about a measurement; never changed in place.

    A table is handed out as a copy, which costs nothing until it is changed: whatever a
    notebook does with it, a report says what was computed. Behind `measure` it has
    `label`, the measure's name in the reader's language, and behind a phase its own:
    `phase_label`, or `before_label` and `after_label`.

    `before` and `after` are the compared phases' ids (equal to the form's first and
    last unless chosen otherwise); `phases` are all that the data hold, in time order.
    The tables are those of tables.py; rates are shares. `chance_findings` is how many
    rows would be expected to stand out if nothing had changed. `withheld` names the
    rows of the tally that disclosure control took out; `is_disclosed` says it was at
    work. `agreed` is how far two reviewers of a case agree, `bridged` how far two
    phases do about the bridge cases; both by measure, then over all. `reviewed_again`
    are the bridge cases that both phases answered. `changed_limits` are the measures
    whose limit differs between the compared phases. `unconfirmed` are the provisions
    and limits that the answers lean on and no source confirms. `choices` are what the
    call asked for.
    """

    form: Form
    form_was_matched: bool
    measurement: Measurement
    settings: Settings
    sources: tuple[Source, ...]
    phases: tuple[str, ...]
    before: str
    after: str
    answers: "pd.DataFrame" = field(repr=False)
    issues: "pd.DataFrame" = field(repr=False)
    issue_cells: "pd.DataFrame" = field(repr=False)
    tally: "pd.DataFrame" = field(repr=False)
    comparison: "pd.DataFrame" = field(repr=False)
    distribution: "pd.DataFrame" = field(repr=False)
    durations: "pd.DataFrame" = field(repr=False)
    days: "pd.DataFrame" = field(repr=False, default_factory=_empty(tables.days))
    limits: "pd.DataFrame" = field(repr=False, default_factory=_empty(tables.limits))
    overdue: "pd.DataFrame" = field(repr=False, default_factory=_empty(tables.overdue))
    withheld: "pd.DataFrame" = field(
        repr=False, default_factory=_empty(tables.withheld)
    )
    is_disclosed: bool = False
    agreed: "tuple[Agreed, ...]" = ()
    bridged: "tuple[Agreed, ...]" = ()
    reviewed_again: tuple[str, ...] = ()
    recommendations: "tuple[Recommendation, ...]" = ()
    recommended_in: tuple[Source, ...] = ()
    chance_findings: float = 0.0
    changed_limits: "tuple[ChangedLimit, ...]" = ()
    unconfirmed: tuple[str, ...] = ()
    choices: Choices = field(default_factory=Choices)

    def __getattribute__(self, name: str) -> object:
        """The field; a table as a copy of its own (pandas copies what is written)."""
        value = object.__getattribute__(self, name)
        if name not in HANDED_OUT:
            return value
        copy = value.copy(deep=False)
        if name in _LABELLED:
            words = load_language()
            phases = {one.id: words.label(one) for one in self.form.phases}
            phases |= {
                one: words.period(one) for one in self.phases if one not in phases
            }
            copy = tables.with_labels(copy, _labels(self.form, words), phases)
        return copy

    def __repr__(self) -> str:
        """What was compared, in a line."""
        measures = self.comparison["measure"].nunique()
        return (
            f'Results("{self.form.id}", {measures} measures; {self.before} to '
            f"{self.after}, {len(self.sources)} files)"
        )

    def _view(self) -> View:
        """What was compared, from which files, and how it went."""
        words = load_language()
        compared = self.comparison
        headline = compared[compared["headline"] & (compared["basis"] != "index")]
        found = Counter(zip(headline["verdict"], headline["role"], strict=True))
        mark = f". {words.word('draft.mark')}" if self.form.draft else ""
        rows = [
            (words.word("display.form"), f"{self.form.title} ({self.form.id}){mark}"),
            *_file_rows(self.sources, words),
            *_odd_rows(
                worth_reading(self.issues, publish=self.settings.publish), words
            ),
            *(
                (words.word(tables.verdict_key(*name)), count)
                for name, count in found.items()
            ),
        ]
        title = self.measurement.title or self.form.title
        return view(title, rows)


def _labels(form: Form, words: Language) -> dict[str, str]:
    """The measures' names for a reader, the index's among them."""
    named = {one.id: words.label(one) for one in form.measures}
    return named | {tables.INDEX: words.word("display.index")}


def _file_rows(sources: Sequence[Source], words: Language) -> list[tuple[str, str]]:
    """A row per file with its cases; beyond five, how many there are."""
    rows = [(one.file, _units_of(one, words)) for one in sources[:MOST_FILES]]
    more = len(sources) - MOST_FILES
    if more > 0:
        rows.append((words.word("display.more_files", count=more), ""))
    return rows


def _odd_rows(issues: "pd.DataFrame", words: Language) -> list[tuple[str, int]]:
    """How many kinds of things are odd, in the order that matters to a reader."""
    ranks = [*map(rank_of, issues["code"], issues["severity"])]
    return [(words.word(f"display.rank.{one}"), ranks.count(one)) for one in RANKS]


def _units_of(source: Source, words: Language) -> str:
    if source.units is None:
        return words.word("report.withheld")
    return words.word("display.units", units=source.units)
