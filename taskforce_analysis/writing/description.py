"""The data set described, for an archive and for the one who is to use it later.

What it is, which files it came from (by checksum and size, never by place), how the
cases were chosen, every variable as the form defines it, how many answers of each kind
there are, what is personal data and how long it is kept. No case is in it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from taskforce_analysis.forms import Measure
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting import report_tables
from taskforce_analysis.reporting.blocks import (
    Block,
    Column,
    Heading,
    Listing,
    Paragraph,
    Report,
    Table,
)
from taskforce_analysis.reporting.contents import author_of, notice, subtitle_of
from taskforce_analysis.reporting.explanations import selection
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import TallyRow, tally_rows
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.method import answers_named, form_title

# Text is text: the signs that Markdown would take for markup are held back.
_MARKUP = re.compile(r"[\\`*\[\]<>|#~]|(?<!\w)_|_(?!\w)")  # a_b is no markup

COUNTED = (
    "compliant",
    "noncompliant",
    "not_applicable",
    "not_assessable",
    "missing",
    "not_due",
    "unrecognised",
)


@writer("description", ".md", label={"da": "Databeskrivelse", "en": "Data description"})
def write_description(results: Results, path: Path, language: Language) -> None:
    """Write the data description as Markdown, readable as it is."""
    text = _as_markdown(compose_description(results, language))
    path.write_text(text, "utf-8", newline="\n")


def compose_description(results: Results, language: Language) -> Report:
    """The data description as blocks; its counts are those of the tally."""
    sentences, word = Sentences(results, language), language.word

    def chapter(name: str, *blocks: Block) -> list[Block]:
        return [Heading(word(f"description.heading.{name}")), *blocks]

    blocks: list[Block] = [
        Paragraph(notice(sentences), role="notice"),
        *chapter("about", Paragraph(_about(sentences))),
        *chapter("phases", Listing(tuple(_phases(sentences)))),
        *chapter(
            "sources",
            report_tables.sources_table(sentences),
        ),
        *chapter("variables", _variables(sentences), _told(language, "code")),
        *chapter("answers", *_answers(sentences)),
        *chapter("personal", Listing(_all(language, "personal"))),
        *chapter("retention", Listing(_all(language, "retention"))),
        *chapter(
            "versions",
            report_tables.settings_table(sentences),
        ),
    ]
    title = plain(results.measurement.title)
    return Report(
        title=": ".join([word("description.title"), *([title] if title else [])]),
        subtitle=subtitle_of(sentences),
        author=author_of(results),
        language=word("tag"),
        blocks=tuple(blocks),
    )


def _told(language: Language, name: str) -> Paragraph:
    return Paragraph(language.word(f"description.{name}"), role="small")


def _all(language: Language, part: str) -> tuple[str, ...]:
    names = {
        "personal": ("no_case", "source", "not_read", "people"),
        "retention": ("kept", "until", "who", "again"),
    }
    return tuple(language.word(f"description.{part}.{name}") for name in names[part])


def _about(sentences: Sentences) -> str:
    form, language = sentences.results.form, sentences.language
    values = {"version": plain(form.version), "unit": plain(form.unit)}
    values["title"] = form_title(form, language)
    return language.word("description.about", **values)


def _phases(sentences: Sentences) -> Iterator[str]:
    results, language = sentences.results, sentences.language
    rows = _crude_of(results)
    for phase in results.phases:
        units = [row.units for row in rows if row.phase == phase]
        if units:
            number = language.number(max(units))
            name = sentences.phase(phase)
            yield language.word("description.cases", phase=name, number=number)
    yield from selection(results, language)


def _crude_of(results: Results) -> list[TallyRow]:
    """The tally's rows that hold all cases, one per measure and phase."""
    groups = sorted(results.tally["group"].unique())
    group = "all" if "all" in groups else next(iter(groups), "all")
    return [row for row in tally_rows(results, group) if row.basis == "crude"]


def _variables(sentences: Sentences) -> Table:
    own, word = sentences.language.word, sentences.word
    columns = (
        Column(own("description.column.id")),
        Column(word("column.measure")),
        Column(own("description.column.question")),
        Column(own("description.column.kind")),
        Column(own("method_note.column.compliant")),
        Column(word("column.legal_basis")),
        Column(own("description.column.depends")),
    )
    rows = tuple(_variable(sentences, one) for one in sentences.results.form.measures)
    return Table(own("description.caption.variables"), columns, rows)


def _variable(sentences: Sentences, measure: Measure) -> tuple[str, ...]:
    word = sentences.language.word
    none = word("description.no_values")
    compliant = "" if measure.is_computed else answers_named(sentences, measure)
    return (
        measure.id,
        sentences.measure(measure.id),
        plain("; ".join(_asked(measure))) or none,
        word(f"description.kind_{measure.kind}"),
        compliant,
        ", ".join(plain(basis.cited) for basis in measure.legal_basis) or none,
        _depends(sentences, measure),
    )


def _asked(measure: Measure) -> list[str]:
    """The first spelling of each header that the measure is read from."""
    return [
        names[0] for names in (measure.columns, measure.start, measure.end) if names
    ]


def _depends(sentences: Sentences, measure: Measure) -> str:
    condition = measure.applies_when
    if not condition:
        return ""
    other = sentences.results.form.measure(condition.measure)
    answers = answers_named(sentences, other, condition.answers)
    values = {"measure": sentences.measure(other.id), "answers": answers}
    return sentences.language.word("description.depends", **values)


def _answers(sentences: Sentences) -> Iterator[Block]:
    language, rows = sentences.language, _crude_of(sentences.results)
    yield _told(language, "counts")
    yield _counts(sentences, rows)
    yield Listing(tuple(_unknown(sentences, rows)))
    if len(sentences.results.withheld):
        yield _told(language, "withheld")


def _counts(sentences: Sentences, rows: list[TallyRow]) -> Table:
    word, number = sentences.word, sentences.language.number
    columns = (
        Column(word("column.measure")),
        Column(word("column.phase")),
        *(Column(word(f"score.{kind}"), numeric=True) for kind in COUNTED),
        Column(sentences.language.word("description.column.all"), numeric=True),
    )
    cells = tuple(
        (
            sentences.measure(row.measure),
            sentences.phase(row.phase),
            *(number(count) for count in (*map(row.count, COUNTED), row.units)),
        )
        for row in rows
    )
    caption = sentences.language.word("description.caption.answers")
    return Table(caption, columns, cells)


def _unknown(sentences: Sentences, rows: list[TallyRow]) -> Iterator[str]:
    language = sentences.language
    for phase in sentences.results.phases:
        own = [row for row in rows if row.phase == phase]
        names = ("missing", "not_assessable", "unrecognised")
        sums = {n: language.number(sum(row.count(n) for row in own)) for n in names}
        units = language.number(sum(row.units for row in own))
        named = {"phase": sentences.phase(phase)}
        yield language.word("description.unknown", **named, all=units, **sums)
        if sums["unrecognised"] != "0":
            number = sums["unrecognised"]
            yield language.word("description.unread", **named, number=number)


def _as_markdown(report: Report) -> str:
    """The blocks under the title, readable in any editor; it shows no pictures."""
    lines = [f"# {_literal(report.title)}", ""]
    if report.subtitle:
        lines += [_literal(report.subtitle), ""]
    for block in report.blocks:
        lines += [*_lines_of(block), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _lines_of(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * (block.level + 1)} {_literal(block.text)}"
    elif isinstance(block, Paragraph):
        text = _literal(block.text)
        yield f"**{text}**" if block.role == "notice" else text
    elif isinstance(block, Listing):
        yield from (f"- {_literal(item)}" for item in block.items)
    elif isinstance(block, Table):
        yield from _table_lines(block)


def _table_lines(block: Table) -> Iterator[str]:
    yield f"{_literal(block.caption)}:"
    yield ""
    yield _table_row(column.label for column in block.columns)
    yield _table_row(("--:" if one.numeric else "---") for one in block.columns)
    for cells in block.rows:
        yield _table_row(cells)
    for under in (block.note, block.source):
        if under:
            yield from ("", _literal(under))


def _table_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_literal(cell) for cell in cells)} |"


def _literal(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> _literal("a | *b*\nc")
    'a \\| \\*b\\*, c'
    """
    return ", ".join(_MARKUP.sub(r"\\\g<0>", text).split("\n"))
