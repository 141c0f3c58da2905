"""An empty workbook for the recommendations: one row each, choices from a list."""

from datetime import datetime
from io import BytesIO
from typing import Any

from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.recommendations import load_vocabulary

ROWS = 100
MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - the same bytes every time
_WIDTHS = {"text": 50, "initiative": 40, "measures": 30, "theme": 30}


def recommendations_template(*, language: "str | Language" = "da") -> bytes:
    """The workbook as bytes; headers and choices are the Danish ones that are read.

    `language` is that of the help at each cell.
    """
    import xlsxwriter

    words = load_language(language)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": words.word("recommendations.heading")})
        book.set_properties({"created": MADE})
        _fill(book, book.add_worksheet("Anbefalinger"), words)
    return buffer.getvalue()


def _fill(book: Any, sheet: Any, words: Language) -> None:
    look = {"text_wrap": True, "valign": "top"}
    head = book.add_format({**look, "bold": True, "bottom": 1})
    dated = book.add_format({**look, "num_format": "dd-mm-yyyy"})
    free = book.add_format(look)
    for column, (name, spellings) in enumerate(load_vocabulary().columns.items()):
        width = _WIDTHS.get(name, 16)
        sheet.set_column(column, column, width, dated if name == "due" else free)
        sheet.write_string(0, column, spellings[0], head)
        sheet.data_validation(1, column, ROWS, column, _rule(name, words))
    sheet.freeze_panes(1, 1)


def _rule(name: str, words: Language) -> dict[str, Any]:
    told = {"input_message": words.word(f"recommendations.help.{name}")[:250]}
    if name in ("theme", "status"):
        labels = [word.label for word in load_vocabulary().choices[name]]
        if not any("," in label for label in labels) and len(",".join(labels)) < 255:
            return {**told, "validate": "list", "source": labels}
    return {**told, "validate": "any"}
