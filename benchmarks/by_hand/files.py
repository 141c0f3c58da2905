"""The report's files by hand: Word, Excel and a web page with the same tables."""

from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.by_hand.figures import saved

ALT = "Andele før og efter med 95 %-sikkerhedsintervaller, og forskellen imellem dem."
HEAD = {"bold": True, "bg_color": "#E8EDF3", "text_wrap": True, "valign": "top"}
STYLE = "body{font-family:sans-serif;max-width:60rem}td,th{text-align:left}"


def write_word(tables: list[dict], pictures: list, out: Path) -> None:
    """Headings, sentences, tables and pictures with captions and alt text."""
    from docx import Document
    from docx.shared import Cm

    document = Document()
    document.core_properties.title = "Statusmåling af konkrete sager"
    document.core_properties.author = "Eksempelkøbing Kommune"
    document.add_heading("Statusmåling af konkrete sager", 0)
    for number, table in enumerate(tables, start=1):
        document.add_heading(table["title"], 1)
        caption(document, "Tabel", number, table["title"])
        add_table(document, table)
        for text in table["said"]:
            document.add_paragraph(text, style="List Bullet")
    for number, figure in enumerate(pictures, start=1):
        caption(document, "Figur", number, "Andel opfyldt og forskellen")
        run = document.add_paragraph().add_run()
        shape = run.add_picture(BytesIO(saved(figure, "png")), width=Cm(15))
        shape._inline.docPr.set("descr", ALT)
    document.save(str(out / "rapport.docx"))


def caption(document, kind: str, number: int, text: str) -> None:
    """A caption whose number is a field."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = document.add_paragraph(f"{kind} ", style="Caption")
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), f"SEQ {kind} \\* ARABIC")
    run = paragraph.add_run(str(number))
    simple.append(run._r)
    paragraph._p.append(simple)
    paragraph.add_run(f". {text}")


def add_table(document, table: dict) -> None:
    """A table with a heading row that is marked and repeated."""
    from docx.oxml import OxmlElement

    size = (1 + len(table["rows"]), len(table["heads"]))
    grid = document.add_table(*size, style="Light Grid Accent 1")
    cells = iter(grid._cells)
    for row in (table["heads"], *table["rows"]):
        for text in row:
            next(cells).text = str(text)
    marked = grid.rows[0]._tr.get_or_add_trPr()
    marked.append(OxmlElement("w:tblHeader"))


def write_excel(tables: list[dict], table, out: Path) -> None:
    """A cover, the biggest tables on a sheet each, and a chart with error bars."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(out / "rapport.xlsx")) as book:
        looks = {
            "head": book.add_format(HEAD),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "share": book.add_format({"num_format": "0%", "valign": "top"}),
        }
        said = [(text,) for one in tables for text in one["said"]]
        add_sheet(book, "Forside", [("Statusmåling",), *said[:8]], looks)
        names = [(f"Ark {number}", one["title"]) for number, one in enumerate(tables)]
        add_sheet(book, "Indhold", [("Ark", "Indhold"), *names[:10]], looks)
        add_sheet(book, "Noter", [("Note",), *said[:28]], looks)
        charted(book, table, looks)
        for one in tables[-9:]:
            name = one["title"].replace(":", "")[:28]
            add_sheet(book, name, [one["heads"], *one["rows"]], looks)


def add_sheet(book, name: str, rows: list, looks: dict[str, Any]) -> Any:
    """A sheet with one table of texts and shares."""
    sheet = book.add_worksheet(name)
    last = (len(rows) - 1, len(rows[0]) - 1)
    heads = [{"header": str(text), "header_format": looks["head"]} for text in rows[0]]
    sheet.add_table(0, 0, *last, {"columns": heads, "autofilter": False})
    sheet.set_column(0, last[1], 24)
    for number, row in enumerate(rows[1:], start=1):
        sheet.set_row(number, 27)
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value, looks["text"])
            else:
                sheet.write_number(number, column, value, looks["share"])
    sheet.freeze_panes(1, 0)
    return sheet


def charted(book, table, looks: dict[str, Any]) -> None:
    """Every number of the comparison, and a native chart of the rates."""
    heads = ("Målepunkt", "Analyse", "ned", "op", "Status", "ned ", "op ", "p")
    rows = [
        (
            row.measure,
            *(
                value
                for rate, low, high in row.rates
                for value in (rate, rate - low, high - rate)
            ),
            row.p,
        )
        for row in table.itertuples()
    ]
    sheet = add_sheet(book, "Figur", [heads, *rows], looks)
    chart: Any = book.add_chart({"type": "bar"})
    for column in (1, 4):
        ends = f"$2:${{}}${len(rows) + 1}"
        minus, plus = ("ABCDEFG"[column + 1], "ABCDEFG"[column + 2])
        bars = {
            "minus_values": f"=Figur!${minus}{ends.format(minus)}",
            "plus_values": f"=Figur!${plus}{ends.format(plus)}",
        }
        chart.add_series(
            {
                "name": ["Figur", 0, column],
                "categories": ["Figur", 1, 0, len(rows), 0],
                "values": ["Figur", 1, column, len(rows), column],
                "y_error_bars": {"type": "custom", **bars},
            }
        )
    sheet.insert_chart("J2", chart, {"description": ALT})


def write_page(tables: list[dict], pictures: list, out: Path) -> None:
    """A web page with the same tables and the pictures in it."""
    parts = []
    for table in tables:
        heads = "".join(
            f'<th scope="col">{escape(str(one))}</th>' for one in table["heads"]
        )
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in table["rows"]
        )
        said = "".join(f"<li>{escape(text)}</li>" for text in table["said"])
        title = f"<h2>{escape(table['title'])}</h2>"
        parts.append(f"{title}<table><tr>{heads}</tr>{rows}</table><ul>{said}</ul>")
    for figure in pictures:
        picture = saved(figure, "svg").decode()
        parts.append(f"<figure>{picture[picture.index('<svg') :]}</figure>")
    head = f'<meta charset="utf-8"><title>Statusmåling</title><style>{STYLE}</style>'
    body = f"<body>{''.join(parts)}</body>"
    page = f'<!DOCTYPE html><html lang="da"><head>{head}</head>{body}</html>'
    (out / "rapport.html").write_text(page, "utf-8")
