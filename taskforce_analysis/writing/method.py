"""How the figures were made, for the one who must answer for them in five years.

The cases and how they were chosen, the reviewers and how far they agree, the form with
its guidance, each answer that was read otherwise than it was written (by its cell, not
by its text), the rules, the settings, the versions, the files.
"""

from collections.abc import Iterator
from pathlib import Path

from taskforce_analysis.forms import Form, Measure
from taskforce_analysis.languages import Language
from taskforce_analysis.measurements import Correction, Exclusion
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
from taskforce_analysis.reporting.explanations import (
    agreement,
    cited,
    method,
    selection,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.reporting.table_rows import comparison_rows, issue_rows
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain
from taskforce_analysis.writing import writer

# The codes of issues about what was read otherwise than it was written.
READ_OTHERWISE = (
    "ANSWER_",
    "CELL_",
    "DATE_",
    "FORMULA_",
    "GROUP_NORMALISED",
    "HEADER_NORMALISED",
    "ID_",
    "MERGED_",
    "NUMBER_TEXT",
    "PHASE_NORMALISED",
    "REVIEW_DISAGREES",
    "ROW_",
)


@writer("method", ".docx", label={"da": "Metodenotat", "en": "Method note"})
def write_method_note(
    results: Results,
    path: Path,
    language: Language,
    *,
    template: str | Path | None = None,
) -> None:
    """Write the method note as .docx, in a municipality's own template if given."""
    from taskforce_analysis.writing.docx import save_report

    save_report(
        compose_method_note(results, language),
        path,
        results=results,
        language=language,
        kind="method",
        template=template,
    )


def compose_method_note(results: Results, language: Language) -> Report:
    """The method note as blocks."""
    sentences = Sentences(results, language)
    word = language.word
    blocks: list[Block] = [
        Paragraph(notice(sentences), role="notice"),
        Heading(sentences.word("heading.selection")),
        Listing(tuple(selection(results, language))),
        Heading(word("method_note.heading.reviewers")),
        *_reviewers(sentences),
        Heading(word("method_note.heading.form")),
        Paragraph(_form_line(sentences)),
        _form_table(sentences),
        Heading(word("method_note.heading.read_otherwise")),
        *_read_otherwise(sentences),
        *_on_record(sentences),
        Heading(sentences.word("heading.method")),
        Listing((*method(results, language), *_checks(sentences))),
        Heading(word("method_note.heading.basis")),
        report_tables.sources_table(sentences),
        report_tables.settings_table(sentences),
        Paragraph(word("method_note.again")),
    ]
    title = plain(results.measurement.title)
    return Report(
        title=": ".join([word("method_note.title"), *([title] if title else [])]),
        subtitle=subtitle_of(sentences),
        author=author_of(results),
        language=word("tag"),
        blocks=tuple(blocks),
    )


def _checks(sentences: Sentences) -> list[str]:
    """The methods of the checks that stand beside a verdict and never set it."""
    rows = [
        row
        for row in comparison_rows(sentences.results)
        if row.method and not (row.is_headline or row.is_own or row.is_withheld)
    ]
    kinds = dict.fromkeys((row.basis, row.method) for row in rows)
    return [
        sentences.language.word(
            "method_note.check",
            basis=report_tables.basis_label(sentences, basis),
            method=cited(name, sentences.language),
        )
        for basis, name in kinds
    ]


def _reviewers(sentences: Sentences) -> Iterator[Block]:
    results, language = sentences.results, sentences.language
    said = [
        language.word(
            "method_note.reviewers_of",
            phase=sentences.phase(phase),
            who=plain(results.measurement.phase(phase).reviewers),
        )
        for phase in results.phases
        if results.measurement.phase(phase).reviewers
    ]
    said += agreement(results.agreed[-1:], language)
    unsaid = "reviewers_withheld" if results.is_disclosed else "one_reviewer"
    yield Listing(tuple(said or [language.word(f"method_note.{unsaid}")]))
    # A single measure rests on few cases: what is published tells all of them as one.
    if results.agreed and not results.is_disclosed:
        yield _agreement_table(sentences)


def _agreement_table(sentences: Sentences) -> Table:
    word, number = sentences.language.word, sentences.language.number
    columns = (
        Column(sentences.word("column.measure"), 4),
        Column(word("method_note.column.same"), 1.2, numeric=True),
        Column(word("method_note.column.pairs"), 1.2, numeric=True),
    )
    rows = tuple(
        (sentences.measure(one.measure), number(one.same), number(one.pairs))
        for one in sentences.results.agreed
        if one.measure
    )
    return Table(word("method_note.caption.agreement"), columns, rows)


def _form_line(sentences: Sentences) -> str:
    form = sentences.results.form
    title = form_title(form, sentences.language)
    values = {"title": title, "version": plain(form.version)}
    told = sentences.language.word("method_note.form", **values)
    return f"{told} {plain(form.source)}".strip()


def _form_table(sentences: Sentences) -> Table:
    word = sentences.language.word
    columns = (
        Column(sentences.word("column.measure"), 3.2),
        Column(sentences.word("column.legal_basis"), 2),
        Column(word("method_note.column.compliant"), 1.2),
        Column(word("method_note.column.guidance"), 3.6),
    )
    form = sentences.results.form
    rows = tuple(_measure_row(sentences, measure) for measure in form.measures)
    return Table(word("method_note.caption.form"), columns, rows)


def _measure_row(sentences: Sentences, measure: Measure) -> tuple[str, ...]:
    language, form = sentences.language, sentences.results.form
    told = [plain(measure.help)] if measure.help else []
    if measure.applies_when:
        other = sentences.measure(form.measure(measure.applies_when.measure).id)
        told.append(language.word("method_note.applies_when", measure=other))
    computed = language.word("method_note.computed")
    return (
        sentences.measure(measure.id),
        ", ".join(sentences.cited(measure.legal_basis)),
        computed if measure.is_computed else answers_named(sentences, measure),
        " ".join(told),
    )


def form_title(form: Form, language: Language) -> str:
    """A form's title in the reader's language, if it has one in it."""
    english = language.id == "en" and form.title_en
    return plain(form.title_en if english else form.title)


def answers_named(
    sentences: Sentences, measure: Measure, names: tuple[str, ...] = ()
) -> str:
    """Answers as a reader knows them; those that comply when no others are given."""
    language = sentences.language
    grades = {grade.id: language.label(grade) for grade in measure.scale}
    named = [
        grades.get(name) or language.word(f"answer.{name}")
        for name in names or measure.compliant
        if name in grades or language.has(f"answer.{name}")
    ]
    return plain(", ".join(named))


def _on_record(sentences: Sentences) -> Iterator[Block]:
    """Which cases were left out and which answers corrected; why, by whom and when.

    What is published says how many, for all else is someone's own words.
    """
    plan, word = sentences.results.measurement, sentences.language.word
    if not plan.excluded and not plan.corrections:
        return
    yield Heading(word("method_note.heading.on_record"))
    if sentences.results.is_disclosed:
        numbers = {"excluded": plan.excluded, "corrected": plan.corrections}
        yield Listing(
            tuple(
                sentences.language.counted(
                    f"method_note.number_{key}", sentences.language.number(len(own))
                )
                for key, own in numbers.items()
                if own
            )
        )
        return

    def told(key: str, one: Exclusion | Correction, **facts: str) -> str:
        why = "; ".join(plain(part) for part in (one.why, one.by) if part)
        day = sentences.language.date(one.on) if one.on else ""
        said = ", ".join(part for part in (why, day) if part)
        return word(f"method_note.{key}", case=plain(one.case), said=said, **facts)

    lines = [told("excluded", one, place=plain(one.place)) for one in plan.excluded]
    lines += [
        told("corrected", one, measure=sentences.measure(one.measure))
        for one in plan.corrections
    ]
    yield Listing(tuple(lines))


def _read_otherwise(sentences: Sentences) -> Iterator[Block]:
    language = sentences.language
    cells = sentences.results.issue_cells
    rows = cells[cells["code"].str.startswith(READ_OTHERWISE)]
    if not len(rows):
        yield Paragraph(language.word("method_note.as_written"))
        return
    columns = (
        Column(sentences.word("column.place"), 2.4),
        Column(sentences.word("column.measure"), 2.6),
        Column(sentences.word("column.finding"), 4),
    )
    told = tuple(
        (
            report_tables.issue_place(sentences, row),
            report_tables.issue_measure(sentences, row),
            report_tables.issue_text(sentences, row),
        )
        for row in issue_rows(rows)
    )
    caption = language.word("method_note.caption.read_otherwise")
    yield Table(caption, columns, told, language.word("method_note.no_values"))
