"""What stands behind a report: the issues, the files, the settings, the versions.

Everything needed to see what was odd about the workbooks and to make the figures
again. No case's id stands here: a cell's address is enough for those who may open the
workbook.
"""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from taskforce_analysis.results import Results
from taskforce_analysis.settings import CHOICES, Settings
from taskforce_analysis.writing.blocks import Column, Table
from taskforce_analysis.writing.sentences import Sentences
from taskforce_analysis.writing.texts import plain
from taskforce_analysis.writing.versions import DISTRIBUTION, versions


def issues_table(sentences: Sentences, caption: str) -> Table:
    """What was odd about the workbooks: what it is, where, how often, what to do."""
    word = sentences.word
    columns = (
        Column(word("column.severity"), 1.0),
        Column(word("column.finding"), 3.0),
        Column(word("column.place"), 2.2),
        Column(word("column.count"), 0.7, numeric=True),
        Column(word("column.expected"), 3.0),
    )
    cells = tuple(
        (
            word(f"severity.{row.severity}"),
            issue_text(sentences, row),
            issue_place(sentences, row),
            sentences.language.number(int(row.times)),
            issue_remedy(sentences, row),
        )
        for row in issue_rows(sentences.results)
    )
    return Table(caption, columns, cells)


def issue_rows(results: Results) -> Iterator[Any]:
    """The issues row by row; `times` is their count, for a tuple has one of its own."""
    renamed = results.issues.rename(columns={"count": "times"})
    yield from renamed.itertuples(index=False)


def issue_text(sentences: Sentences, row: Any) -> str:
    """What an issue means to a reader, from the language by its code."""
    return _told_of(sentences, row, "text") or str(row.code)


def issue_remedy(sentences: Sentences, row: Any) -> str:
    """What to do about an issue: the suggestion of the check, then the general one."""
    remedy = _told_of(sentences, row, "remedy")
    suggestion = known(row.expected)
    return "\n".join(text for text in (suggestion, remedy) if text)


def _told_of(sentences: Sentences, row: Any, part: str) -> str:
    key = f"issues.{row.code}.{part}"
    return sentences.language.word(key) if sentences.language.has(key) else ""


def issue_place(sentences: Sentences, row: Any) -> str:
    """Where an issue is: file, sheet and cell, or the measure that it is about."""
    parts = [
        known(row.file),
        known(row.sheet) and sentences.word("place.sheet", name=known(row.sheet)),
        known(row.cell) and sentences.word("place.cell", name=known(row.cell)),
    ]
    return ", ".join(part for part in parts if part) or issue_measure(sentences, row)


def issue_measure(sentences: Sentences, row: Any) -> str:
    """The label of the measure that an issue is about, where there is one."""
    name = known(row.measure)
    is_ours = name in sentences.results.form.measure_ids
    return sentences.measure(name) if is_ours else name


def known(value: object) -> str:
    """A table's text, or nothing where the cell is empty.

    >>> known(float("nan")), known("Data")
    ('', 'Data')
    """
    return plain(value) if isinstance(value, str) else ""


def sources_table(sentences: Sentences, caption: str) -> Table:
    """The files that went in, with checksums and what was used of them."""
    word = sentences.word
    columns = (
        Column(word("column.file"), 2.4),
        Column(word("column.sha256"), 3.6),
        Column(word("column.size"), 1.1, numeric=True),
        Column(word("column.sheets"), 2.0),
        Column(sentences.units.capitalize(), 1.1, numeric=True),
    )
    cells = tuple(
        (
            plain(source.file),
            source.sha256,
            sentences.language.number(source.size),
            used_sheets(sentences, source),
            source_units(sentences, source),
        )
        for source in sentences.results.sources
    )
    return Table(caption, columns, cells)


def source_units(sentences: Sentences, source: Any) -> str:
    """How many cases a file holds, unless that is withheld."""
    if source.units is None:
        return sentences.word("withheld")
    return sentences.language.number(source.units)


def used_sheets(sentences: Sentences, source: Any) -> str:
    """The sheets that were read, and those that were left out."""
    used = ", ".join(plain(sheet) for sheet in source.sheets)
    if not source.ignored:
        return used
    ignored = ", ".join(plain(sheet) for sheet in source.ignored)
    return sentences.word("sheets_left_out", used=used, ignored=ignored)


def settings_table(sentences: Sentences, caption: str) -> Table:
    """Every setting of the run, the form, and the versions of the software."""
    columns = (
        Column(sentences.word("column.setting"), 1.6),
        Column(sentences.word("column.value"), 1.4),
    )
    return Table(caption, columns, tuple(setting_rows(sentences)))


def setting_rows(sentences: Sentences) -> list[tuple[str, str]]:
    """What was chosen and which software computed, as name and value."""
    results = sentences.results
    form = f"{plain(results.form.id)}, {sentences.word('version')} "
    rows = [(sentences.word("setting.form"), form + plain(results.form.version))]
    if results.form_was_matched:
        rows.append((sentences.word("setting.matched"), sentences.word("yes")))
    for field in fields(Settings):
        label = sentences.word(f"setting.{field.name}")
        rows.append((label, _value(sentences, field.name)))
    used = versions()
    own = used.pop(DISTRIBUTION)
    others = ", ".join(" ".join(pair) for pair in used.items())
    software = [(DISTRIBUTION, own), (sentences.word("setting.software"), others)]
    return [*rows, *software]


def _value(sentences: Sentences, name: str) -> str:
    value = getattr(sentences.results.settings, name)
    if name == "confidence":
        return sentences.percent_exact(value)
    if isinstance(value, bool):
        return sentences.word("yes" if value else "no")
    if isinstance(value, tuple):
        return ", ".join(map(plain, value)) or sentences.word("none")
    if name in CHOICES and sentences.language.has(f"report.choice.{value}"):
        return sentences.word(f"choice.{value}")
    return sentences.language.number(value) if isinstance(value, int) else plain(value)
