"""The report as one web page that needs no network: tables, figures, nothing else.

Every figure is an SVG with a title and a description, every table has a caption and
headings with a scope; what scrolls can be reached by the keyboard. It prints, and it
follows the reader's choice of light or dark. No script runs, and a policy in the page
forbids it to fetch anything. Text from a workbook is escaped.
"""

from pathlib import Path

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.outline import outline


@writer("report", ".html", label={"da": "Webside", "en": "Web page"})
def write_html(results: Results, path: Path, language: Language) -> None:
    """Write the report as one self-contained .html file."""
    from taskforce_analysis.writing.web.page import page

    report = outline(results, language)
    text = page(report, results=results, language=language)
    path.write_text(text, "utf-8", newline="\n")
