"""The cases to follow up, for the leader alone: marked internal on every page.

A row per case: its faults, each with the law that held for this case and the days over
the limit. Several faults are numbered, so that what stands in one column is found in
the next. Case ids only; a CPR number is a running number long before. It is a kind of
output of its own and never a part of the report.
"""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from taskforce_analysis.errors import wrong_use
from taskforce_analysis.forms import Measure
from taskforce_analysis.languages import Language
from taskforce_analysis.paragraphs import parse_provisions
from taskforce_analysis.reporting.blocks import Block, Column, Paragraph, Report, Table
from taskforce_analysis.reporting.contents import author_of, subtitle_of
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.texts import plain
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.docx import save_report

if TYPE_CHECKING:
    import pandas as pd

Fault: TypeAlias = Mapping[Hashable, object]  # an answer's row of the table answers


@writer("caselist", ".docx", label={"da": "Sagsliste (intern)", "en": "Case list"})
def write_caselist(
    results: Results, path: Path, language: Language, *, phase: str | None = None
) -> None:
    """Write the list of a phase's cases to follow up, the later phase's by default.

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
    """The list as blocks; each case's faults in the form's order."""
    if phase not in results.phases:
        known = ", ".join(results.phases)
        raise wrong_use(f'the data hold no phase "{phase}"', f"Known: {known}")
    sentences = Sentences(results, language)
    own = results.answers[results.answers["phase"] == phase]
    return Report(
        title=language.word("caselist.title"),
        subtitle=subtitle_of(sentences),
        author=author_of(results),
        language=language.word("tag"),
        blocks=tuple(_blocks(sentences, own, phase=phase)),
    )


def _blocks(sentences: Sentences, own: "pd.DataFrame", *, phase: str) -> list[Block]:
    language = sentences.language
    said = [language.word("caselist.internal")]
    said += [language.word("draft.mark")] if sentences.results.form.draft else []
    notice = Paragraph(" ".join(said), role="notice")
    failed = own[own["score"] == "noncompliant"]
    if not len(failed):
        return [notice, Paragraph(language.word("caselist.none"))]
    number = language.number(own["unit_id"].nunique())
    values = {
        "measurement": sentences.measurement(phase, dated=True),
        "cases": language.number(failed["unit_id"].nunique()),
        "all": number,
        "units": sentences.units_of(number),
    }
    intro = Paragraph(language.word("caselist.intro", **values))
    return [notice, intro, _table(sentences, failed)]


def _table(sentences: Sentences, failed: "pd.DataFrame") -> Table:
    word, places = sentences.language.word, sentences.results.form.measure_ids
    columns = (
        Column(word("caselist.case"), 1.3),
        Column(word("caselist.faults"), 4.2, listed=True),
        Column(word("caselist.basis"), 3, listed=True),
        Column(word("caselist.over"), 1.5, listed=True),
    )
    ordered = failed.assign(place=failed["measure"].map(places.index)).sort_values(
        ["group", "unit_id", "place"], kind="stable"
    )
    rows = tuple(
        _cells(sentences, str(case), own.to_dict("records"))
        for (_, case), own in ordered.groupby(["group", "unit_id"], sort=False)
    )
    return Table(word("caselist.caption"), columns, rows, word("caselist.note"))


def _cells(sentences: Sentences, case: str, faults: Sequence[Fault]) -> tuple[str, ...]:
    """A case's row; `faults` are its answers that do not comply."""
    form = sentences.results.form
    measures = [form.measure(str(fault["measure"])) for fault in faults]
    return (
        plain(case),
        _numbered([_fault(sentences, measure) for measure in measures]),
        _numbered(
            [
                ", ".join(_law(sentences, measure, fault))
                for measure, fault in zip(measures, faults, strict=True)
            ]
        ),
        _numbered([_over(sentences, fault) for fault in faults]),
    )


def _numbered(texts: Sequence[str]) -> str:
    """A line per fault that has something to say, with the fault's number."""
    if len(texts) == 1:
        return texts[0]
    return "\n".join(f"{at}. {text}" for at, text in enumerate(texts, 1) if text)


def _fault(sentences: Sentences, measure: Measure) -> str:
    """What is wrong, in the form's own words; else that the measure is not met."""
    is_english = sentences.language.id == "en"
    own = measure.label_not_en if is_english else measure.label_not
    if own:
        return plain(own)
    label = sentences.measure(measure.id)
    return sentences.language.word("caselist.fault", measure=label)


def _law(sentences: Sentences, measure: Measure, fault: Fault) -> list[str]:
    """The provisions that were the measure's rule in this case."""
    form = sentences.results.form
    decided = fault.get(form.law_date)
    day = date.fromisoformat(decided) if isinstance(decided, str) else None
    told = [fault.get(name) for name in ("paragraph", "benefit")]
    cited = " ".join(text for text in told if isinstance(text, str))
    bases = measure.bases_on(day, parse_provisions(cited))
    return sentences.cited(bases)


def _over(sentences: Sentences, fault: Fault) -> str:
    """The days over the limit; said to be open where the end has not come."""
    days = str(fault.get("over", ""))
    if not days.isdigit() or int(days) == 0:
        return ""
    told = sentences.language.number(int(days))
    if fault.get("open") == "yes":
        return sentences.language.word("caselist.still_open", days=told)
    return told
