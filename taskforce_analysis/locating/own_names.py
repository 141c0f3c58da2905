"""A table in memory in the words of a form: our own names, and which may be told.

Who made a table in Python may call its columns and answers as this package does:
case_id, phase, a measure's id, yes, True. In such a table each of them becomes the
form's own spelling, so that everything after reads one kind of workbook. A column is
told by its name only where the form knows it: any other name may be a person's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from taskforce_analysis.errors import unknown_column
from taskforce_analysis.forms import Form
from taskforce_analysis.locating.headers import (
    HeaderWords,
    header_candidates,
    header_words_of,
)
from taskforce_analysis.locating.lexicon import BITS, OFFERED, answer_word
from taskforce_analysis.privacy import has_cpr
from taskforce_analysis.reading.cells import TEXT, Kind, Sheet, Workbook
from taskforce_analysis.spelling import silent_key

ASKED, ANSWERED = "measure", "answer"
ROLES = {"case_id": "case", "decision": "decision", "phase": "phase"}
ROLES |= {"reviewer": "reviewer", "cluster": "cluster"}


def with_columns(
    form: Form, workbooks: Sequence[Workbook], *, phase: str | None, case: str | None
) -> Form:
    """The form, with phase and case read from the columns that the caller names.

    Raises UsageError for a column that no workbook has, with the nearest.
    """
    named = {"phase": phase, "case": case}
    chosen = {role: (name,) for role, name in named.items() if name}
    if not chosen:
        return form
    texts = [text for book in workbooks for text in header_candidates(book)]
    known = set(map(silent_key, texts))
    tables = [name for book in workbooks for name in book.columns]
    for (name,) in chosen.values():
        if silent_key(name) not in known:
            raise unknown_column(name, tables)
    return replace(form, **chosen)


def in_form_words(workbook: Workbook, form: Form) -> Workbook:
    """The table in the form's spellings; a workbook that was a file stays as it is."""
    if not workbook.columns:
        return workbook
    words = header_words_of(form)
    renamed = _renamed(workbook.columns, form, words)
    columns = [renamed.get(name, name) for name in workbook.columns]
    shown = tuple(
        name if _may_be_told(header, words) and not has_cpr(name) else ""
        for name, header in zip(workbook.columns, columns, strict=True)
    )
    sheets = tuple(
        _in_words(one, columns, form=form, words=words) for one in workbook.sheets
    )
    return replace(workbook, sheets=sheets, columns=shown)


def _may_be_told(header: str, words: HeaderWords) -> bool:
    return words.match(header) is not None or header in (ASKED, ANSWERED)


def _renamed(names: Sequence[str], form: Form, words: HeaderWords) -> Mapping[str, str]:
    """The form's header for each column that is called as we call it ourselves."""
    spelt = {name: getattr(form, role) for name, role in ROLES.items()}
    own = {name: spellings[0] for name, spellings in spelt.items() if spellings}
    own |= {one.id: one.columns[0] for one in form.attributes}
    own |= {one.id: one.columns[0] for one in form.measures if one.columns}
    there = {silent_key(name) for name in names}
    return {
        name: own[name]
        for name in names
        if name in own
        and words.match(name) is None
        and silent_key(own[name]) not in there
    }


def _in_words(
    sheet: Sheet, columns: Sequence[str], *, form: Form, words: HeaderWords
) -> Sheet:
    texts = {text: place for place, text in enumerate(sheet.texts)}
    value = sheet.value.copy()
    header = sheet.row == 1
    named = np.array(
        [texts.setdefault(name, len(texts)) for name in columns], dtype=np.int32
    )
    value[header] = named[sheet.column[header] - 1]
    answers = {answer: answer_word(answer) for answer in OFFERED}
    answers |= {g.id: g.label for m in form.measures for g in m.scale}
    measures = {one.id: (*one.columns, one.label)[0] for one in form.measures}
    for kinds, said in (
        (_numbers(columns, words, measure=True), answers),
        (_numbers(columns, words, measure=False), measures),
    ):
        where = np.isin(sheet.column, kinds) & ~header & (sheet.kind == TEXT)
        for old, new in said.items():
            if old in texts:
                new_place = texts.setdefault(new, len(texts))
                value[where & (sheet.value == texts[old])] = new_place
    # True in Python is yes, and no code that other cells would have to confirm.
    kind, asked = sheet.kind.copy(), _numbers(columns, words, measure=True)
    truth = np.isin(sheet.column, asked) & (kind == int(Kind.BOOLEAN))
    for bit, answer in BITS.items():
        told = truth & (sheet.value == texts.get(bit, -1))
        value[told] = texts.setdefault(answer_word(answer), len(texts))
    kind[truth] = TEXT
    return replace(sheet, kind=kind, value=value, texts=tuple(texts))


def _numbers(columns: Sequence[str], words: HeaderWords, *, measure: bool) -> list[int]:
    """The columns that hold answers, or else the one that holds a measure's name."""
    found = []
    for number, name in enumerate(columns, start=1):
        match = words.match(name)
        if match is None:
            is_one = name == (ANSWERED if measure else ASKED)
        else:
            is_one = measure and bool(match.measures)
        if is_one:
            found.append(number)
    return found


def ordered_phases(workbooks: Sequence[Workbook], form: Form) -> dict[str, str]:
    """The phases of tables in memory that say none: before and after, as given.

    Where two are given, or as many as the form has phases, and none of them has a
    column of phases; else none is said.
    """
    tables = [book for book in workbooks if book.columns]
    words = header_words_of(form)
    for book in tables:
        matches = [words.match(name) for name in book.columns if name]
        if any(match and match.has("phase") for match in matches):
            return {}
    phases = form.phase_ids
    if len(tables) == 2 and len(phases) > 1:
        phases = (phases[0], phases[-1])
    if len(tables) < 2 or len(tables) != len(phases):
        return {}
    return {book.file: name for book, name in zip(tables, phases, strict=True)}
