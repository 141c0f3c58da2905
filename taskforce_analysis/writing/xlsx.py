"""The figures as an Excel workbook that anyone can open, search and read aloud.

Cover, contents, notes, the comparison, a native chart, the tally, the issues and where
it all came from: one table per sheet, and no case in it.
"""

from pathlib import Path

from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.contents import author_of, subtitle_of, title_of
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.sheets import words
from taskforce_analysis.writing.sheets.book import BookSheet, write_book
from taskforce_analysis.writing.sheets.days import days_sheet
from taskforce_analysis.writing.sheets.rates import (
    chart_sheet,
    comparison_sheet,
    tally_sheet,
)


@writer("report", ".xlsx", label={"da": "Excel-rapport", "en": "Excel report"})
def write_xlsx(results: Results, path: Path, language: Language) -> None:
    """Write the figures behind the report as .xlsx."""
    sentences = Sentences(results, language)
    sheets = _sheets(sentences)
    properties = {
        "title": title_of(sentences)[:255],
        "subject": subtitle_of(sentences)[:255],
        "author": author_of(results)[:255],
    }
    front = [words.cover_sheet(sentences), words.contents_sheet(sentences, sheets)]
    alt = sentences.word("chart_alt")
    write_book([*front, *sheets], path, properties=properties, alt=alt)


def _sheets(sentences: Sentences) -> list[BookSheet]:
    compared = [comparison_sheet(sentences), chart_sheet(sentences)]
    return [
        words.notes_sheet(sentences),
        *(compared if len(sentences.results.comparison) else []),
        tally_sheet(sentences),
        *days_sheet(sentences),
        *words.recommendations_sheet(sentences),
        words.issues_sheet(sentences),
        words.files_sheet(sentences),
        words.settings_sheet(sentences),
    ]
