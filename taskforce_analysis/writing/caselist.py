"""The cases to put right, for the leader alone: marked internal on every page.

Case by case the measures that are not met, their legal basis and the days over the
limit. Case ids only; a CPR number is a running number long before. It is a kind of
output of its own and never a part of the report.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.blocks import Block, Column, Paragraph, Report, Table
from taskforce_analysis.reporting.contents import author_of, subtitle_of
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.docx import save_report

if TYPE_CHECKING:
    import pandas as pd


@writer("caselist", ".docx", label={"da": "Sagsliste (intern)", "en": "Case list"})
def write_caselist(
    results: Results, path: Path, language: Language, *, phase: str | None = None
) -> None:
    """Write the list of a phase's cases to put right, the later phase's by default.

    Raises UsageError for results that are made for publication, and for a phase that
    the data do not hold.
    """
    if results.is_disclosed or results.settings.publish != "internal":
        finding = "a list of cases is internal and cannot be published"
        raise wrong_use(finding, "Leave out --publish")
    report = compose_caselist(results, language, phase=phase or results.after)
    mark = language.word("caselist.internal")
    save_report(report, path, results=results, language=language, on_every_page=mark)


def compose_caselist(results: Results, language: Language, *, phase: str) -> Report:
    """The list as blocks; each case's failed measures in the form's order."""
    if phase not in results.phases:
        known = ", ".join(results.phases)
        raise wrong_use(f'the data hold no phase "{phase}"', f"Known: {known}")
    sentences = Sentences(results, language)
    own = results.answers[results.answers["phase"] == phase]
    failed = own[own["score"] == "noncompliant"]
    return Report(
        title=language.word("caselist.title"),
        subtitle=subtitle_of(sentences),
        author=author_of(results),
        language=language.word("tag"),
        blocks=tuple(_blocks(sentences, own, failed, phase=phase)),
    )


def _blocks(
    sentences: Sentences, own: "pd.DataFrame", failed: "pd.DataFrame", *, phase: str
) -> list[Block]:
    language = sentences.language
    notice = Paragraph(language.word("caselist.internal"), role="notice")
    if not len(failed):
        return [notice, Paragraph(language.word("caselist.none"))]
    values = {
        "phase": sentences.phase(phase),
        "cases": language.number(failed["unit_id"].nunique()),
        "units": language.number(own["unit_id"].nunique()),
    }
    intro = Paragraph(language.word("caselist.intro", **values))
    return [notice, intro, _table(sentences, failed)]


def _table(sentences: Sentences, failed: "pd.DataFrame") -> Table:
    word, places = sentences.language.word, sentences.results.form.measure_ids
    columns = (
        Column(word("caselist.case"), 1.4),
        Column(word("caselist.failed"), 4),
        Column(word("caselist.basis"), 2.6),
        Column(word("caselist.over"), 1.6, numeric=True),
    )
    ordered = failed.assign(place=failed["measure"].map(places.index)).sort_values(
        ["group", "unit_id", "place"], kind="stable"
    )
    rows = tuple(_cells(sentences, row) for row in ordered.itertuples(index=False))
    return Table(word("caselist.caption"), columns, rows, word("caselist.note"))


def _cells(sentences: Sentences, row: Any) -> tuple[str, ...]:
    measure = sentences.results.form.measure(str(row.measure))
    law = getattr(row, "law", None)
    bases = measure.legal_basis
    if isinstance(law, str):
        bases = [one for one in bases if one.law == law.split()[0]] or bases
    basis = [plain(one.cited) for one in bases]
    return (
        plain(row.unit_id),  # in each row, for a table goes on over the page
        sentences.measure(measure.id),
        ", ".join(basis),
        _over(sentences, row),
    )


def _over(sentences: Sentences, row: Any) -> str:
    """The days over the limit; said to be open where the end has not come."""
    days = str(getattr(row, "over", ""))
    if not days.isdigit() or int(days) == 0:
        return ""
    told = sentences.language.number(int(days))
    if getattr(row, "open", "no") == "yes":
        return sentences.language.word("caselist.still_open", days=told)
    return told
