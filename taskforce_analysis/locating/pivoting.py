"""The long layout, one row per case and measure, as if it had one row per case.

Two of its columns ask and answer. They are told by their headings, else by what stands
below: questions that the form knows, and answers. The rows of one case, decision,
phase, reviewer and municipality are a unit; a measure that they answer twice is told.
"""

from dataclasses import dataclass

import numpy as np

from taskforce_analysis.locating.columns import TableColumns
from taskforce_analysis.locating.grid import NOTHING, kind_of
from taskforce_analysis.locating.headers import (
    BROKEN,
    LOOSE,
    HeaderMatch,
    HeaderWords,
    Meaning,
)
from taskforce_analysis.locating.layout import ANSWERS, QUESTIONS, SheetTable
from taskforce_analysis.locating.lexicon import UNRECOGNISED, Lexicon
from taskforce_analysis.reading.cells import Kind
from taskforce_analysis.spelling import group_key, silent_key

WHO = (
    Meaning("case"),
    Meaning("decision"),
    Meaning("phase"),
    Meaning("reviewer"),
    Meaning("attribute", "municipality"),
)


@dataclass(frozen=True, slots=True)
class LongColumns:
    """The numbers of the headings that hold the question and the answer."""

    question: int
    answer: int


@dataclass(frozen=True, eq=False)
class Pivoted:
    """A long table by unit: the first row of each, and its answers by measure.

    `repeated` are rows that answer a measure of a unit once more; `pasted` those of
    them that are identical in every cell.
    """

    first: np.ndarray
    measures: tuple[str, ...]
    asked: np.ndarray
    asked_rows: np.ndarray
    repeated: np.ndarray
    pasted: np.ndarray


def long_columns(
    table: SheetTable, header_words: HeaderWords, words: Lexicon
) -> LongColumns | None:
    """Which headings hold question and answer; None when they cannot be told."""
    free = [p for p, one in enumerate(table.headings) if one.text and not one.match]
    keys = {number: silent_key(table.headings[number].text) for number in free}
    asking = [p for p in free if keys[p] in QUESTIONS]
    asking += [p for p in free if _lists_measures(table, p, header_words)]
    if not asking:
        return None
    others = [number for number in free if number != asking[0]]
    answering = [p for p in others if keys[p] in ANSWERS]
    answering += [p for p in others if _lists_answers(table, p, words)]
    return LongColumns(asking[0], answering[0]) if answering else None


def _texts(table: SheetTable, number: int) -> list[str]:
    pairs = np.unique(table.cells[:, number])
    texts = pairs[(pairs >= 0) & ((pairs & 7) == Kind.TEXT)].tolist()
    return [table.grid.text(pair) for pair in texts]


def _lists_measures(table: SheetTable, number: int, header_words: HeaderWords) -> bool:
    matches = [header_words.match(text) for text in _texts(table, number)]
    asked = [match for match in matches if match and match.measures]
    return 2 * len(asked) > len(matches)


def _lists_answers(table: SheetTable, number: int, words: Lexicon) -> bool:
    read = [words.word(Kind.TEXT, text) for text in _texts(table, number)]
    known = [answer for answer in read if answer != UNRECOGNISED]
    return 2 * len(known) > len(read)


def pivot(columns: TableColumns, long: LongColumns) -> Pivoted:
    """The rows of a long table by unit and measure; odd questions are noted."""
    measures = _measures(columns, long)
    ids = tuple(dict.fromkeys(measures.values()))
    number = np.full(int(max(measures, default=0)) + 2, NOTHING)
    for pair, measure in measures.items():
        number[pair] = ids.index(measure)
    asked = number[np.minimum(columns.cells[:, long.question], len(number) - 1)]
    kept = np.flatnonzero(asked >= 0)
    unit, first = _units(columns, kept)
    cells = np.full((len(first), len(ids)), NOTHING, dtype=np.int32)
    rows = np.zeros((len(first), len(ids)), dtype=np.int32)
    _, once, which = np.unique(
        unit * len(ids) + asked[kept], return_index=True, return_inverse=True
    )
    at = unit[once], asked[kept][once]
    cells[at] = columns.cells[kept[once], long.answer]
    rows[at] = columns.rows[kept[once]]
    rows[rows == 0] = columns.rows[kept[first]].repeat((rows == 0).sum(axis=1))
    repeated = np.setdiff1d(np.arange(len(kept)), once)
    again, before = kept[repeated], kept[once[which.reshape(-1)[repeated]]]
    same = (columns.cells[again] == columns.cells[before]).all(axis=1)
    return Pivoted(kept[first], ids, cells, rows, again, again[same])


def _units(columns: TableColumns, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    who = [meaning for meaning in WHO if meaning in columns.table.by_meaning]
    if not len(kept) or not who:
        return np.arange(len(kept)), np.arange(len(kept))
    named = np.stack([_named(columns, kept, one) for one in who], axis=1)
    _, first, unit = np.unique(named, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[unit.reshape(-1)], first[order]


def _named(columns: TableColumns, kept: np.ndarray, meaning: Meaning) -> np.ndarray:
    # Spellings of one case, phase or municipality have one number.
    column = columns.cells[kept, columns.table.by_meaning[meaning]]
    pairs, which = np.unique(column, return_inverse=True)
    numbers: dict[str, int] = {}
    found = [
        NOTHING if pair < 0 else numbers.setdefault(_key(columns, pair, meaning), at)
        for at, pair in enumerate(pairs.tolist())
    ]
    return np.array(found)[which.reshape(-1)]


def _key(columns: TableColumns, pair: int, meaning: Meaning) -> str:
    text = columns.table.grid.text(pair)
    if meaning.role == "phase" and (match := columns.applied.phases.match(text)):
        return match.id
    if meaning.role == "attribute":
        return group_key(text)
    return silent_key(text.removesuffix(".0"))


def _measures(columns: TableColumns, long: LongColumns) -> dict[int, str]:
    pairs, first, counts = np.unique(
        columns.cells[:, long.question], return_index=True, return_counts=True
    )
    found = {}
    for place in np.argsort(first).tolist():
        pair = int(pairs[place])
        if pair < 0:
            continue
        text = columns.table.grid.text(pair)
        match = columns.applied.header_words.match(text)
        is_text = kind_of(pair) is Kind.TEXT
        if is_text and match and len(match.measures) == 1:
            found[pair] = match.measures[0]
        cell = columns.table.address(int(columns.rows[first[place]]), long.question)
        _note_question(columns, cell, text=text, match=match, count=int(counts[place]))
    return found


def _note_question(
    columns: TableColumns,
    cell: str,
    *,
    text: str,
    match: HeaderMatch | None,
    count: int,
) -> None:
    if match is None or len(match.measures) != 1:
        near = columns.applied.header_words.nearest(text)
        columns.notes.add("MEASURE_UNMATCHED", cell, count=count, expected=near)
    elif match.how == LOOSE:
        expected = match.spelling
        columns.notes.add("HEADER_NORMALISED", cell, count=count, expected=expected)
    elif match.how == BROKEN:
        expected = match.spelling
        columns.notes.add("HEADER_MOJIBAKE", cell, count=count, expected=expected)
