"""What the rows of one table say: who, when, where, and what was answered.

Each column comes in as cells and goes out as one entry per row, with everything odd
about it noted at its cell. The phase stands in the row, else around the table, or is
made of a date. A date that cannot be read is not the same as none: an empty cell may
mean that nothing has happened yet, an unreadable one says that something has. Spellings
of a group that differ only in case, blanks or a trailing Kommune are one. Caseworkers
and reviewers become S1, S2 and R1, R2 over all files of a run; their names go no
further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

import numpy as np

from taskforce_analysis.checking.answers import answers_of
from taskforce_analysis.checking.case_ids import CaseIds, RunningNumbers, case_ids_of
from taskforce_analysis.checking.distinct_cells import (
    TextColumn,
    coded,
    distinct,
    note_broken,
    plain_text,
    rows_with,
)
from taskforce_analysis.forms import Attribute, Measure
from taskforce_analysis.issues import ERROR, Facts, Notes, described
from taskforce_analysis.locating.applied_form import AppliedForm
from taskforce_analysis.locating.cases import CaseRows
from taskforce_analysis.locating.dates import (
    MONTH_FIRST,
    NEVER,
    DateReader,
    Day,
    order_shown,
)
from taskforce_analysis.locating.grid import BROKEN_CELLS, kind_of
from taskforce_analysis.locating.phases import PhaseMatch
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.spelling import folded_key, group_key

MUNICIPALITY = "municipality"
PARAGRAPH = "paragraph"
BENEFIT = "benefit"
AGE = "age"
TEAM = "team"
CONSENSUS = "consensus"
_AGREED = ("konsensus", "consensus", "enighed", "enig", "faelles", "samlet", "afgjort")
_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_NO_DATE = np.datetime64("NaT", "s")
# What says that no date could be taken; a cell may be told as a text beside it.
_NO_DATE_CODES = ("DATE_INVALID", "DATE_AMBIGUOUS", "DATE_MIXED", "DATE_FUTURE")
_FOUND = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.BOOLEAN: "true or false"}


@dataclass(eq=False)
class GroupNames:
    """The groups of one attribute by key, as first spelled; persons by number."""

    spelled: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    numbered: dict[str, str] = field(default_factory=dict)

    def number_of(self, person: str, letter: str) -> str:
        """The number of a person: S1, S2 for caseworkers, R1, R2 for reviewers."""
        if letter == "R" and folded_key(person) in _AGREED:
            return CONSENSUS
        number = f"{letter}{len(self.numbered) + 1}"
        return self.numbered.setdefault(group_key(person), number)


@dataclass(eq=False)
class RunNames:
    """The names and numbers given so far; exists to be the same over all files."""

    cases: RunningNumbers = field(default_factory=RunningNumbers)
    caseworkers: GroupNames = field(default_factory=GroupNames)
    reviewers: GroupNames = field(default_factory=GroupNames)
    groups: dict[str, GroupNames] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class DateColumn:
    """A column of dates in seconds, NaT for none, and which cells could not be read.

    What is `unreadable` has no date either: only where both say no is a cell empty.
    """

    when: np.ndarray
    unreadable: np.ndarray

    @classmethod
    def empty(cls, count: int) -> "DateColumn":
        """A column of so many empty cells."""
        return cls(np.full(count, _NO_DATE), np.zeros(count, dtype=bool))


@dataclass(frozen=True, eq=False)
class DateColumns:
    """The dates of a table by the number of their heading."""

    by_heading: Mapping[int, DateColumn]
    rows: int

    def under(self, heading: int | None) -> DateColumn:
        """The dates under a heading; none at all where there is no heading."""
        if heading is None or heading not in self.by_heading:
            return DateColumn.empty(self.rows)
        return self.by_heading[heading]


@dataclass(frozen=True, kw_only=True, eq=False)
class RowFacts:
    """All that the rows of one table say, an entry per row.

    `answers` are numbered as in `AppliedForm.answers`, shape (rows, measures); `others`
    are caseworkers (cluster) and corrections, where the form and the table have them.
    """

    part: CaseRows
    ids: CaseIds
    phases: TextColumn
    attributes: Mapping[str, TextColumn]
    decision: TextColumn | None
    reviewer: TextColumn | None
    dates: DateColumns
    answers: np.ndarray
    others: Mapping[str, TextColumn]

    def dates_of(self, role: str, name: str) -> DateColumn:
        """The dates in the column of this role; none at all without such a column."""
        return self.dates.under(self.part.heading_of(role, name))


def facts_of(
    part: CaseRows,
    applied: AppliedForm,
    names: RunNames,
    *,
    notes: Notes,
    date_order: str = "",
) -> RowFacts:
    """Everything in the rows of a table; what is odd is noted at its cell.

    `date_order` is the order of day and month that the dates of the file show.
    """
    notes = notes.on(part.file, part.sheet)
    ids = case_ids_of(part, names.cases, notes)
    dates = _dates_of(part, applied, notes, order=date_order)
    phases = _phases_of(part, dates, applied=applied, notes=notes)
    attributes = _attributes(part, applied, names, notes=notes)
    return RowFacts(
        part=part,
        ids=ids,
        phases=phases,
        dates=dates,
        answers=answers_of(part, ids, phases, applied=applied, notes=notes),
        attributes=attributes,
        decision=_decisions(part, notes),
        reviewer=_reviewers(part, applied, names, notes=notes),
        others=_others(part, applied, names, attributes=attributes, notes=notes),
    )


# Dates


def date_order_of(parts: Sequence[CaseRows], applied: AppliedForm) -> str:
    """The order of day and month that the dates of one file show, in all its tables."""
    return order_shown(
        applied.date_readers[part.date1904].read(kind, text)
        for part in parts
        for heading in _date_headings(part, applied)
        for kind, text in part.cell_texts(distinct(part.cells[:, heading])[0])
    )


def _date_headings(part: CaseRows, applied: AppliedForm) -> list[int]:
    ids = {one.id for one in applied.form.attributes if one.type == "date"}
    return sorted(
        {
            heading
            for meaning, heading in part.by_meaning.items()
            if meaning.role in ("start", "end", "earlier")
            or (meaning.role == "attribute" and meaning.id in ids)
        }
    )


def _dates_of(
    part: CaseRows, applied: AppliedForm, notes: Notes, *, order: str
) -> DateColumns:
    use = _DateUse.of(part, applied, order)
    dates = DateColumns(
        {
            heading: _date_column(part, heading, use=use, notes=notes)
            for heading in _date_headings(part, applied)
        },
        len(part),
    )
    for attribute in applied.form.attributes:
        _note_order(part, dates, attribute, notes=notes)
    return dates


def has_dates(part: CaseRows, measure: Measure) -> bool:
    """Whether a table has both columns of a deadline measure."""
    roles = {one.role for one in part.by_meaning if is_of(one.id, measure)}
    return {"start", "end"} <= roles


def is_of(name: str, measure: Measure) -> bool:
    """Whether a column of this name holds dates of the measure."""
    # The dates of follow-ups are called after their measure: followed_up#0 and on.
    return name.partition("#")[0] == measure.id


@dataclass(frozen=True, eq=False)
class _DateUse:
    """How a table's dates are read, and what hangs on which column.

    A verdict depends on the headings in `verdict`: what cannot be read there is an
    error. `deciding` has also the one that decides the law. Where a date decides, one
    that lies after today is no date: it cannot have happened.
    """

    reader: DateReader
    order: str
    verdict: frozenset[int]
    deciding: frozenset[int]

    @classmethod
    def of(cls, part: CaseRows, applied: AppliedForm, order: str) -> "_DateUse":
        """What the form makes of the table's columns."""
        form, reader = applied.form, applied.date_readers[part.date1904]
        judged = [one for one in form.measures if one.limit and has_dates(part, one)]
        made_of = "" if form.phases else form.phases_from.get("attribute", "")
        verdict = {
            heading
            for meaning, heading in part.by_meaning.items()
            if (meaning.role, meaning.id) == ("attribute", made_of)
            or (
                meaning.role in ("start", "end", "earlier")
                and any(is_of(meaning.id, one) for one in judged)
            )
        }
        law = part.heading_of("attribute", form.law_date)
        deciding = verdict if law is None else {*verdict, law}
        return cls(reader, order, frozenset(verdict), frozenset(deciding))


def _date_column(
    part: CaseRows, heading: int, *, use: _DateUse, notes: Notes
) -> DateColumn:
    pairs, codes = distinct(part.cells[:, heading])
    said = part.cell_texts(pairs)
    read = [use.reader.read(kind, text).in_order(use.order) for kind, text in said]
    latest = use.reader.latest
    seconds = np.full(len(read) + 1, NEVER, dtype=np.int64)  # the last for empty cells
    unreadable = np.zeros(len(read) + 1, dtype=bool)
    for number, day in enumerate(read):
        seconds[number] = day.seconds
        if not day.codes and day.seconds <= latest:
            continue
        if day.when is None or (heading in use.deciding and day.seconds > latest):
            seconds[number], unreadable[number] = NEVER, True
        kind, text = said[number]
        facts: Facts = {"found": _FOUND.get(kind) or described(text)}
        if unreadable[number] and heading in use.verdict:
            facts["severity"] = ERROR
        future = ("DATE_FUTURE",) if day.seconds > latest else ()
        for code in (*day.codes, *future):
            own = facts if code in _NO_DATE_CODES else Facts(found=facts["found"])
            for row in rows_with(codes, number):
                notes.add(code, part.cell(row, heading), **own)
    if use.order == MONTH_FIRST:
        _note_month_first(part, read, codes, heading=heading, notes=notes)
    return DateColumn(seconds[codes].view("datetime64[s]"), unreadable[codes])


def _note_month_first(
    part: CaseRows,
    read: Sequence[Day],
    codes: np.ndarray,
    *,
    heading: int,
    notes: Notes,
) -> None:
    turned = np.array([*(bool(day.order) for day in read), False])
    rows = np.flatnonzero(turned[codes]).tolist()
    if rows:
        cell = part.cell(rows[0], heading)
        notes.add("DATE_MONTH_FIRST", cell, count=len(rows))


def _note_order(
    part: CaseRows, dates: DateColumns, attribute: Attribute, *, notes: Notes
) -> None:
    own = part.heading_of("attribute", attribute.id)
    other = part.heading_of("attribute", attribute.not_before)
    if own is None or other is None or not attribute.not_before:
        return
    later, earlier = dates.under(own).when, dates.under(other).when
    early = later.astype("datetime64[D]") < earlier.astype("datetime64[D]")
    for row in np.flatnonzero(early).tolist():
        notes.add("DATE_ORDER", part.cell(row, own))


# The phase


def _phases_of(
    part: CaseRows, dates: DateColumns, *, applied: AppliedForm, notes: Notes
) -> TextColumn:
    """The phase id of each row; nothing, with an error noted, where there is none."""
    source = applied.form.phases_from
    if source and not applied.form.phases:
        heading = part.heading_of("attribute", source["attribute"])
        found = dates.under(heading)
        if heading is None:
            notes.add("PHASE_MISSING", count=len(part))
        else:
            blank = np.isnat(found.when) & ~found.unreadable  # the rest is told already
            _note_phase_missing(part, blank, heading=heading, notes=notes)
        return phases_from_dates(found.when, source["by"])
    if part.outer.conflict:
        notes.add("PHASE_CONFLICT", count=len(part))
    heading = part.heading_of("phase")
    if heading is None:
        return _phase_around(part, applied.form.phase_ids, notes)
    return _phases_in_rows(part, heading, applied=applied, notes=notes)


def phases_from_dates(dates: np.ndarray, by: str) -> TextColumn:
    """Phases made of dates: `2021-Q3` by quarter, `2021-07` by month, `2021`.

    >>> phases_from_dates(np.array(["2021-08-01"], "datetime64[D]"), "quarter").values
    ('2021-Q3',)
    """
    known = ~np.isnat(dates)
    months = dates.astype("datetime64[M]").astype(np.int64)
    length = _MONTHS[by]
    periods, codes = np.unique(
        np.where(known, months // length, 0), return_inverse=True
    )
    values = tuple(_period_name(int(one) * length, by) for one in periods)
    return TextColumn(values, np.where(known, codes, -1))


def _period_name(month: int, by: str) -> str:
    year, within = 1970 + month // 12, month % 12
    names = {
        "year": f"{year}",
        "quarter": f"{year}-Q{within // 3 + 1}",
        "month": f"{year}-{within + 1:02}",
    }
    return names[by]


def _phase_around(part: CaseRows, ids: tuple[str, ...], notes: Notes) -> TextColumn:
    if not part.outer.hinted:
        notes.add("PHASE_MISSING", count=len(part))
        return TextColumn((), np.full(len(part), -1, dtype=np.int64))
    return TextColumn(ids, np.full(len(part), ids.index(part.outer.hinted)))


def _phases_in_rows(
    part: CaseRows, heading: int, *, applied: AppliedForm, notes: Notes
) -> TextColumn:
    note_broken(part, heading, notes)
    ids, outer = applied.form.phase_ids, part.outer
    pairs, codes = distinct(part.cells[:, heading])
    matches: list[PhaseMatch | None] = []
    for number, pair in enumerate(pairs):
        kind, text = kind_of(pair), part.text(pair)
        named = kind in (Kind.TEXT, Kind.NUMBER)
        match = applied.phases.match(text) if named else None
        matches.append(match)
        if kind in BROKEN_CELLS or (match and not match.told):
            continue
        known = [match.id] if match else ids
        for row in rows_with(codes, number):
            notes.add(
                "PHASE_NORMALISED" if match else "PHASE_UNKNOWN",
                part.cell(row, heading),
                phase=match.id if match else None,
                found=described(text),
                expected=" | ".join(applied.phases.label[one] for one in known),
            )
    numbers = [ids.index(match.id) if match else -1 for match in matches]
    found = np.array([*numbers, -1], dtype=np.int64)[codes]
    blank = codes < 0
    if outer.named or (outer.hinted and blank.all()):
        found = np.where(blank, ids.index(outer.hinted), found)
    else:
        _note_phase_missing(part, blank, heading=heading, notes=notes)
    if outer.named:
        own = ids.index(outer.named)
        for row in np.flatnonzero((found >= 0) & (found != own)).tolist():
            notes.add(
                "PHASE_CONFLICT",
                part.cell(row, heading),
                phase=ids[int(found[row])],
                expected=outer.named,
            )
    return TextColumn(ids, found)


def _note_phase_missing(
    part: CaseRows, missing: np.ndarray, *, heading: int, notes: Notes
) -> None:
    for row in np.flatnonzero(missing).tolist():
        notes.add("PHASE_MISSING", part.cell(row, heading))


# What describes a case, and who handled or reviewed it


def _attributes(
    part: CaseRows, applied: AppliedForm, names: RunNames, *, notes: Notes
) -> dict[str, TextColumn]:
    found = {}
    for attribute in applied.form.attributes:
        if attribute.type == "date":
            continue
        known = names.groups.setdefault(attribute.id, GroupNames())
        column = _groups(part, attribute.id, known=known, notes=notes)
        if column is None and attribute.id == MUNICIPALITY and part.municipality:
            column = _everywhere(part.municipality, part)
        if column is not None:
            found[attribute.id] = column
    return found


def _groups(
    part: CaseRows, attribute: str, *, known: GroupNames, notes: Notes
) -> TextColumn | None:
    heading = part.heading_of("attribute", attribute)
    if heading is None:
        return None
    note_broken(part, heading, notes)
    pairs, codes = distinct(part.cells[:, heading])
    values: list[str | None] = []
    for number, pair in enumerate(pairs):
        text = plain_text(part, pair)
        if not text:
            values.append(None)
            continue
        spelled = normalize("NFC", part.text(pair))
        key = group_key(text)
        if spelled != known.spelled.setdefault(key, spelled):
            for row in rows_with(codes, number):
                notes.add("GROUP_NORMALISED", part.cell(row, heading))
        values.append(known.shown.setdefault(key, text))
    return coded(values, codes)


def _everywhere(value: str, part: CaseRows) -> TextColumn:
    return TextColumn((value,), np.zeros(len(part), dtype=np.int64))


def _decisions(part: CaseRows, notes: Notes) -> TextColumn | None:
    heading = part.heading_of("decision")
    if heading is None:
        return None
    note_broken(part, heading, notes)
    pairs, codes = distinct(part.cells[:, heading])
    return coded([plain_text(part, pair) for pair in pairs], codes)


def _reviewers(
    part: CaseRows, applied: AppliedForm, names: RunNames, *, notes: Notes
) -> TextColumn | None:
    own = _persons(part, "reviewer", "R", known=names.reviewers, notes=notes)
    given = applied.reviewers.get(part.file)
    if own is not None or given is None:
        return own
    return _everywhere(names.reviewers.number_of(given, "R"), part)


def _persons(
    part: CaseRows, role: str, letter: str, *, known: GroupNames, notes: Notes
) -> TextColumn | None:
    heading = part.heading_of(role)
    if heading is None:
        return None
    note_broken(part, heading, notes)
    pairs, codes = distinct(part.cells[:, heading])
    numbers = [
        None
        if kind_of(pair) in BROKEN_CELLS
        else known.number_of(part.text(pair), letter)
        for pair in pairs
    ]
    return coded(numbers, codes)


def _others(
    part: CaseRows,
    applied: AppliedForm,
    names: RunNames,
    *,
    attributes: Mapping[str, TextColumn],
    notes: Notes,
) -> dict[str, TextColumn]:
    cluster = _persons(part, "cluster", "S", known=names.caseworkers, notes=notes)
    team = attributes.get(TEAM)
    if cluster is None and team is not None:  # who handled it, as far as anyone says
        numbers = [names.caseworkers.number_of(one, "S") for one in team.values]
        cluster = TextColumn(tuple(numbers), team.codes)
    found = {"cluster": cluster, "corrected": _corrections(part, applied)}
    return {name: column for name, column in found.items() if column is not None}


def _corrections(part: CaseRows, applied: AppliedForm) -> TextColumn | None:
    """Whether a case was corrected after a review: yes, no or nothing."""
    heading = part.heading_of("corrected")
    if heading is None:
        return None
    pairs, codes = distinct(part.cells[:, heading])
    answers: Sequence[str] = [
        applied.answer_words.read(kind_of(pair), part.text(pair)).answer
        for pair in pairs
    ]
    known = ("yes", "no", "partly")
    return coded([one if one in known else None for one in answers], codes)
