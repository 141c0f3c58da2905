"""Aggregated forms: counts per measure and phase, without the cases behind them.

A header says which count and which phase; the phase may also stand beside the measure,
or outside the table. Counts are checked against each other and against the printed
share. A share without counts cannot be compared and is refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from taskforce_analysis.forms import Measure
from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.grid import NOTHING, Grid, kind_of
from taskforce_analysis.locating.headers import BROKEN, LOOSE
from taskforce_analysis.locating.layout import SheetTable
from taskforce_analysis.locating.phases import outer_phase
from taskforce_analysis.locating.rows import is_subtotal
from taskforce_analysis.reading.cells import TEXT, Kind
from taskforce_analysis.spelling import silent_key, visible

# What a header counts, by its words. `yes` is compliant, unless the question is worded
# the other way round; `total` is the applicable cases, or all cases where the others
# add up to that or `applicable` says how many of them apply.
_ROLES = (
    ("rate", r"%|procent|pct|andel"),
    ("noncompliant", r"ikke (?:opfyldt|overholdt)|\bnej\b"),
    ("not_applicable", r"ikke relevant|irrelevant|\bir\b"),
    ("not_assessable", r"kan ikke vurderes"),
    ("missing", r"ikke (?:be|op)|uoplyst|ubesvaret|blank"),
    ("compliant", r"opfyldt|overholdt|levet op"),
    ("yes", r"\bja\b"),
    ("applicable", r"relevante"),
    ("total", r"antal|i alt|sager|\bn\b|total|grundlag"),
)

GRADE = "grade:"
COUNTS = ("compliant", "noncompliant", "not_applicable", "not_assessable", "missing")
_ALL = ("i alt", "ialt", "total", "samlet", "sum", "alle", "alle kommuner")
HEADER_ROWS = 3

# Numbers typed as Danish text: 1.234, 45,8 %, 12; or with a decimal point.
_DANISH = re.compile(
    r"(-?\d{1,3}(?:\.\d{3})+|-?\d+)(?:,(\d+))?\s*(%|pct\.?|procent)?\Z"
)
_POINTED = re.compile(r"(-?\d+)\.(\d{1,2})\s*(%|pct\.?|procent)?\Z")
_STORED = re.compile(r"-?\d+(?:\.(\d+))?(?:e[+-]?\d+)?\Z", re.IGNORECASE)
ROUNDING = 1e-9


class Share(NamedTuple):
    """A share in [0, 1], and how far rounding may have moved it."""

    value: float
    step: float


@dataclass(frozen=True, slots=True)
class Number:
    """A number, its decimals, whether a percent sign or text stood there."""

    value: float
    decimals: int
    is_percent: bool
    is_text: bool

    @property
    def share(self) -> Share:
        """The number as a share: 45,8 % and 45.8 and 0.458 are the same.

        >>> Number(46.0, 0, is_percent=False, is_text=False).share.value
        0.46
        """
        percent = self.is_percent or self.value > 1
        scale = 100 if percent else 1
        # A share of 0 or 1 has no decimals to tell how it was rounded.
        step = 0.5 * 10.0**-self.decimals / scale if self.decimals else 0.005
        return Share(self.value / scale, step + ROUNDING)


@dataclass(frozen=True, slots=True)
class CountColumn:
    """A column of an aggregated form: what it counts, and in which phase."""

    column: int
    role: str
    phase: str


class MeasureCounts(NamedTuple):
    """How many of a phase's cases have each score of a measure."""

    phase: str
    measure: str
    by_score: dict[str, int]
    place: tuple[str, str, str] = ("", "", "")  # file, sheet and first cell


@dataclass(frozen=True, eq=False)
class Aggregate:
    """An aggregated table being read."""

    table: SheetTable
    columns: Sequence[CountColumn]
    question: int
    phase_column: int | None
    applied: AppliedForm
    notes: Notes

    @property
    def grid(self) -> Grid:
        """The grid of the table."""
        return self.table.grid

    def number(self, row: int, column: int) -> Number | None:
        """The number in a cell; one typed as text is noted."""
        pair = self.grid.pair_at(row, column)
        if pair == NOTHING:
            return None
        found = _number(kind_of(pair), self.grid.text(pair))
        cell = self.grid.address(row, column)
        if found is None:
            self.notes.add("ANSWER_TYPE", cell, found="not a number")
        elif found.is_text:
            self.notes.add("NUMBER_TEXT", cell)
        return found


def read_aggregate(
    table: SheetTable, applied: AppliedForm, *, file: str, notes: Notes
) -> list[MeasureCounts] | None:
    """The counts of an aggregated table, a row per measure and phase.

    None, with nothing noted, when no header says that anything is counted, or none
    what about.
    """
    if next(table.holding("question"), None) is None:
        return None
    aggregate = _aggregate(table, applied, file=file, notes=notes)
    if not aggregate.columns:
        return None
    notes.add("AGGREGATE_FORM")
    return _rows(aggregate)


def _rows(aggregate: Aggregate) -> list[MeasureCounts]:
    table, notes = aggregate.table, aggregate.notes
    asked = {row: _measure(aggregate, row) for row in table.rows.tolist()}
    labels = {row: _labels(aggregate, row) for row, measure in asked.items() if measure}
    sums = {row for row, texts in labels.items() if any(map(_sums_up, texts))}
    found: dict[tuple[object, ...], MeasureCounts] = {}
    section = 0  # a row without a measure begins a new list of them
    for row, measure in asked.items():
        cell = table.grid.address(row, aggregate.question)
        section = section if measure else row
        if row in sums and len(sums) < len(labels):
            notes.add("ROW_IS_TOTAL", cell)
            continue
        for one in _counts(aggregate, row, measure) if measure else ():
            key = (section, measure, one.phase, *labels[row])
            if found.setdefault(key, one) is not one:
                same = found[key].by_score == one.by_score
                code = "ROW_DUPLICATE" if same else "AGGREGATE_INCONSISTENT"
                notes.add(code, cell, measure=measure, phase=one.phase)
    return list(found.values())


def _labels(aggregate: Aggregate, row: int) -> tuple[str, ...]:
    # What tells rows about one measure apart: a municipality, a team.
    counted = {one.column for one in aggregate.columns}
    others = counted | {aggregate.question, aggregate.phase_column}
    line = aggregate.grid.line(row)
    return tuple(
        silent_key(aggregate.grid.text(pair))
        for column, pair in zip(line.column.tolist(), line.pair.tolist(), strict=True)
        if column not in others and pair & 7 == TEXT
    )


def _sums_up(label: str) -> bool:
    return label in _ALL or is_subtotal(label)


def _aggregate(
    table: SheetTable, applied: AppliedForm, *, file: str, notes: Notes
) -> Aggregate:
    grid = table.grid
    question = next(table.holding("question"))
    headers = {
        heading.column: _header_above(grid, table.bottom, heading.column)
        for number, heading in enumerate(table.headings)
        if number != question
    }
    outer = outer_phase(
        applied.phases,
        file=file,
        sheet=grid.sheet.name,
        titles=(),
        given=applied.file_phases.get(file, ""),
    ).hinted
    by_row = _phase_column(table, applied, headers)
    grades = applied.header_words.grades
    columns = [
        CountColumn(column, role, applied.phases.within(text) or outer)
        for column, text in headers.items()
        if (role := _role(_without_phase(text, applied), grades)) and column != by_row
    ]
    asking = table.headings[question].column
    return Aggregate(table, columns, asking, by_row, applied, notes)


def _header_above(grid: Grid, bottom: int, column: int) -> str:
    # The texts of the header rows down to `bottom` over a column, joined. What is
    # merged over several columns, or stands in the first of them, counts for each.
    texts = (
        grid.text_at(row, column) or _spread(grid, row, column, is_lowest=row == bottom)
        for row in range(max(1, bottom - HEADER_ROWS + 1), bottom + 1)
    )
    return " ".join(filter(None, texts))


def _spread(grid: Grid, row: int, column: int, *, is_lowest: bool) -> str:
    for area in grid.merged:
        if area.top <= row <= area.bottom and area.left <= column <= area.right:
            return grid.text_at(area.top, area.left)
    line = grid.line(row)
    left = np.searchsorted(line.column, column) - 1
    if is_lowest or left < 0 or len(line.column) < 2:
        return ""
    return grid.text(int(line.pair[left]))


def _without_phase(text: str, applied: AppliedForm) -> str:
    key = silent_key(text)
    for spelling in sorted(applied.phases.silent, key=len, reverse=True):
        key = key.replace(spelling, " ")
    return key


def _phase_column(
    table: SheetTable, applied: AppliedForm, headers: dict[int, str]
) -> int | None:
    for column in headers:
        texts = [table.grid.text_at(row, column) for row in table.rows.tolist()]
        words = [text for text in texts if text and not text.strip().isdigit()]
        known = [text for text in words if applied.phases.match(text)]
        if known and 2 * len(known) > len(words):
            return column
    return None


def _measure(aggregate: Aggregate, row: int) -> str:
    text = aggregate.grid.text_at(row, aggregate.question)
    match = aggregate.applied.header_words.match(text) if text else None
    cell = aggregate.grid.address(row, aggregate.question)
    if match and len(match.listed) == 1:
        odd = {LOOSE: "HEADER_NORMALISED", BROKEN: "HEADER_MOJIBAKE"}.get(match.how)
        if odd:
            aggregate.notes.add(odd, cell, expected=match.spelling)
        return match.listed[0]
    numbers = [
        one.column
        for one in aggregate.columns
        if aggregate.grid.text_at(row, one.column)
    ]
    if text and numbers and not re.match(r"i ?alt|total|samlet|sum", silent_key(text)):
        near = aggregate.applied.header_words.nearest(text)
        aggregate.notes.add("MEASURE_UNMATCHED", cell, expected=near)
    return ""


def _counts(aggregate: Aggregate, row: int, measure: str) -> list[MeasureCounts]:
    of_row = _phase_of_row(aggregate, row)
    if of_row is None:
        return []
    found = []
    for phase in dict.fromkeys(of_row or one.phase for one in aggregate.columns):
        columns = [one for one in aggregate.columns if (of_row or one.phase) == phase]
        counts = _of_phase(aggregate, row, columns, measure=measure)
        if counts and not phase:
            cell = aggregate.grid.address(row, columns[0].column)
            aggregate.notes.add("PHASE_MISSING", cell)
        elif counts:
            notes = aggregate.notes
            cell = aggregate.grid.address(row, columns[0].column)
            place = str(notes.file), str(notes.sheet), cell
            found.append(MeasureCounts(phase, measure, counts, place))
    return found


def _phase_of_row(aggregate: Aggregate, row: int) -> str | None:
    # Nothing where phases stand in the header, None where the row's is unknown.
    if aggregate.phase_column is None:
        return ""
    text = aggregate.grid.text_at(row, aggregate.phase_column)
    match = aggregate.applied.phases.match(text) if text else None
    if match is None:
        cell = aggregate.grid.address(row, aggregate.phase_column)
        aggregate.notes.add("PHASE_UNKNOWN" if text else "PHASE_MISSING", cell)
        return None
    return match.id


def _of_phase(
    aggregate: Aggregate, row: int, columns: Sequence[CountColumn], *, measure: str
) -> dict[str, int] | None:
    numbers: dict[str, Number] = {}
    cell = aggregate.grid.address(row, columns[0].column)
    facts = {"measure": measure, "phase": columns[0].phase or None}
    for one in columns:
        number = aggregate.number(row, one.column)
        if number is None:
            continue
        if numbers.setdefault(one.role, number).value != number.value:
            other = aggregate.grid.address(row, one.column)
            aggregate.notes.add("AGGREGATE_INCONSISTENT", other, **facts)
            return None
    if not numbers:
        return None
    counts = _by_score(numbers, aggregate.applied.form.measure(measure))
    if any(value != int(value) or value < 0 for value in counts.values()):
        aggregate.notes.add("AGGREGATE_INCONSISTENT", cell, **facts)
        return None
    whole = {name: int(value) for name, value in counts.items()}
    known = resolved(whole, reversed_question=_is_reversed(aggregate, row, measure))
    if known is None:
        aggregate.notes.add("AGGREGATE_NO_COUNTS", cell, **facts)
        return None
    if not is_consistent(whole, known, numbers.get("rate")):
        aggregate.notes.add("AGGREGATE_INCONSISTENT", cell, **facts)
        return None
    return known


def _by_score(numbers: Mapping[str, Number], measure: Measure) -> dict[str, float]:
    """The counts by score; those of a scale's grades added up as the measure says."""
    counts: dict[str, float] = {}
    for name, number in numbers.items():
        grade = name.removeprefix(GRADE)
        if name == "rate":
            continue
        if grade == name:
            score = name
        elif grade in measure.left_out:
            score = "not_applicable"
        else:
            score = "compliant" if grade in measure.complying else "noncompliant"
        counts[score] = counts.get(score, 0) + number.value
    return counts


def _role(header: str, grades: Mapping[str, str]) -> str:
    """The role of a header without its phase, be it a grade of the form's scales."""
    words = [word for word in header.split() if word not in ("antal", "sager")]
    grade = grades.get(" ".join(words).strip(" ,:-()"))
    return f"{GRADE}{grade}" if grade else role_of(header)


def _is_reversed(aggregate: Aggregate, row: int, measure: str) -> bool:
    text = aggregate.grid.text_at(row, aggregate.question)
    match = aggregate.applied.header_words.match(text)
    # What is listed under a measure's label counts what the label says.
    asked = bool(match and match.measures)
    return asked and aggregate.applied.form.measure(measure).compliant == ("no",)


def role_of(header: str) -> str:
    """What a header of an aggregated form counts; empty when it does not say.

    >>> role_of("Førmåling antal"), role_of("Andel opfyldt"), role_of("Ikke opfyldt")
    ('total', 'rate', 'noncompliant')
    """
    key = silent_key(header)
    return next((role for role, words in _ROLES if re.search(words, key)), "")


def resolved(
    counts: Mapping[str, int], *, reversed_question: bool = False
) -> dict[str, int] | None:
    """The counts by score from those that are given; None when they do not suffice.

    >>> resolved({"total": 20, "yes": 8})["noncompliant"]
    12
    """
    known = dict(counts)
    total = known.pop("total", None)
    total = known.pop("applicable", total)
    yes = known.pop("yes", None)
    if yes is not None:
        known["noncompliant" if reversed_question else "compliant"] = yes
    no = counts.get("noncompliant")
    if reversed_question and yes is not None and no is not None:
        known["compliant"] = no
    others = sum(known.get(name, 0) for name in COUNTS[2:])
    if total is not None:
        for one, other in (COUNTS[:2], COUNTS[1::-1]):
            if one in known and other not in known:
                known[other] = total - known[one]
    if not {"compliant", "noncompliant"} <= known.keys():
        return None
    found = {name: known.get(name, 0) for name in COUNTS}
    return {**found, "units": found["compliant"] + found["noncompliant"] + others}


def is_consistent(
    given: Mapping[str, int], known: Mapping[str, int], rate: Number | None
) -> bool:
    """Whether counts fit each other and the printed share."""
    applicable = known["compliant"] + known["noncompliant"]
    if min(known.values()) < 0:
        return False
    if "applicable" in given:
        others = given.get("total", known["units"])
        if given["applicable"] != applicable or others < known["units"]:
            return False
    elif given.get("total", applicable) not in (applicable, known["units"]):
        return False
    if rate is None or not applicable:
        return True
    share = known["compliant"] / applicable
    value, step = rate.share
    return abs(share - value) <= step


def _number(kind: Kind, text: str) -> Number | None:
    if kind is Kind.NUMBER:
        found = _STORED.match(text)
        decimals = len((found[1] or "").rstrip("0")) if found else 0
        return Number(float(text), decimals, is_percent=False, is_text=False)
    return typed_number(text) if kind is Kind.TEXT else None


def typed_number(text: str) -> Number | None:
    """The number that a text says, in Danish or with a decimal point.

    >>> typed_number("45,8 %").value, typed_number("1.234").value
    (45.8, 1234.0)
    """
    plain = visible(text).casefold()
    found = _DANISH.match(plain) or _POINTED.match(plain)
    if found is None:
        return None
    whole, part, sign = found[1].replace(".", ""), found[2] or "", found[3]
    value = float(f"{whole}.{part or 0}")
    return Number(value, len(part), is_percent=sign is not None, is_text=True)
