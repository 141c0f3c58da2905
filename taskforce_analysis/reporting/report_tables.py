"""The report's tables, as text: the results, what stands behind them, what went in.

Counts come first, then the difference with its interval, then the verdict in words; a
measure's twin out of all cases and its parts by law stand under it. In the appendix:
four decimals and p-values for those who check, every kind of answer and what the
unknown ones could have changed, the issues, the files, the settings, the versions. No
case's id stands here: a cell's address is enough for those who may open the workbook.
"""

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from itertools import product
from math import nan

from taskforce_analysis.issues import ON_RECORD, WITHOUT_EFFECT
from taskforce_analysis.paragraphs import law_title
from taskforce_analysis.reporting.blocks import Column, Table
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    IssueRow,
    State,
    TallyRow,
    compared_rows,
    issue_rows,
    method_label,
    tally_rows,
)
from taskforce_analysis.results import Source
from taskforce_analysis.settings import CHOICES, Settings
from taskforce_analysis.texts import plain
from taskforce_analysis.versions import DISTRIBUTION, software_versions

_MOST_PLACES = 3
_TOGETHER = 2  # phases in a row
_COUNTS = 3  # the columns of the measure and its counts
_ALWAYS = ("compliant", "noncompliant", "not_applicable", "not_assessable", "missing")
_SOMETIMES = ("not_due", "unrecognised")


def theme_table(
    sentences: Sentences, theme: str, rows: Sequence[ComparisonRow]
) -> Table:
    """One theme's comparison: counts per phase, difference, verdict in words."""
    word = sentences.word
    caption = word("caption.theme", theme=sentences.theme(theme), units=sentences.units)
    caption = sentences.of_group(caption, rows[0].group)
    before, after = (sentences.heading_of(side.phase) for side in rows[0].sides)
    columns = (
        Column(word("column.measure"), 4.2),
        Column(before, 2.85, numeric=True),
        Column(after, 2.85, numeric=True),
        Column(word("column.difference"), 3.0, numeric=True),
        Column(word("column.verdict"), 3.1),
    )
    cells = tuple(
        (
            _measure_cell(sentences, row),
            sentences.side(row.before),
            sentences.side(row.after),
            sentences.span(row),
            sentences.verdict(row, in_cell=True),
        )
        for row in rows
    )
    return Table(caption, columns, cells)


def counts_table(
    sentences: Sentences, theme: str, rows: Sequence[ComparisonRow]
) -> Table:
    """The counts alone, of measures that all have too few cases for a verdict."""
    whole = theme_table(sentences, theme, rows)
    note = sentences.word("note.all_few", minimum=_minimum(sentences))
    cells = tuple(row[:_COUNTS] for row in whole.rows)
    return Table(whole.caption, whole.columns[:_COUNTS], cells, note)


def _minimum(sentences: Sentences) -> str:
    return sentences.language.number(sentences.results.settings.minimum_verdict)


def index_table(sentences: Sentences, rows: Sequence[ComparisonRow]) -> Table:
    """The index of a group, and that of the cases to which all of it applies."""
    word, (before, after) = sentences.word, rows[0].sides
    level = sentences.level(rows[0])
    columns = (
        Column(word("column.measure"), 3.9),
        Column(sentences.phase(before.phase), 2.75, numeric=True),
        Column(sentences.phase(after.phase), 2.75, numeric=True),
        Column(word("column.difference"), 3.0, numeric=True),
        Column(word("column.verdict"), 3.6),
    )
    cells = tuple(
        (
            word("index.row" if row.is_headline else "index.whole_row", units=units),
            *map(sentences.side, row.sides),
            sentences.span(row),
            sentences.verdict(row, in_cell=True),
        )
        for row in rows
        for units in [sentences.units]
    )
    note = word("index.note", measures=sentences.index_members())
    if rows[0].is_decided:
        note += " " + word("index.note_decides", level=level)
    note = word("note.begins", text=note)
    return Table(word("index.caption"), columns, cells, note, sentences.source())


def _measure_cell(sentences: Sentences, row: ComparisonRow) -> str:
    """A measure's label and legal basis; a twin or a law's part says what it is."""
    if row.basis != "crude":
        return _label_with_basis(sentences, row)
    measure = sentences.results.form.measure(row.measure)
    label = sentences.measure(measure.id)
    mark = sentences.word("primary_mark") if row.is_primary else ""
    basis = sentences.cited(measure.legal_basis)
    rule = measure.kind_of_rule
    told = [*basis, *([sentences.word(f"rule.{rule}")] if rule else [])]
    return "\n".join([label + mark, *([", ".join(told)] if told else [])])


def _label_with_basis(sentences: Sentences, row: ComparisonRow) -> str:
    """A row's measure, and its basis where that is not the plain one."""
    label = sentences.measure(row.measure)
    decides = row.is_primary and row.basis in ("crude", "limit:before")
    mark = sentences.word("primary_mark") if decides else ""
    if row.basis == "crude":
        return f"{label}{mark}"
    return f"{label}{mark}\n{basis_label(sentences, row.basis)}"


LAW_AND_DAY = re.compile(r"(.*?)(?: (\d{4}-\d\d-\d\d))?")


def basis_label(sentences: Sentences, basis: str) -> str:
    """What a row is a rate of: all applicable cases, all cases, those under a law."""
    kind, _, name = basis.partition(":")
    if kind == "limit":
        phase = sentences.measurement(getattr(sentences.results, name))
        return sentences.word("basis.limit", phase=phase)
    if kind == "law":
        law, since = LAW_AND_DAY.fullmatch(name).groups()  # type: ignore[union-attr]
        title = plain(law_title(law))
        if not since:
            return sentences.word("basis.law", law=title)
        day = sentences.language.date(date.fromisoformat(since))
        return sentences.word("basis.law_since", law=title, day=day)
    if not sentences.language.has(f"report.basis.{kind}"):
        return plain(basis)
    return sentences.word(f"basis.{kind}", units=sentences.units)


def exact_table(sentences: Sentences, group: str) -> Table:
    """The exact figures behind the verdicts, as shares with four decimals.

    The method has a column of its own only where there are several.
    """
    word = sentences.word
    # A check that could not be made says nothing; a measure's own row says why.
    rows = [
        row
        for row in compared_rows(sentences.results, group)
        if (row.is_headline and row.is_asked) or row.shown_difference
    ]
    used = {row.method for row in rows if row.shown_difference}
    names = sorted(method_label(name, sentences.language) for name in used)
    level = sentences.language.percent_exact(sentences.results.settings.confidence)
    is_mixed = any(map(sentences.has_own_level, rows))
    key = "column.interval_mixed" if is_mixed else "column.interval"
    before, after = map(
        sentences.heading_of, (sentences.results.before, sentences.results.after)
    )
    columns = (
        Column(word("column.measure"), 5.2),
        Column(before, 1.9, numeric=True),
        Column(after, 1.9, numeric=True),
        Column(word("column.exact_difference"), 1.9, numeric=True),
        Column(word(key, level=level), 3.2, numeric=True),
        Column(word("column.p_value"), 1.7, numeric=True),
        Column(word("column.p_adjusted"), 2.0, numeric=True),
        Column(word("column.method"), 2.9),
    )
    caption = sentences.of_group(word("caption.exact"), group)
    width = len(columns) if len(names) > 1 else len(columns) - 1
    cells = tuple(
        _exact_cells(sentences, row, has_level=is_mixed)[:width] for row in rows
    )
    listed = sentences.language.listed(names)
    note = word("note.exact") + (word("note.method", methods=listed) if names else "")
    return Table(caption, columns[:width], cells, note)


def _exact_cells(
    sentences: Sentences, row: ComparisonRow, *, has_level: bool
) -> tuple[str, ...]:
    none = sentences.language.word("no_rate")
    found = row.shown_difference
    counts = tuple(map(sentences.side, row.sides))
    if found is None:
        return (_label_with_basis(sentences, row), *counts, *[none] * 5)
    value, low, high = (sentences.language.number(share, 4) for share in found)
    interval = sentences.word("interval", low=low, high=high)
    interval = sentences.word("known") if row.is_known else interval
    if has_level and not row.is_known:
        level = sentences.language.percent_exact(row.confidence)
        interval = sentences.word("interval_at", interval=interval, level=level)
    return (
        _label_with_basis(sentences, row),
        *counts,
        value,
        interval,
        *(
            sentences.language.p_value(nan if one is None else one)
            for one in (None if row.is_known else row.p_value, row.p_adjusted)
        ),
        method_label(row.method, sentences.language),
    )


def answers_block(sentences: Sentences, group: str) -> Table:
    """Every kind of answer per measure and phase, and the bounds of the rate.

    Two phases stand in one row, "7 / 5"; more of them have a row each. Of pairs there
    are no bounds: the counts are of all cases, and what is compared is of the pairs.
    """
    rows = [row for row in tally_rows(sentences.results, group) if row.basis == "crude"]
    sometimes = (kind for kind in _SOMETIMES if any(row.count(kind) for row in rows))
    kinds = [*_ALWAYS, *sometimes]
    phases = sentences.results.phases
    together = len(phases) <= _TOGETHER
    has_bounds = not sentences.results.settings.paired
    columns = (
        Column(sentences.word("column.measure"), 4.6),
        *(() if together else [Column(sentences.word("column.phase"), 1.6)]),
        *(Column(sentences.word(f"score.{kind}"), 1.5, numeric=True) for kind in kinds),
        *([Column(sentences.word("column.bounds"), 2.2, numeric=True)] * has_bounds),
    )
    given = {(row.measure, row.phase): row for row in rows}
    measures = dict.fromkeys(row.measure for row in rows)
    parts = [phases] if together else [[phase] for phase in phases]
    cells = []
    for measure, own in product(measures, parts):
        found = [given.get((measure, phase)) for phase in own]
        if any(row and row.rate.state is not State.ABSENT for row in found):
            named = [] if together else [*map(sentences.phase, own)]
            told = [_answers(sentences, row, kinds) for row in found]
            told = told if has_bounds else [texts[:-1] for texts in told]
            joined = (" / ".join(texts) for texts in zip(*told, strict=True))
            cells.append((sentences.measure(measure), *named, *joined))
    caption = sentences.of_group(sentences.word("caption.answers"), group)
    note = sentences.word("note.bounds" if has_bounds else "note.all_cases")
    if together and len(phases) > 1:
        labels = " / ".join(map(sentences.heading_of, phases))
        note += f" {sentences.word('note.together', phases=labels)}"
    return Table(caption, columns, tuple(cells), note)


def _answers(
    sentences: Sentences, row: TallyRow | None, kinds: Sequence[str]
) -> list[str]:
    """A row's counts by kind, and its bounds; dashes where it was not asked."""
    if row is None:
        return [sentences.language.word("no_rate")] * (len(kinds) + 1)
    counts = [sentences.language.number(row.count(kind)) for kind in kinds]
    return [*counts, _bounds(sentences, row)]


def _bounds(sentences: Sentences, row: TallyRow) -> str:
    """Lowest and highest rate whatever the unknown answers were: "40–55 %"."""
    lowest, highest = row.rate_lowest, row.rate_highest
    if not row.rate.is_shown or lowest is None or highest is None:
        return sentences.language.word("no_rate")
    low, high = map(sentences.language.percent, (lowest, highest))
    return low if low == high else sentences.word("interval", low=low, high=high)


def issues_block(sentences: Sentences) -> Table:
    """What was odd about the workbooks and changes a figure, folded to a line a kind.

    All of them, cell by cell, are in the workbook.
    """
    word = sentences.word
    columns = (
        Column(word("column.finding"), 4.2),
        Column(word("column.count"), 0.8, numeric=True),
        Column(word("column.place"), 3.0),
    )
    kinds: dict[str, list[IssueRow]] = {}
    for row in issue_rows(sentences.results.issues):
        if row.code not in WITHOUT_EFFECT:
            kinds.setdefault(row.code, []).append(row)
    cells = tuple(
        (
            issue_text(sentences, rows[0]),
            sentences.language.number(sum(row.count for row in rows)),
            _places(sentences, rows),
        )
        for rows in kinds.values()
    )
    return Table(word("caption.issues"), columns, cells)


def _places(sentences: Sentences, rows: Sequence[IssueRow]) -> str:
    """The measures that a kind of issue is about, else the files; a few of them."""
    about = [issue_measure(sentences, row) for row in rows]
    named = list(dict.fromkeys(name for name in about if name))
    named = named or list(dict.fromkeys(row.file for row in rows if row.file))
    shown, rest = named[:_MOST_PLACES], len(named) - _MOST_PLACES
    if rest > 0:
        number = sentences.language.number(rest)
        shown.append(sentences.counted("brief.others", number))
    return sentences.language.listed(shown)


def issue_text(sentences: Sentences, row: IssueRow) -> str:
    """What an issue means to a reader, from the language by its code."""
    told = _told_of(sentences, row, "text") or row.code
    return f"{told} ({row.found})" if row.code in ON_RECORD and row.found else told


def issue_remedy(sentences: Sentences, row: IssueRow) -> str:
    """What to do about an issue: the suggestion of the check, then the general one."""
    remedy = _told_of(sentences, row, "remedy")
    return "\n".join(text for text in (row.expected, remedy) if text)


def _told_of(sentences: Sentences, row: IssueRow, part: str) -> str:
    key = f"issues.{row.code}.{part}"
    return sentences.language.word(key) if sentences.language.has(key) else ""


def issue_place(sentences: Sentences, row: IssueRow) -> str:
    """Where an issue is: file, sheet and cell, or the measure that it is about."""
    parts = [
        row.file,
        row.sheet and sentences.word("place.sheet", name=row.sheet),
        _cell_place(sentences, row.cell),
    ]
    return ", ".join(part for part in parts if part) or issue_measure(sentences, row)


def _cell_place(sentences: Sentences, cell: str) -> str:
    in_table = " " in cell  # no address of a workbook has a blank
    place = sentences.language.place(cell)
    return place if in_table or not cell else sentences.word("place.cell", name=cell)


def issue_measure(sentences: Sentences, row: IssueRow) -> str:
    """The label of the measure that an issue is about, where there is one."""
    is_ours = row.measure in sentences.results.form.measure_ids
    return sentences.measure(row.measure) if is_ours else row.measure


def sources_table(sentences: Sentences) -> Table:
    """The files that went in, with checksums and what was used of them.

    Published they are told by number alone, and by how many cases each holds.
    """
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
            _units_in(sentences, source),
        )
        for source in sentences.results.sources
    )
    if sentences.results.is_disclosed:
        columns, cells = columns[::4], tuple(row[::4] for row in cells)
    return Table(word("caption.sources"), columns, cells)


def _units_in(sentences: Sentences, source: Source) -> str:
    """How many cases a file holds, unless that is withheld."""
    if source.units is None:
        return sentences.word("withheld")
    return sentences.language.number(source.units)


def used_sheets(sentences: Sentences, source: Source) -> str:
    """The sheets that were read, and those that were left out."""
    used = ", ".join(plain(sheet) for sheet in source.sheets)
    if not source.ignored:
        return used
    ignored = ", ".join(plain(sheet) for sheet in source.ignored)
    return sentences.word("sheets_left_out", used=used, ignored=ignored)


def settings_table(sentences: Sentences) -> Table:
    """Every setting of the run, the form, and the versions of the software."""
    columns = (
        Column(sentences.word("column.setting"), 1.6),
        Column(sentences.word("column.value"), 1.4),
    )
    caption = sentences.word("caption.settings")
    return Table(caption, columns, tuple(setting_rows(sentences)))


def setting_rows(sentences: Sentences) -> list[tuple[str, str]]:
    """What was chosen and which software computed, as name and value."""
    results = sentences.results
    form = f"{plain(results.form.id)}, {sentences.word('version')} "
    form += plain(results.form.version)
    if results.form.draft:
        form += f". {sentences.language.word('draft.mark')}"
    rows = [(sentences.word("setting.form"), form)]
    if results.form_was_matched:
        rows.append((sentences.word("setting.matched"), sentences.word("yes")))
    for field in fields(Settings):
        label = sentences.word(f"setting.{field.name}")
        rows.append((label, _value(sentences, field.name)))
    used = software_versions()
    own = used.pop(DISTRIBUTION)
    others = ", ".join(" ".join(pair) for pair in used.items())
    rows += [(DISTRIBUTION, own), (sentences.word("setting.software"), others)]
    return rows


def _value(sentences: Sentences, name: str) -> str:
    value = getattr(sentences.results.settings, name)
    if name == "confidence":
        return sentences.language.percent_exact(value)
    if isinstance(value, bool):
        return sentences.word("yes" if value else "no")
    if isinstance(value, tuple):
        return ", ".join(map(plain, value)) or sentences.word("none")
    if name in CHOICES and sentences.language.has(f"report.choice.{value}"):
        return sentences.word(f"choice.{value}")
    return sentences.language.number(value) if isinstance(value, int) else plain(value)
