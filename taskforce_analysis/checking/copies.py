"""Files that hold the same cases again: a copy is told, and counted once.

A file is a copy where its bytes are another's, or where all its rows stand in another's
under the same headers, of the same phase, and something tells that these are the same
cases: a date, or an id that is no running number. Without that two teams may both have
"Sag 1" to "Sag 5", all answered Ja: both are told, and counted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from taskforce_analysis.checking.row_facts import RowFacts
from taskforce_analysis.issues import Notes
from taskforce_analysis.locating.aggregates import MeasureCounts
from taskforce_analysis.locating.workbooks import OpenedWorkbook
from taskforce_analysis.reading.cells import Kind, Workbook

FEW = 3
COUNTED, LEFT_OUT = "counted", "left out"
_NUMBER = re.compile(r"(\d{1,18})\D*\Z")
_DATED = ("start", "end", "earlier")


class Kept(NamedTuple):
    """What is left of the tables and counts of a run, without the copies."""

    facts: list[RowFacts]
    counts: list[MeasureCounts]


def without_copies(
    books: Sequence[Workbook],
    opened: Sequence[OpenedWorkbook],
    facts: Sequence[RowFacts],
    *,
    notes: Notes,
) -> Kept:
    """The tables and counts of all files but of the copies, each of which is noted."""
    at = iter(facts)
    tables = [[next(at) for _ in one.case_rows] for one in opened]
    counts = [list(one.counts) for one in opened]
    if len(books) > 1:
        rows = list(map(_rows_of, tables, counts))
        seen: dict[int, list[int]] = {}  # the files that hold a row
        for number, own in enumerate(rows):
            near = seen.get(next(iter(own), 0), [])
            earlier = next((one for one in near if not own - rows[one]), None)
            for row in own:
                seen.setdefault(row, []).append(number)
            if earlier is None:
                continue
            same_bytes = books[number].sha256 == books[earlier].sha256
            is_copy = same_bytes or _is_told_apart(tables[number])
            notes.on(books[number].file).add(
                "FILE_DUPLICATE",
                found=LEFT_OUT if is_copy else COUNTED,
                expected=books[earlier].file,
            )
            if is_copy:
                tables[number], counts[number] = [], []
    return Kept(
        [one for own in tables for one in own], [one for own in counts for one in own]
    )


def _rows_of(
    tables: Iterable[RowFacts], counts: Iterable[MeasureCounts]
) -> Counter[int]:
    """The hashes of a file's rows and counts, each with its phase and reviewer."""
    found = Counter(
        hash((one.phase, one.measure, *sorted(one.by_score.items()))) for one in counts
    )
    for one in tables:
        part = one.part
        names = [heading.text for heading in part.headings]
        values, places = np.unique(part.cells, return_inverse=True)
        said = [_said(one, pair) for pair in values.tolist()]
        phases = _texts(one.phases.values, one.phases.codes)
        who = [part.municipality] * len(part)
        if one.reviewer is not None:
            who = _texts(one.reviewer.values, one.reviewer.codes)
        lines = list(places.reshape(part.cells.shape))
        for line, phase, other in zip(lines, phases, who, strict=True):
            cells = zip(names, map(int, line), strict=True)
            held = frozenset((name, said[at]) for name, at in cells if said[at][1])
            found[hash((phase, other, held))] += 1
    return found


def _texts(values: Sequence[str], codes: np.ndarray) -> list[str]:
    known = (*values, "")
    return [known[code] for code in codes.tolist()]


def _said(one: RowFacts, pair: int) -> tuple[int, str]:
    if pair < 0:
        return 0, ""
    (cell,) = one.part.cell_texts([pair])
    return int(cell[0]), cell[1]


def _is_told_apart(tables: Sequence[RowFacts]) -> bool:
    """Whether the cases have dates, or ids that are no running numbers."""
    return any(_has_date(one) or _has_own_ids(one) for one in tables)


def _has_date(one: RowFacts) -> bool:
    part = one.part
    if ((part.cells >= 0) & ((part.cells & 7) == int(Kind.DATE))).any():
        return True
    dated = [
        number
        for number, heading in enumerate(part.headings)
        if heading.match and any(map(heading.match.has, _DATED))
    ]
    return bool((part.cells[:, dated] >= 0).any())


def _has_own_ids(one: RowFacts) -> bool:
    heading = one.part.heading_of("case")
    if heading is None:
        return False
    pairs = one.part.cells[:, heading]
    cells = one.part.cell_texts(set(pairs[pairs >= 0].tolist()))
    found = [_NUMBER.search(text.removesuffix(".0")) for _, text in cells]
    numbers = {int(match[1]) for match in found if match}
    # A list that someone numbered begins near 1 and has few gaps.
    return bool(cells) and max(numbers, default=0) > 2 * len(numbers) + FEW
