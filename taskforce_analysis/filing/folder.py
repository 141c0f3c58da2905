"""The whole report as a folder: Word, Excel, web page, figures, numbers, provenance.

The set replaces the former one whole: whoever looks finds the old set or the new one.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from taskforce_analysis.atomic import whole_file, whole_set
from taskforce_analysis.charts import draw_pages
from taskforce_analysis.disclosing import disclose, is_published
from taskforce_analysis.errors import UsageError, wrong_use
from taskforce_analysis.filing.provenance import (
    NAME,
    Account,
    internal_of,
    provenance_of,
    write_told,
)
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.reporting.contents import main_chart
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.writing import write
from taskforce_analysis.writing.figure import export
from taskforce_analysis.writing.picturing import Pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REPORT, NUMBERS, FIGURE = "rapport", "tal.json", "figur"


def write_folder(
    results: Results,
    folder: str | Path,
    *,
    language: str | Language = "da",
    template: str | Path | None = None,
    account: Account | None = None,
    internal: Path | None = None,
) -> list[Path]:
    """Write the whole report into a folder and return the paths, the report first.

    `template` is a municipality's own .docx. Other files of the folder stay. What the
    settings withhold from publication is in none of the files. Where the measurement
    asks for a PDF and LibreOffice is installed, rapport.pdf is one of them. Of a
    publication an account that stays in the house is written beside the folder, or at
    `internal`; `account` is that of results that were disclosed before.
    """
    words = load_language(language)
    if is_published(results) and not results.is_disclosed:
        account = account or Account.of(results)
    folder, results = Path(folder), disclose(results)
    if folder.exists() and not folder.is_dir():
        raise wrong_use("a file has the name of the folder", "Name another folder")
    pictures = Pictures(results, words)
    # What each format can be told besides, the workbook nothing.
    own = {
        ".docx": {"template": template, "pictures": pictures},
        ".html": {"pictures": pictures},
        ".xlsx": {},
    }
    with whole_set(folder, former=_former(folder)) as stage:
        for suffix, options in own.items():
            write(results, stage / f"{REPORT}{suffix}", language=words, **options)
        if results.measurement.pdf:
            # One that cannot be made stops nothing; the command says how to get it.
            with suppress(UsageError):
                document = {"language": words, "template": template}
                write(results, stage / f"{REPORT}.pdf", **document, pictures=pictures)
        write(results, stage / NUMBERS, language=words)
        for number, figure in enumerate(_figures(results, words), start=1):
            export(figure, stage / f"{FIGURE}{number}")
        told = provenance_of(results, stage, language=words.id, template=template)
        write_told(account.published(told) if account else told, stage / NAME)
        names = sorted(path.name for path in stage.iterdir() if path.is_file())
    if account:
        with whole_file(internal or internal_of(folder), private=True) as temporary:
            write_told(account.whole(told), temporary)
    names.sort(key=lambda name: not name.startswith(REPORT))
    return [folder / name for name in names]


def _figures(results: Results, words: Language) -> "Iterator[Figure]":
    """What came out for every group, page by page; one map where they are many."""
    sentences = Sentences(results, words)
    if sentences.has_many_groups:
        yield from draw_pages("heatmap", results, language=words)
        return
    for group in sentences.groups:
        chart = main_chart(results)
        yield from draw_pages(chart, results, language=words, group=group)


def _former(folder: Path) -> list[str]:
    """The figures of the last set, which may have had more pages."""
    if not (folder / NAME).is_file():
        return []
    return [path.name for path in folder.glob(f"{FIGURE}[0-9]*") if path.is_file()]
