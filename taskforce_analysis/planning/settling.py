"""Where two reviewers disagree, as a workbook to settle it in.

One row per case and measure on which the answers differ, with both answers and an
empty one to fill in. Read back beside the two workbooks, it closes the disagreements.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from taskforce_analysis.forms import Form
from taskforce_analysis.languages import Language
from taskforce_analysis.locating.lexicon import OFFERED, answer_word
from taskforce_analysis.planning.templates import answers_of
from taskforce_analysis.schemas import read_definition
from taskforce_analysis.shipped import definitions_folder
from taskforce_analysis.tables import rows_of
from taskforce_analysis.texts import plain

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

WIDTHS = (18, 16, 14, 60, 20, 20, 20)


@dataclass(frozen=True, slots=True)
class Differing:
    """A row of `agreeing.disagreements`: what two reviewers made of one measure."""

    case_id: str
    phase: str
    measure: str
    answer_first: str
    answer_second: str


def settling_workbook(
    differing: "pd.DataFrame", form: Form, *, language: Language
) -> bytes:
    """The workbook as bytes; `differing` is what `agreeing.disagreements` gives."""
    import xlsxwriter

    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(buffer, {**options, "strings_to_urls": False})
    sheet = book.add_worksheet(language.word("merge.sheet"))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    words = read_definition(definitions_folder("answers.toml"))["settling"]
    phase, reviewer = (
        (own or (words[name],))[0]
        for name, own in (("phase", form.phase), ("reviewer", form.reviewer))
    )
    measure, answer = words["measure"], words["answer"]
    heads = (form.case[0], phase, reviewer, measure, "R1", "R2", answer)
    for column, (head, width) in enumerate(zip(heads, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows_of(differing, Differing), start=1):
        _write(sheet, number, row=row, form=form, by=words["consensus"])
    sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def _write(
    sheet: "Worksheet", number: int, *, row: Differing, form: Form, by: str
) -> None:
    measure = form.measure(row.measure)
    phases = {phase.id: phase.label for phase in form.phases}
    shown = _answer_labels(form, row.measure)
    cells = (
        plain(row.case_id),
        phases.get(row.phase, row.phase),
        by,
        measure.columns[0],
        shown.get(row.answer_first, row.answer_first),
        shown.get(row.answer_second, row.answer_second),
    )
    for column, text in enumerate(cells):
        sheet.write_string(number, column, text)
    choices = {"validate": "list", "source": list(answers_of(measure))}
    if len(",".join(choices["source"])) <= 255:
        sheet.data_validation(number, len(cells), number, len(cells), choices)


def _answer_labels(form: Form, name: str) -> dict[str, str]:
    """An answer's word in the form's own language, by its id."""
    measure = form.measure(name)
    words = {answer: answer_word(answer) for answer in OFFERED}
    return words | {grade.id: grade.label for grade in measure.scale}
