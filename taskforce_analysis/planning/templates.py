"""Empty workbooks that read back without a single question: for cases, recommendations.

That for the reviewers has one row per case; themes stand above the headers; each answer
is chosen from a list, a date must be a date, and a question is grey until it applies.
The form's id and version lie in the file's properties, so that reading it back needs no
guessing.
"""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from taskforce_analysis.forms import Form, Measure, Theme
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.locating.lexicon import answer_word
from taskforce_analysis.reading.cells import (
    FORM_PROPERTY,
    SHEETS_PROPERTY,
    VERSION_PROPERTY,
    column_letters,
)
from taskforce_analysis.recommendations import Word, load_vocabulary

if TYPE_CHECKING:
    from xlsxwriter import Workbook as Book
    from xlsxwriter.worksheet import Worksheet

LONGEST_LIST, LONGEST_HELP = 255, 250  # Excel refuses longer ones
A4, PAGE_WIDTH = 9, 200  # in characters, at the smallest print that is read with ease
ROWS = 200
HEADER = 2  # the themes stand in row 1, the headers in row 2
MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - the same bytes every time
RECOMMENDATION_ROWS = 100
RECOMMENDATION_WIDTHS = {
    "text": 50,
    "initiative": 40,
    "result": 40,
    "goal_staff": 30,
    "goal_citizen": 30,
    "measures": 30,
    "theme": 30,
}


class Field(NamedTuple):
    """One column to fill in: its header, theme, allowed answers and help.

    What is `open` takes other words than those on its list.
    """

    header: str
    theme: str = ""
    answers: tuple[str, ...] = ()
    is_date: bool = False
    help: str = ""
    measure: Measure | None = None
    open: bool = False

    @property
    def width(self) -> int:
        """Of its column, in characters."""
        return 18 if self.measure else 15


def template_workbook(form: Form, *, language: "str | Language" = "da") -> bytes:
    """The workbook as bytes; headers and answers are the form's own (Danish) words.

    `language` is that of the guide and the help texts.
    """
    import xlsxwriter

    words = load_language(language)
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": form.title, "created": MADE})
    book.set_custom_property(FORM_PROPERTY, form.id, "text")
    book.set_custom_property(VERSION_PROPERTY, form.version, "text")
    own = (words.word("template.guide"), words.word("template.lists"))
    book.set_custom_property(SHEETS_PROPERTY, ";".join(own), "text")
    fields = list(fields_of(form, words))
    _data_sheet(book, fields, words)
    _guide_sheet(book, form, words)
    _list_sheet(book, fields, words)
    book.close()
    return buffer.getvalue()


def fields_of(form: Form, words: Language) -> Iterator[Field]:
    """The columns of a form's workbook in order, each once."""
    phases = tuple(phase.label for phase in form.phases)
    seen: set[str] = set()
    for field in _all_fields(form, words, phases):
        if field.header.casefold() not in seen:
            seen.add(field.header.casefold())
            yield field


def _all_fields(
    form: Form, words: Language, phases: tuple[str, ...]
) -> Iterator[Field]:
    yield Field(form.case[0], help=words.word("template.case"))
    if form.decision:
        yield Field(form.decision[0], help=words.word("template.decision"))
    if form.phase:
        yield Field(form.phase[0], answers=phases)
    if form.cluster:
        yield Field(form.cluster[0], help=words.word("template.caseworker"))
    for attribute in form.attributes:
        yield Field(
            attribute.columns[0],
            answers=attribute.choices,
            is_date=attribute.type == "date",
            open=True,
        )
    themes: list[Theme | None] = [*form.themes, None]
    for theme in themes:
        name, label = (theme.id, theme.label) if theme else ("", "")
        for measure in form.measures:
            if measure.theme == name:
                yield from _measure_fields(measure, label, words)


def _measure_fields(measure: Measure, theme: str, words: Language) -> Iterator[Field]:
    text = help_text(measure, words)
    for columns in (measure.start, measure.end):
        if columns:
            yield Field(columns[0], theme, is_date=True, help=text)
    if measure.columns:
        answers = answers_of(measure)
        yield Field(measure.columns[0], theme, answers, help=text, measure=measure)


def answers_of(measure: Measure) -> tuple[str, ...]:
    """The words that a reviewer may choose for a measure, as the reader knows them."""
    if measure.scale:
        own = tuple(grade.label for grade in measure.scale)
    else:
        given = ("yes", "partly", "no") if measure.partly else ("yes", "no")
        own = tuple(map(answer_word, given))
    applies = () if measure.always_applies else (answer_word("not_applicable"),)
    return (*own, *applies, answer_word("not_assessable"))


def help_text(measure: Measure, words: Language) -> str:
    """What a reviewer is told at the cell: legal basis, help, when it applies."""
    basis = ", ".join(one.cited for one in measure.legal_basis)
    told = [words.word("template.basis", basis=basis)] if basis else []
    return _short(" ".join([*told, measure.help]).strip())


def _short(text: str) -> str:
    """The text, cut after the last sentence that a cell's message can hold."""
    if len(text) <= LONGEST_HELP:
        return text
    whole, stop, _ = text[:LONGEST_HELP].rpartition(". ")
    return whole + "." if stop else text[: LONGEST_HELP - 1] + "…"


def _on_paper(sheet: "Worksheet", *, width: int) -> None:
    """Print on A4 across, on as few pages as can be read."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(-(-width // PAGE_WIDTH), 0)


def _data_sheet(book: "Book", fields: list[Field], words: Language) -> None:
    sheet = book.add_worksheet(words.word("template.cases")[:31])
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "locked": True}
    )
    over = book.add_format({"bold": True, "font_color": "#1F3A5F", "locked": True})
    dated = book.add_format({"num_format": "dd-mm-yyyy", "locked": False})
    free = book.add_format({"locked": False, "num_format": "@"})
    open_ = book.add_format({"locked": False})
    theme = ""
    for column, field in enumerate(fields):
        if field.theme != theme:
            theme = field.theme
            sheet.write_string(0, column, theme, over)
        look = dated if field.is_date else (open_ if field.answers else free)
        sheet.set_column(column, column, field.width, look)
        sheet.write_string(HEADER - 1, column, field.header, head)
        _validate(sheet, column, field=field, words=words)
    for row in range(HEADER, HEADER + ROWS):
        for column, field in enumerate(fields):
            look = dated if field.is_date else (open_ if field.answers else free)
            sheet.write_blank(row, column, None, look)
    _grey_until_asked(book, sheet, fields)
    sheet.freeze_panes(HEADER, 1)
    sheet.repeat_rows(0, HEADER - 1)
    sheet.repeat_columns("A:A")
    _on_paper(sheet, width=sum(field.width for field in fields))
    sheet.set_row(HEADER - 1, 75)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})


def _validate(
    sheet: "Worksheet", column: int, *, field: Field, words: Language
) -> None:
    rule: dict[str, object] = {"validate": "any"}
    if field.answers:
        rule = {"validate": "list", "source": _source(field, column, words)}
    elif field.is_date:
        rule = _from_1990()
    if rule["validate"] == "any" and not field.help:
        return
    told = {
        "input_title": words.word("template.title"),
        "input_message": field.help,
        "error_title": words.word("template.title"),
        "error_message": words.word(
            "template.refused_date" if field.is_date else "template.refused"
        ),
    }
    if field.open and field.answers:
        told |= {"error_type": "information", "show_error": False}
    last = HEADER + ROWS - 1
    sheet.data_validation(HEADER, column, last, column, {**rule, **told})


def _from_1990() -> dict[str, object]:
    first = datetime(1990, 1, 1)  # noqa: DTZ001 - a spreadsheet's day has no zone
    return {"validate": "date", "criteria": ">=", "value": first}


def _has_own_list(answers: tuple[str, ...]) -> bool:
    """Whether a rule cannot hold the answers itself: too long, or a comma in one."""
    too_long = len(",".join(answers)) > LONGEST_LIST
    return too_long or any("," in answer for answer in answers)


def _source(field: Field, column: int, words: Language) -> list[str] | str:
    if not _has_own_list(field.answers):
        return list(field.answers)
    letters, last = column_letters(column + 1), len(field.answers)
    return f"='{words.word('template.lists')}'!${letters}$1:${letters}${last}"


def _list_sheet(book: "Book", fields: list[Field], words: Language) -> None:
    listed = {at: one for at, one in enumerate(fields) if _has_own_list(one.answers)}
    if not listed:
        return
    sheet = book.add_worksheet(words.word("template.lists"))
    for column, field in listed.items():
        sheet.write_column(0, column, field.answers)
    sheet.hide()


def _grey_until_asked(book: "Book", sheet: "Worksheet", fields: list[Field]) -> None:
    grey = book.add_format({"bg_color": "#D9D9D9", "font_color": "#595959"})
    places = {field.measure.id: at for at, field in enumerate(fields) if field.measure}
    for column, field in enumerate(fields):
        asked = field.measure.applies_when if field.measure else None
        if asked is None or asked.measure not in places:
            continue
        other = fields[places[asked.measure]]
        letters = column_letters(places[asked.measure] + 1)
        wanted = [_word_of(other, answer) for answer in asked.answers]
        tests = ",".join(f'${letters}{HEADER + 1}="{word}"' for word in wanted)
        # Rows without a case stay white, so that they take no paper.
        asks = f'=AND($A{HEADER + 1}<>"",NOT(OR({tests})))'
        rule = {"type": "formula", "criteria": asks, "format": grey}
        sheet.conditional_format(HEADER, column, HEADER + ROWS - 1, column, rule)


def _word_of(field: Field, answer: str) -> str:
    grades = {one.id: one.label for one in field.measure.scale} if field.measure else {}
    return grades.get(answer) or answer_word(answer)


def _guide_sheet(book: "Book", form: Form, words: Language) -> None:
    sheet = book.add_worksheet(words.word("template.guide"))
    bold = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 60, wrapped)
    sheet.set_column(1, 1, 40, wrapped)
    sheet.write_string(0, 0, form.title, bold)
    lines = words.word("template.advice").split("\n")
    for row, line in enumerate(lines, start=2):
        sheet.write_string(row, 0, line, wrapped)
    for row, measure in enumerate(form.measures, start=len(lines) + 3):
        sheet.write_string(row, 0, words.label(measure), wrapped)
        sheet.write_string(row, 1, help_text(measure, words), wrapped)
    _on_paper(sheet, width=100)
    sheet.protect()


def recommendations_template(*, language: "str | Language" = "da") -> bytes:
    """An empty workbook for the recommendations: one row each, choices from a list.

    As bytes; headers and choices are the Danish ones that are read.

    `language` is that of the help at each cell.
    """
    import xlsxwriter

    words = load_language(language)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": words.word("recommendations.heading")})
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet("Anbefalinger")
        lists = book.add_worksheet(words.word("template.lists"))
        _recommendations_sheet(book, sheet, words)
        # Themes have commas, so their list stands on a sheet of its own.
        lists.write_column(0, 0, [one.label for one in _choices("theme")])
        lists.hide()
    return buffer.getvalue()


def _recommendations_sheet(book: "Book", sheet: "Worksheet", words: Language) -> None:
    look = {"text_wrap": True, "valign": "top"}
    head = book.add_format({**look, "bold": True, "bottom": 1})
    dated = book.add_format({**look, "num_format": "dd-mm-yyyy"})
    free = book.add_format(look)
    columns = load_vocabulary().columns
    widths = {name: RECOMMENDATION_WIDTHS.get(name, 16) for name in columns}
    for column, (name, spellings) in enumerate(columns.items()):
        sheet.set_column(column, column, widths[name], dated if name == "due" else free)
        sheet.write_string(0, column, spellings[0], head)
        sheet.data_validation(
            1, column, RECOMMENDATION_ROWS, column, _recommendation_rule(name, words)
        )
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    _on_paper(sheet, width=sum(widths.values()))


def _choices(name: str) -> tuple[Word, ...]:
    return load_vocabulary().choices[name]


def _recommendation_rule(name: str, words: Language) -> dict[str, object]:
    told = {"input_message": _short(words.word(f"recommendations.help.{name}"))}
    if name == "theme":
        lists = words.word("template.lists")
        source: str | list[str] = f"='{lists}'!$A$1:$A${len(_choices(name))}"
        return {**told, "validate": "list", "source": source}
    if name == "status":
        source = [word.label for word in _choices(name)]
        return {**told, "validate": "list", "source": source}
    if name == "due":
        refused = words.word("template.refused_date")
        return {**told, **_from_1990(), "error_message": refused}
    return {**told, "validate": "any"}
