"""The committee's paper: one to two pages under the headings that agendas use.

No table and no picture: an agenda system keeps running text and nothing else. The
measures that decide are told whole, the others in a line each, with counts first and
no p-value. What the tool cannot know (economy, hearing) is left to be filled in.
"""

from collections.abc import Iterator
from pathlib import Path

from taskforce_analysis.languages import NO_BREAK, Language
from taskforce_analysis.reporting.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Report,
)
from taskforce_analysis.reporting.contents import author_of, notice
from taskforce_analysis.reporting.explanations import selection
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.summary import (
    count_of_verdicts,
    elsewhere,
    index_texts,
    lines_by_group,
    summary_rows,
)
from taskforce_analysis.reporting.table_rows import ComparisonRow, deciding
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain
from taskforce_analysis.writing import writer

_MOST_TOLD, _MOST_LISTED = 4, 18
_SIGNS = str.maketrans({NO_BREAK: " ", "\u2212": "-", "\u2013": "-"})


@writer("notat", ".docx", label={"da": "Notat til udvalget", "en": "Committee paper"})
def write_notat(
    results: Results,
    path: Path,
    language: Language,
    *,
    template: str | Path | None = None,
) -> None:
    """Write the committee's paper as .docx, in a municipality's template if given."""
    from taskforce_analysis.writing.docx import save_report

    save_report(
        compose_notat(results, language),
        path,
        results=results,
        language=language,
        kind="notat",
        template=template,
    )


@writer("notat", ".txt", label={"da": "Notat som ren tekst", "en": "Paper as text"})
def write_notat_text(results: Results, path: Path, language: Language) -> None:
    """Write the committee's paper as plain text to paste into an agenda system."""
    # With a byte order mark, for an old system would else break æ, ø and å.
    text = as_text(compose_notat(results, language))
    path.write_text(text, "utf-8-sig", newline="\n")


def as_text(report: Report) -> str:
    """The blocks as plain text: headings in a line of their own, items with a dash."""
    lines = [report.title, *([report.subtitle] if report.subtitle else [])]
    for block in report.blocks:
        if isinstance(block, Heading):
            lines += ["", block.text]
        elif isinstance(block, Paragraph):
            lines += ["", block.text] if block.role == "notice" else [block.text]
        elif isinstance(block, Listing):
            lines += [f"- {item}" for item in block.items]
    # Blanks that do not break and long minus signs do not survive every system.
    return ("\n".join(lines) + "\n").translate(_SIGNS)


def compose_notat(results: Results, language: Language) -> Report:
    """The committee's paper as blocks; its figures are those of the comparison."""
    sentences = Sentences(results, language)
    word, groups = language.word, sentences.groups
    group = groups[0] if groups else "all"
    case = _groups if len(groups) > 1 else _case
    fill_in = Paragraph(word("notat.fill_in"))
    blocks: list[Block] = [
        Paragraph(notice(sentences), role="notice"),
        Heading(word("notat.heading.theme")),
        Paragraph(word("notat.theme", title=_subject(sentences))),
        Heading(word("notat.heading.proposal")),
        Paragraph(word("notat.proposal")),
        Listing(tuple(word("notat.proposals").split("\n"))),
        Heading(word("notat.heading.case")),
        *case(sentences, group),
        Heading(word("notat.heading.law")),
        Paragraph(_law(sentences, group)),
        Heading(word("notat.heading.economy")),
        fill_in,
        Heading(word("notat.heading.hearing")),
        fill_in,
        Heading(word("notat.heading.annexes")),
        Listing(tuple(word("notat.annexes").split("\n"))),
    ]
    return Report(
        title=word("notat.title", title=_subject(sentences)),
        subtitle=plain(results.measurement.municipality),
        author=author_of(results),
        language=word("tag"),
        blocks=tuple(blocks),
    )


def _subject(sentences: Sentences) -> str:
    own = plain(sentences.results.measurement.title)
    return own or plain(sentences.language.word("notat.subject"))


def _groups(sentences: Sentences, _: str) -> Iterator[Block]:
    """A line per group, for two pages hold no more; the report has the measures."""
    yield Listing(tuple(selection(sentences.results, sentences.language)))
    yield Listing(lines_by_group(sentences))
    yield Paragraph(elsewhere(sentences))
    yield Paragraph(sentences.word("summary.reads_as"))


def _case(sentences: Sentences, group: str) -> Iterator[Block]:
    results, language = sentences.results, sentences.language
    rows = deciding(results, group)
    yield Paragraph(sentences.word("summary.cases", cases=sentences.cases(group)))
    yield Listing(tuple(selection(results, language)))
    if not rows:
        yield Paragraph(sentences.word("summary.one_phase"))
        return
    index = index_texts(sentences, group)
    told = [] if index else summary_rows(rows)[:_MOST_TOLD]
    if index:
        yield Listing(tuple(index))
        yield Paragraph(sentences.word("index.summary"))
    elif len(rows) > 1:
        yield Paragraph(count_of_verdicts(sentences, rows))
    yield Listing(
        tuple(sentences.told(row) for row in told),
        tuple(row.measure for row in told),
    )
    others = [row for row in rows if row not in told and not row.is_withheld]
    if others:
        phases = (results.after, results.before)
        after, before = map(sentences.phase, phases)
        yield Paragraph(language.word("notat.others", after=after, before=before))
        lines = {row.measure: _line(sentences, row) for row in others}
        shown = dict(list(lines.items())[:_MOST_LISTED])
        yield Listing(tuple(shown.values()), tuple(shown))
    if len(others) > _MOST_LISTED:
        number = language.number(len(others) - _MOST_LISTED)
        yield Paragraph(language.counted("notat.more", number))
    yield Paragraph(sentences.word("summary.reads_as"))


def _line(sentences: Sentences, row: ComparisonRow) -> str:
    """A measure in one line; which phase is which stands above the list."""
    told = _pair(sentences, "notat.line", row)
    twins = [
        _pair(sentences, "notat.twin", other)
        for other in sentences.beside(row)
        if other.basis == "unconditional"
    ]
    verdict, asked = f"{sentences.verdict(row)}.", sentences.asked(row)
    known = [sentences.language.word("notat.asked", asked=asked)] if asked else []
    return " ".join([told, *sentences.edges(row), verdict, *known, *twins])


def _pair(sentences: Sentences, key: str, row: ComparisonRow) -> str:
    return sentences.language.word(
        key,
        measure=sentences.as_judged(row),
        after=sentences.side(row.after),
        before=sentences.side(row.before),
        units=sentences.units,
    )


def _law(sentences: Sentences, group: str) -> str:
    """The provisions behind the measures that are told, each once."""
    results = sentences.results
    texts = dict.fromkeys(
        plain(basis.cited)
        for row in deciding(results, group)
        for basis in results.form.measure(row.measure).legal_basis
    )
    if not texts:
        return sentences.language.word("notat.fill_in")
    listed = sentences.language.listed(list(texts))
    return sentences.language.word("notat.law", listed=listed)
