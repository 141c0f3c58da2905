"""The report's tables per theme, as text.

Counts come first, then the difference with its interval, then the verdict in words.
A measure's twin out of all cases and its parts by law stand under it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from taskforce_analysis.reporting.blocks import Column, Table
from taskforce_analysis.reporting.notes import method_label
from taskforce_analysis.reporting.rows import may_be_shown
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("crude", "unconditional", "law:")
_MOST_FILES = 4


def theme_rows(results: Results, group: str) -> Iterator[tuple[str, "list[Any]"]]:
    """Each theme's id ("" for none) with its comparison rows, in the form's order."""
    form = results.form
    rows = [
        row for row in compared_rows(results, group) if str(row.basis).startswith(SHOWN)
    ]
    for theme in [*(theme.id for theme in form.themes), ""]:
        inside = [row for row in rows if form.measure(str(row.measure)).theme == theme]
        if inside:
            yield theme, inside


def compared_rows(results: Results, group: str) -> "list[Any]":
    """A group's comparison by measure in the form's order, the crude row first."""
    places = {name: at for at, name in enumerate(results.form.measure_ids)}
    own = results.comparison[results.comparison["group"] == group]
    rows = own.itertuples(index=False)
    return sorted(
        (row for row in rows if may_be_shown(row, results)),
        key=lambda row: (places[str(row.measure)], basis_rank(str(row.basis))),
    )


def basis_rank(basis: str) -> tuple[int, str]:
    """Where a row stands among those of its measure: crude, all units, laws, checks."""
    ranks = [basis.startswith(shown) for shown in SHOWN]
    return (ranks.index(True) if any(ranks) else len(ranks), basis)


def theme_table(sentences: Sentences, caption: str, rows: "list[Any]") -> Table:
    """One theme's comparison: counts per phase, difference, verdict in words."""
    word = sentences.word
    before, after = (sentences.phase(p) for p in (rows[0].before, rows[0].after))
    level = sentences.level(rows[0])
    columns = (
        Column(word("column.measure"), 3.9),
        Column(before, 2.75, numeric=True),
        Column(after, 2.75, numeric=True),
        Column(word("column.difference", level=level), 2.85, numeric=True),
        Column(word("column.verdict"), 3.75),
    )
    cells = tuple(
        (
            measure_cell(sentences, row),
            sentences.side(row, "before"),
            sentences.side(row, "after"),
            sentences.difference(row),
            sentences.verdict(row),
        )
        for row in rows
    )
    note = theme_note(sentences, rows)
    return Table(caption, columns, cells, note, source_line(sentences))


def measure_cell(sentences: Sentences, row: Any) -> str:
    """A measure's label and legal basis; a twin or a law's part says what it is."""
    if row.basis != "crude":
        return exact_label(sentences, row)
    measure = sentences.results.form.measure(str(row.measure))
    label = sentences.measure(measure.id)
    mark = sentences.word("primary_mark") if _is_primary(row) else ""
    basis = [plain(basis.text) for basis in measure.legal_basis]
    rule = measure.kind_of_rule
    told = [*basis, *([sentences.word(f"rule.{rule}")] if rule else [])]
    return "\n".join([label + mark, *([", ".join(told)] if told else [])])


def basis_label(sentences: Sentences, basis: str) -> str:
    """What a row is a rate of: all applicable cases, all cases, those under a law."""
    kind, _, name = basis.partition(":")
    if kind == "law":
        return sentences.word("basis.law", law=plain(name))
    if not sentences.language.has(f"report.basis.{kind}"):
        return plain(basis)
    return sentences.word(f"basis.{kind}", units=sentences.units)


def _is_primary(row: Any) -> bool:
    return str(row.primary) == "True"


def theme_note(sentences: Sentences, rows: "list[Any]") -> str:
    """Anm.: how many cases, what was left out, what is marked."""
    settings = sentences.results.settings
    minimum = sentences.language.number(settings.minimum_percent)
    said = [cases_of(sentences, rows[0].group), sentences.word("note.left_out")]
    few = [
        row
        for row in rows
        if not all(
            map(sentences.has_percent, (row.applicable_before, row.applicable_after))
        )
    ]
    if few:
        said.append(sentences.word("note.few", minimum=minimum, units=sentences.units))
    if any(map(_is_primary, rows)):
        said.append(sentences.word("note.primary"))
    return sentences.word("note.begins", text=" ".join(said))


def cases_of(sentences: Sentences, group: str) -> str:
    """How many cases or decisions each phase holds."""
    tally = sentences.results.tally
    counted = tally[tally["group"] == group].groupby("phase")["units"].max()
    parts = []
    for phase in sentences.results.phases:
        units = counted.get(phase)
        number = _number_of(sentences, group, phase=phase, units=units)
        named = {"phase": sentences.phase(phase), "units": sentences.units_of(number)}
        parts.append(sentences.word("note.cases", number=number, **named))
    return sentences.language.listed(parts) + "."


def _number_of(sentences: Sentences, group: str, *, phase: str, units: Any) -> str:
    rows = sentences.results.withheld
    hidden = ((rows["group"] == group) & (rows["phase"] == phase)).any()
    if units is None and hidden:
        return sentences.language.word("disclosure.number")
    return sentences.language.number(int(units or 0))


def source_line(sentences: Sentences) -> str:
    """Kilde: the files, or how many they are."""
    files = [plain(source.file) for source in sentences.results.sources]
    if len(files) > _MOST_FILES:
        number = sentences.language.number(len(files))
        return sentences.word("source.many", number=number)
    return sentences.word("source.files", files=sentences.language.listed(files))


def exact_label(sentences: Sentences, row: Any) -> str:
    """A row's measure, and its basis where that is not the plain one."""
    label = sentences.measure(row.measure)
    if row.basis == "crude":
        return label
    return f"{label}\n{basis_label(sentences, str(row.basis))}"


def method_name(sentences: Sentences, name: str) -> str:
    """A method's label without its source."""
    return method_label(name, sentences.language)


def ordered(results: Results, tally: "pd.DataFrame") -> "list[Any]":
    """The tally's rows by measure in the form's order, then by phase in time."""
    measures = {name: at for at, name in enumerate(results.form.measure_ids)}
    phases = {name: at for at, name in enumerate(results.phases)}
    return sorted(
        tally.itertuples(index=False),
        key=lambda row: (
            measures[str(row.measure)],
            basis_rank(str(row.basis)),
            phases.get(str(row.phase), len(phases)),
        ),
    )
