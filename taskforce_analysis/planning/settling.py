"""Where two reviewers disagree, as a workbook to settle it in.

One row per case and measure on which the answers differ, with both answers and an
empty one to fill in. Read back beside the two workbooks, it closes the disagreements.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from taskforce_analysis.forms import Form
from taskforce_analysis.languages import Language
from taskforce_analysis.locating.lexicon import OFFERED, answer_word
from taskforce_analysis.planning.templates import answers_of
from taskforce_analysis.tables import rows_of
from taskforce_analysis.texts import plain

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

CONSENSUS = "Konsensus"
WIDTHS = (18, 16, 14, 60, 20, 20, 20)


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
    reviewer = (form.reviewer or ("Bedømmer",))[0]
    phase = (form.phase or ("Måling",))[0]
    heads = (form.case[0], phase, reviewer, "Målepunkt", "R1", "R2", "Svar")
    for column, (head, width) in enumerate(zip(heads, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows_of(differing), start=1):
        _write(sheet, number, row=row, form=form)
    sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def _write(sheet: "Worksheet", number: int, *, row: Any, form: Form) -> None:
    measure = form.measure(str(row.measure))
    phases = {phase.id: phase.label for phase in form.phases}
    shown = _answer_labels(form, str(row.measure))
    cells = (
        plain(row.case_id),
        phases.get(str(row.phase), str(row.phase)),
        CONSENSUS,
        measure.columns[0],
        shown.get(str(row.answer_first), str(row.answer_first)),
        shown.get(str(row.answer_second), str(row.answer_second)),
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
