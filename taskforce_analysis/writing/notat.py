"""The committee's paper: at most two pages under the headings that agendas use.

Three lines on what came out; what the committee is asked; a table of the measures that
were chosen beforehand, or of the six most telling; what still calls for attention; the
recommendations and how far each has come; the law. Counts come first, no p-value
stands in it, and what makes a comparison doubtful stands in the cell of its verdict.
What the figures cannot say (economy, hearing) is the author's. `notat` in the
measurement says whether the paper is for information or for a decision.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from taskforce_analysis.forms import LegalBasis
from taskforce_analysis.languages import NO_BREAK, Language
from taskforce_analysis.paragraphs import parse_provisions
from taskforce_analysis.recommendations import Recommendation, load_vocabulary
from taskforce_analysis.reporting.author_places import author_place
from taskforce_analysis.reporting.blocks import (
    AuthorPlace,
    Block,
    Column,
    Heading,
    Listing,
    Paragraph,
    Report,
    Table,
)
from taskforce_analysis.reporting.contents import (
    author_of,
    notice,
    subtitle_of,
    title_of,
)
from taskforce_analysis.reporting.explanations import selection
from taskforce_analysis.reporting.sentences import Sentences, lowered
from taskforce_analysis.reporting.series import is_series, series_tables, trend_measures
from taskforce_analysis.reporting.summary import (
    attention,
    elsewhere,
    index_texts,
    lines_by_group,
    rates_lacking,
    recommended,
    summary_items,
    verdict_with_reservations,
)
from taskforce_analysis.reporting.table_rows import (
    ComparisonRow,
    PhaseRate,
    deciding,
)
from taskforce_analysis.reporting.themes_chapter import (
    asked_of,
    graded_table,
    is_graded,
)
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain
from taskforce_analysis.writing import writer

_MOST_TOLD = 6
_MOST_RECOMMENDED = 11  # more of them would not fit on two pages
_SHORT = 110  # signs of a recommendation
_FINISHED = ("carried_out", "anchored")
_DISABILITY = re.compile("handicap|disabilit", re.IGNORECASE)
_SECTION = re.compile(r"(\d+)(.*)")
_SIGNS = str.maketrans({NO_BREAK: " ", "\u2212": "minus ", "\u2013": "-"})


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
        lines += _lines_of(block)
    # Blanks that do not break and long minus signs do not survive every system.
    return ("\n".join(lines) + "\n").translate(_SIGNS)


def _lines_of(block: Block) -> list[str]:
    if isinstance(block, Heading):
        return ["", block.text]
    if isinstance(block, Paragraph):
        return ["", block.text] if block.role == "notice" else [block.text]
    if isinstance(block, Listing):
        return [f"- {item}" for item in block.items]
    if isinstance(block, AuthorPlace):
        return ["", block.heading, *(block.texts or [f"[{block.prompt}]"])]
    if isinstance(block, Table):  # an agenda system keeps running text alone
        return [f"{block.caption}:", *(_line_of(block, row) for row in block.rows)]
    return []


def _line_of(table: Table, row: Sequence[str]) -> str:
    """A table's row in a line: its heading, then each cell with its column's."""
    first, *others = (" ".join(cell.split()) for cell in row)
    heads = [column.label for column in table.columns[1:]]
    told = [f"{head}: {cell}" for head, cell in zip(heads, others, strict=True) if cell]
    return f"- {first}. {'; '.join(told)}."


def compose_notat(results: Results, language: Language) -> Report:
    """The committee's paper as blocks; its figures are those of the comparison."""
    sentences = Sentences(results, language)
    word, groups = language.word, sentences.groups
    kind = results.measurement.notat
    group = groups[0] if groups else "all"
    blocks: list[Block] = [
        Paragraph(notice(sentences), role="notice"),
        Heading(word("notat.heading.summary")),
        *_summary(sentences, group),
        Heading(word("notat.heading.proposal")),
        Paragraph(word(f"notat.kind.{kind}")),
        Listing(tuple(word(f"notat.proposals.{kind}").split("\n"))),
        Heading(word("notat.heading.case")),
        *_case(sentences, group),
        *_advice(sentences),
        Heading(word("notat.heading.law")),
        Paragraph(_law(sentences)),
        *author_place(sentences, "economy"),
        *_hearing(sentences),
        Heading(word("notat.heading.annexes")),
        Listing(tuple(word("notat.annexes").split("\n"))),
    ]
    return Report(
        title=title_of(sentences),
        subtitle=subtitle_of(sentences),
        author=author_of(results),
        language=word("tag"),
        blocks=tuple(blocks),
    )


def _summary(sentences: Sentences, group: str) -> Iterator[Block]:
    """Three lines: what was reviewed, what came out, what remains."""
    if len(sentences.groups) > 1:
        yield Paragraph(elsewhere(sentences))
        return
    first, *others = [item.text for item in summary_items(sentences, group)]
    remains = [attention(sentences, group), *recommended(sentences)]
    found = [text for text in others if text not in remains]
    lines = [first, " ".join(found), " ".join(text for text in remains if text)]
    yield from (Paragraph(line) for line in lines if line)


def _case(sentences: Sentences, group: str) -> Iterator[Block]:
    """How it was done, the figures, and where attention must go on."""
    results, language = sentences.results, sentences.language
    yield Paragraph(" ".join(selection(results, language)))
    if len(sentences.groups) > 1:
        yield Listing(lines_by_group(sentences))
        return
    if is_series(results):
        told = trend_measures(sentences, group)
        caption = sentences.word("caption.periods")
        yield from series_tables(sentences, group, told, caption=caption)
    elif is_graded(sentences):
        yield graded_table(sentences, group, asked_of(sentences, group))
    elif rows := rows_told(deciding(results, group)):
        if index_texts(sentences, group):
            yield Paragraph(sentences.word("index.summary"))
        yield _table(sentences, rows)
        if any(row.shown_difference for row in rows):
            said = [_level(sentences, rows), language.word("notat.reads_as")]
            yield Paragraph(" ".join(text for text in said if text))
    if is_series(results) or is_graded(sentences):
        return
    if lacking := rates_lacking(sentences, group):
        yield Paragraph(language.word("notat.attention", units=sentences.units))
        told = {name: _lacking(sentences, name, rate) for name, rate in lacking}
        yield Listing(tuple(told.values()), tuple(told))


def rows_told(rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """The measures chosen beforehand; without any the six that tell the most.

    First what is beyond chance, then what is decided, then what has most cases.
    """
    shown = [row for row in rows if not row.is_withheld]
    chosen = [row for row in rows if row.is_primary]  # be they withheld: it is said
    if any(not row.is_withheld for row in chosen):
        return chosen
    telling = sorted(
        (row for row in shown if row.is_compared),
        key=lambda row: (
            not row.is_beyond_chance,
            not row.is_decided,
            -min(side.applicable for side in row.sides),
        ),
    )[:_MOST_TOLD]
    return [row for row in rows if row in telling or row.is_primary]


def _lacking(sentences: Sentences, name: str, rate: PhaseRate) -> str:
    values = {"measure": sentences.measure(name), "count": sentences.side(rate)}
    return sentences.language.word("notat.lacking", **values)


def _table(sentences: Sentences, rows: Sequence[ComparisonRow]) -> Table:
    word = sentences.language.word
    before, after = (sentences.heading_of(side.phase) for side in rows[0].sides)
    has_level = len(_levels(rows)) > 1  # one level is told below the table
    columns = (
        Column(sentences.word("column.measure"), 3.5),
        Column(before, 2.0, numeric=True),
        Column(after, 2.0, numeric=True),
        Column(word("notat.column.difference"), 3.6),
        Column(sentences.word("column.verdict"), 3.7),
    )
    cells = tuple(
        (
            sentences.measure(row.measure),
            sentences.side(row.before),
            sentences.side(row.after),
            _difference(sentences, row, has_level=has_level),
            verdict_with_reservations(sentences, row),
        )
        for row in rows
    )
    return Table(word(f"notat.caption.{_how_chosen(sentences, rows)}"), columns, cells)


def _levels(rows: Sequence[ComparisonRow]) -> set[float]:
    """The levels of the intervals that a table shows."""
    return {row.confidence for row in rows if row.shown_difference}


def _level(sentences: Sentences, rows: Sequence[ComparisonRow]) -> str:
    """At which level the intervals of a table hold, and whether together."""
    word = sentences.language.word
    shown = [row for row in rows if row.shown_difference]
    own = {row.adjustment: row for row in shown if sentences.has_own_level(row)}
    if "holm" in own:
        return word("notat.stepwise")
    if len(_levels(rows)) > 1:  # each tells its own
        return ""
    if row := own.get("bonferroni"):
        key = "level_joint" if row.is_primary else "level_joint_all"
        return word(f"notat.{key}", **sentences.joint(row))
    level = sentences.language.percent_exact(shown[0].confidence)
    return word("notat.level", level=level)


def _how_chosen(sentences: Sentences, rows: Sequence[ComparisonRow]) -> str:
    """Whether the measures were chosen, and a locked plan shows that it was before."""
    results = sentences.results
    if not any(row.is_primary for row in rows):
        return "of_index" if results.measurement.index else "telling"
    chosen = results.measurement.primary or results.form.primary
    is_known = results.measurement.chose_beforehand(chosen, results.before)
    return "chosen" if is_known else "chosen_declared"


def _difference(sentences: Sentences, row: ComparisonRow, *, has_level: bool) -> str:
    found, language = row.shown_difference, sentences.language
    if found is None:
        return language.word("no_rate")
    span, size = sentences.range(found), sentences.size(found.value)
    if has_level:
        level = language.percent_exact(row.confidence)
        span = sentences.word("range_at", range=span, level=level)
    way = "none" if not found.value else "higher" if found.value > 0 else "lower"
    return language.counted(f"notat.{way}", size, range=span)


def _advice(sentences: Sentences) -> Iterator[Block]:
    """The recommendations and where each stands; of many those that remain."""
    items = sentences.results.recommendations
    if not items:
        return
    word = sentences.language.word
    shown, left_out = recommendations_told(items, _MOST_RECOMMENDED)
    names = {"number": 0.8, "text": 7.2, "status": 2.2, "due": 2.4}
    columns = tuple(
        Column(word(f"recommendations.column.{name}"), width)
        for name, width in names.items()
    )
    rows = tuple(_advice_cells(sentences, item) for item in shown)
    yield Table(word("notat.caption.recommendations"), columns, rows)
    if left_out:
        number = sentences.language.number(left_out)
        yield Paragraph(sentences.language.counted("notat.more", number), role="small")


def recommendations_told(
    items: Sequence[Recommendation], most: int
) -> tuple[list[Recommendation], int]:
    """At most so many recommendations in their order, and how many are left out.

    Those that are not finished come before those that are.
    """
    first = sorted(items, key=lambda item: item.status in _FINISHED)[:most]
    return [item for item in items if item in first], len(items) - len(first)


def _advice_cells(sentences: Sentences, item: Recommendation) -> tuple[str, ...]:
    language = sentences.language
    status = load_vocabulary().word("status", item.status)
    return (
        plain(item.number),
        shortened(plain(item.text), _SHORT),
        language.label(status),
        language.date(item.due) if item.due else "",
    )


def shortened(text: str, most: int) -> str:
    """A text of at most so many signs: whole words, and three dots for the rest.

    >>> shortened("Kommunen bør følge op", 14)
    'Kommunen bør …'
    """
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rpartition(' ')[0].rstrip(',;: ')} …"


def _law(sentences: Sentences) -> str:
    """The provisions in force behind the measures that were asked, law by law."""
    results = sentences.results
    asked = set(results.tally["measure"])
    found: dict[str, set[str]] = {}
    for measure in (one for one in results.form.measures if one.id in asked):
        for basis in measure.legal_basis:
            for law, section in _sections_of(basis):
                found.setdefault(law, set()).add(section)
    if not found:
        return sentences.language.word("notat.no_law")
    told = [_of_law(sentences, law, own) for law, own in found.items()]
    listed = sentences.language.listed(told)
    return sentences.language.word("notat.law", listed=listed)


def _sections_of(basis: LegalBasis) -> Iterator[tuple[str, str]]:
    """The law's name in full and each section; what is no section stands as it is."""
    law, sign, rest = basis.cited.partition("\u00a7")
    name = lowered(plain(law.strip()))
    provisions = parse_provisions(basis.text)
    for one in provisions:
        number, letter = _parts_of(one.section)
        yield name, f"{number} {letter}".strip()
    if not provisions:
        yield name, plain(rest.lstrip("\u00a7 ")) if sign else ""


def _of_law(sentences: Sentences, law: str, sections: set[str]) -> str:
    """One law's sections in their order: "servicelovens §§ 48, 50 og 140"."""
    named = sorted(filter(None, sections), key=_place_of)
    if not named:
        return law
    several = len(named) > 1 or "-" in named[0]
    listed = sentences.language.listed(named)
    key = f"notat.section{'s' if several else ''}"
    return sentences.language.word(key, law=law, sections=listed)


def _parts_of(section: str) -> tuple[str, str]:
    """A section's number, and what stands behind it: "32a" is 32 and a."""
    found = _SECTION.fullmatch(section)
    return (found[1], found[2].strip()) if found else (section, "")


def _place_of(section: str) -> tuple[int, str]:
    number, letter = _parts_of(section)
    return (int(number) if number.isdigit() else 0), letter


def _hearing(sentences: Sentences) -> list[AuthorPlace]:
    """Who was heard; where the field is disability the council for it is named."""
    form, measurement = sentences.results.form, sentences.results.measurement
    named = (form.id, form.title, form.title_en, measurement.title)
    places = author_place(sentences, "hearing")
    if not any(map(_DISABILITY.search, named)):
        return places
    prompt = sentences.language.word("notat.hearing_disability")
    return [replace(place, prompt=prompt) for place in places]
