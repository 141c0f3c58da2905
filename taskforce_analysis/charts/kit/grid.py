"""A table as a picture: wrapped texts in columns, in the look of all figures."""

from collections.abc import Sequence
from io import BytesIO

from taskforce_analysis.charts.kit.paper import Paper
from taskforce_analysis.charts.kit.style import load_style, own_look, wrap
from taskforce_analysis.languages import NO_BREAK, Language
from taskforce_analysis.reporting.blocks import Table

DPI, GAP, AIR = 300, 0.3, 0.18  # dots per inch; centimetres between columns and rows


def picture_of(table: Table, language: Language) -> bytes:
    """The table as .png: caption above, a rule under the headings, notes below."""
    with own_look():
        style = load_style()
        width = style.page["width"]
        share = sum(column.width for column in table.columns)
        widths = [column.width / share * width for column in table.columns]
        heads = _lines([column.label for column in table.columns], widths)
        rows = [_lines(cells, widths) for cells in table.rows]
        label = language.word("report.caption.table")
        above = wrap(f"{label}: {table.caption}", width)
        below = [
            line
            for text in (table.note, table.source)
            if text
            for line in wrap(text, width)
        ]
        heights = [_tall(row) for row in (heads, *rows)]
        top = len(above) * style.line + 2 * AIR
        paper = Paper(top + sum(heights) + len(below) * style.line + 3 * AIR)
        paper.text((0, 0), above, weight="bold")
        for cells, height in zip((heads, *rows), heights, strict=True):
            left = 0.0
            for lines, wide in zip(cells, widths, strict=True):
                weight = "bold" if cells is heads else "normal"
                paper.text((left, top + AIR / 2), lines, weight=weight)
                left += wide
            top += height
            paper.rule(top, left=0, right=width)
        paper.text((0, top + AIR), below, color=style.colours["muted"])
        buffer = BytesIO()
        # Who cannot see the picture has the words of it.
        said = [table.caption, *(" | ".join(row) for row in table.rows)]
        said += [text for text in (table.note, table.source) if text]
        told = {"Software": None, "Title": table.caption}
        told |= {"Description": "\n".join(said)}
        paper.figure.savefig(buffer, format="png", dpi=DPI, metadata=told)
        return buffer.getvalue()


def _lines(texts: Sequence[str], widths: Sequence[float]) -> list[list[str]]:
    """Each cell's lines, as wide as its column."""
    return [
        # A number may part from its unit here: the columns are narrow.
        [
            line
            for part in text.replace(NO_BREAK, " ").split("\n")
            for line in wrap(part, wide - GAP)
        ]
        for text, wide in zip(texts, widths, strict=True)
    ]


def _tall(cells: Sequence[Sequence[str]]) -> float:
    return max(map(len, cells)) * load_style().line + AIR
