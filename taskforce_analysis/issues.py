"""Everything that can be odd about a workbook, by code.

A stage notes an `Issue` per cell in the `Notes` of a run; `fold` makes the issues table
of them, one row per code, sheet and column at the first cell, with the count. The
unfolded table stays beside it. What a code means to a reader, and what to do, stands in
the language files. An issue never holds a cell's text: `found` describes, `expected`
suggests.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, TypedDict, Unpack

if TYPE_CHECKING:
    import pandas as pd

ERROR, WARNING = "error", "warning"

FILE_ERRORS = (
    "FILE_NOT_FOUND",
    "FILE_INPUT_GONE",
    "FILE_ACCOUNT_GONE",
    "FILE_NOT_READABLE",
    "FILE_NOT_WRITABLE",
    "FILE_DISK_FULL",
    "FILE_EMPTY",
    "FILE_CORRUPT",
    "FILE_ENCRYPTED",
    "FILE_NOT_WORKBOOK",
    "FILE_NEEDS_EXTRA",
    "FILE_TOO_LARGE",
    "FILE_UNSAFE_XML",
)
ERRORS = (
    *FILE_ERRORS,
    "NO_TABLE",
    "NO_CASES",
    "HEADER_NOT_FOUND",
    "HEADER_DUPLICATE",
    "HEADER_EMPTY",
    "HEADER_MOJIBAKE",
    "TEXT_MOJIBAKE",
    "MEASURE_UNMATCHED",
    "MEASURE_MISSING",
    "LAYOUT_TRANSPOSED",
    "LAYOUT_OPTIONS",
    "ANSWER_UNKNOWN",
    "ANSWER_TYPE",
    "MERGED_ANSWER",
    "CELL_ERROR",
    "FORMULA_NOT_CALCULATED",
    "PHASE_MISSING",
    "PHASE_UNKNOWN",
    "PHASE_CONFLICT",
    "PHASE_ONLY_ONE",
    "FORM_INVALID",
    "USAGE",
    "CASE_DUPLICATE",
    "ROW_UNCLEAR",
    "AGGREGATE_NO_COUNTS",
    "AGGREGATE_INCONSISTENT",
    "DATE_MIXED",
)
WARNINGS = (
    "ANSWER_NORMALISED",
    "ANSWER_CODED",
    "ANSWER_MISSING_MARK",
    "CHECKBOX_UNTOUCHED",
    "HEADER_NORMALISED",
    "HEADER_NEEDS_THEME",
    "MEASURE_ONLY_IN_ONE_PHASE",
    "APPLICABLE_SHIFT",
    "COLUMN_IGNORED",
    "FREE_TEXT_IGNORED",
    "COLUMN_HIDDEN",
    "ROW_HIDDEN",
    "ROW_FILTERED",
    "ROW_IS_TOTAL",
    "ROW_IS_EXAMPLE",
    "ROW_IS_HEADER",
    "ROW_WITHOUT_CASE",
    "ROW_DUPLICATE",
    "TABLES_STACKED",
    "SHEET_HIDDEN",
    "SHEET_IGNORED",
    "MERGED_FILLED",
    "CELL_STRAY",
    "PHASE_NORMALISED",
    "GROUP_NORMALISED",
    "CASES_PAIRED",
    "CASE_ID_MISSING",
    "ID_MIXED_TYPES",
    "ID_PRECISION",
    "ID_IS_DATE",
    "DATE_TEXT",
    "DATE_SERIAL",
    "DATE_ORDER",
    "DATE_FUTURE",
    "DATE_AMBIGUOUS",
    "DATE_MONTH_FIRST",
    "DATE_OPEN",
    "TIME_MISSING",
    "DATE_INVALID",
    "NUMBER_TEXT",
    "DENOMINATOR_ZERO",
    "SMALL_CELL",
    "AGGREGATE_FORM",
    "FORM_VERSION",
    "FILE_EXTENSION",
    "FILE_IGNORED",
    "FILE_DUPLICATE",
    "PART_IGNORED",
    "LAYOUT_DETECTED",
    "REVIEW_DISAGREES",
    "LAW_MIXED",
    "PERSONAL_COLUMN",
    "CPR_FOUND",
    "RULE_MISSING",
    "LIMIT_UNFIXED",
    "RULE_AMBIGUOUS",
    "PARAGRAPH_MOVED",
    "LIMITS_INVENTED",
    "MEASURED_MISSING",
    "LIMIT_DIFFERS",
    "DRAWN_BY_DECISION",
    "APPLICABILITY_CONFLICT",
    "MEASURE_OUTSIDE_LAW",
    "POPULATIONS_DIFFER",
    "BRIDGE_MISSING",
    "TWIN_UNDECLARED",
    "LABEL_REVERSED",
    "CASE_EXCLUDED",
    "MANY_EXCLUDED",
    "ANSWER_CORRECTED",
    "SETTING_WITHOUT_EFFECT",
    "STRATUM_MISSING",
    "INDEX_NEEDS_CASES",
)
CODES = (*ERRORS, *WARNINGS)
# What is told and changes no figure: how a word, a heading or a date was written, and
# what was never read. A report leaves these to its workbook.
WITHOUT_EFFECT = (
    "ANSWER_NORMALISED",
    "ANSWER_CODED",
    "HEADER_NORMALISED",
    "HEADER_NEEDS_THEME",
    "COLUMN_IGNORED",
    "FREE_TEXT_IGNORED",
    "COLUMN_HIDDEN",
    "TABLES_STACKED",
    "PHASE_NORMALISED",
    "GROUP_NORMALISED",
    "ID_MIXED_TYPES",
    "DATE_TEXT",
    "DATE_SERIAL",
    "NUMBER_TEXT",
    "SMALL_CELL",
    "AGGREGATE_FORM",
    "FORM_VERSION",
    "FILE_EXTENSION",
    "PART_IGNORED",
    "LAYOUT_DETECTED",
    "PERSONAL_COLUMN",
    "CPR_FOUND",
    "TWIN_UNDECLARED",
    "SETTING_WITHOUT_EFFECT",
)
# What somebody decided, case by case.
ON_RECORD = ("CASE_EXCLUDED", "ANSWER_CORRECTED")
RANKS = ("correct", "figure", "other")  # what must be corrected, changes a figure, else
_FIRST_CELL = re.compile(r"([A-Z]{1,3})(\d+)(?::|\Z)")


def severity_of(code: str) -> str:
    """The severity that a code has by itself.

    >>> severity_of("CELL_ERROR"), severity_of("ROW_HIDDEN")
    ('error', 'warning')
    """
    return ERROR if code in ERRORS else WARNING


def rank_of(code: str, severity: str) -> str:
    """In which of the three ranks a reader meets an issue.

    >>> rank_of("CELL_ERROR", "error"), rank_of("DATE_OPEN", "warning")
    ('correct', 'figure')
    """
    if severity == ERROR:
        return RANKS[0]
    return RANKS[2] if code in WITHOUT_EFFECT else RANKS[1]


class Facts(TypedDict, total=False):
    """What else is known of an issue, beside its code and its place."""

    case_id: str | None
    phase: str | None
    group: str | None
    measure: str | None
    count: int
    found: str | None
    expected: str | None
    severity: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One odd thing at one place; `severity` empty means the code's own."""

    code: str
    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    case_id: str | None = None
    phase: str | None = None
    group: str | None = None
    measure: str | None = None
    count: int = 1
    found: str | None = None
    expected: str | None = None
    severity: str = ""

    def __post_init__(self) -> None:
        """Fill in the code's own severity; ValueError for a code that is not listed."""
        if self.code not in CODES:
            raise ValueError(f"no issue code is called {self.code}")
        if not self.severity:
            object.__setattr__(self, "severity", severity_of(self.code))


@dataclass(eq=False)
class Notes:
    """The issues that all stages write down; `on` gives the same list for a sheet."""

    found: list[Issue] = field(default_factory=list)
    file: str | None = None
    sheet: str | None = None

    def on(self, file: str, sheet: str | None = None) -> "Notes":
        """The same notes, for a file or one of its sheets."""
        return Notes(self.found, file, sheet)

    def add(self, code: str, cell: str | None = None, **facts: Unpack[Facts]) -> None:
        """Note an issue at a cell of this sheet; `facts` are further fields of it."""
        self.found.append(
            Issue(code, file=self.file, sheet=self.sheet, cell=cell, **facts)
        )

    def in_order(self) -> tuple[Issue, ...]:
        """All issues by file and sheet as they came, then by row and column."""
        # What has no file or sheet of its own comes before what has.
        files = {None: None} | {issue.file: None for issue in self.found}
        sheets = {None: None} | {issue.sheet: None for issue in self.found}
        file = {name: number for number, name in enumerate(files)}
        sheet = {name: number for number, name in enumerate(sheets)}
        return tuple(
            sorted(
                self.found,
                key=lambda issue: (
                    file[issue.file],
                    sheet[issue.sheet],
                    *_row_and_column(issue.cell),
                ),
            )
        )


def _row_and_column(cell: str | None) -> tuple[int, str]:
    # Of a cell or a range. What has no cell comes first, and Z before AA.
    match = _FIRST_CELL.match(cell or "")
    return (int(match[2]), f"{match[1]:>3}") if match else (0, "")


def described(text: str) -> str:
    """What may be said about a cell's text: how long it is.

    >>> described("Jaa")
    'text of 3 characters'
    """
    return f"text of {len(text)} characters"


def issues_table(found: Iterable[Issue]) -> "pd.DataFrame":
    """The issues as the declared table, one row each, in the order given."""
    from taskforce_analysis import tables

    return tables.build((asdict(issue) for issue in found), tables.issues)


def worth_reading(table: "pd.DataFrame", *, publish: str) -> "pd.DataFrame":
    """The issues that a reader meets: small counts only where they are to be published.

    They are of no use to whoever works with the cases, and would be most of the list.
    """
    return table if publish != "internal" else table[table["code"] != "SMALL_CELL"]


def fold(found: Iterable[Issue]) -> list[Issue]:
    """One issue per code, severity, file, sheet and column, with the sum of counts.

    The first cell stands for all; what differs between them (case, phase) is left out.

    >>> first, second = Issue("CELL_ERROR", cell="F2"), Issue("CELL_ERROR", cell="F9")
    >>> [(issue.cell, issue.count) for issue in fold([first, second])]
    [('F2', 2)]
    """
    folded: dict[tuple[str | None, ...], Issue] = {}
    for issue in found:
        key = _fold_key(issue)
        folded[key] = _joined(folded[key], issue) if key in folded else _first(issue)
    return list(folded.values())


_ADDRESS = re.compile(r"([A-Z]{1,3})\d+(?::[A-Z]{1,3}\d+)?\Z")
_ROW = re.compile(r"row \d+, (column .*)\Z", re.DOTALL)  # of a table in memory


def _fold_key(issue: Issue) -> tuple[str | None, ...]:
    match = _ADDRESS.match(issue.cell or "") or _ROW.match(issue.cell or "")
    column = match[1] if match else issue.cell
    # What has no cell (a small count) is told per measure.
    where = None if match else issue.measure
    if issue.code in ON_RECORD:  # each says why, who and when
        where = f"{issue.phase} {issue.case_id} {issue.measure}"
    return issue.code, issue.severity, issue.file, issue.sheet, column, where


def _first(issue: Issue) -> Issue:
    """The issue at its cell, or at the first cell of its range."""
    cell = issue.cell or ""
    return (
        replace(issue, cell=cell.partition(":")[0]) if _ADDRESS.match(cell) else issue
    )


def _joined(first: Issue, other: Issue) -> Issue:
    same = {
        name: getattr(first, name)
        if getattr(first, name) == getattr(other, name)
        else None
        for name in ("case_id", "phase", "group", "measure")
    }
    return replace(first, count=first.count + other.count, **same)
