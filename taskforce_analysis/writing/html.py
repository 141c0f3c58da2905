"""The report as one web page that needs no network: tables, figures, nothing else.

Every figure is an SVG with a title and a description, every table has a caption and
headings with a scope; what scrolls can be reached by the keyboard. It prints, and it
follows the reader's choice of light or dark. No script runs, and a policy in the page
forbids it to fetch anything. Text from a workbook is escaped.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.author_places import check_final, empty_places
from taskforce_analysis.reporting.blocks import (
    Column,
    Heading,
    Listing,
    Paragraph,
    Picture,
    ReadBlock,
    Report,
    Table,
    as_read,
)
from taskforce_analysis.reporting.contents import outline
from taskforce_analysis.results import Results
from taskforce_analysis.writing import writer
from taskforce_analysis.writing.picturing import Drawn, Pictures

_OPENING = re.compile(r"<svg\b[^>]*>")
_VIEW = re.compile(r'viewBox="([^"]*)"')
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_ID = re.compile(r'(\bid="|"#|url\(#)([^")]+)')
_UNBROKEN = 40  # a checksum, which has no place to break


@writer("report", ".html", label={"da": "Webside", "en": "Web page"})
def write_html(
    results: Results,
    path: Path,
    language: Language,
    *,
    pictures: Pictures | None = None,
) -> None:
    """Write the report as one self-contained .html file.

    `pictures` are those of the same results that another paper has drawn already.
    """
    report = outline(results, language, on_screen=True)
    check_final(empty_places(report, results, language), results, language)
    body = _Body(pictures or Pictures(results, language), language)
    text = _page(report, body)
    path.write_text(text, "utf-8", newline="\n")


def page_of(report: Report, results: Results, language: Language) -> str:
    """The blocks of any report as one self-contained page."""
    return _page(report, _Body(Pictures(results, language), language))


def _page(report: Report, body: "_Body") -> str:
    """The whole page as text."""
    language, blocks = body.language, list(as_read(report.blocks))
    texts = {
        "lang": language.id,
        "title": report.title,
        "subtitle": report.subtitle,
        "author": report.author,
        "skip": language.word("report.web.skip"),
        "contents": language.word("report.heading.contents"),
    }
    return Template(_resource("page.html")).substitute(
        {name: escape(text) for name, text in texts.items()},
        style=_resource("page.css"),
        links=_contents(blocks),
        blocks="\n".join(body.html(block) for block in blocks),
    )


@cache
def _resource(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text("utf-8")


def _contents(blocks: list[ReadBlock]) -> str:
    chapters = [
        block for block in blocks if isinstance(block, Heading) and block.level == 1
    ]
    return "\n".join(
        f'<li><a href="#chapter-{number}">{escape(block.text)}</a></li>'
        for number, block in enumerate(chapters, start=1)
    )


@dataclass
class _Body:
    """The page's middle, block by block; counts its chapters, tables and figures."""

    pictures: Pictures
    language: Language
    counted: Counter[str] = field(default_factory=Counter)

    def html(self, block: ReadBlock) -> str:
        """One block of any kind as HTML."""
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return self._paragraph(block)
            case Listing():
                return self._listing(block)
            case Table():
                return self._table(block)
            case Picture():
                return self._picture(block)

    def _next(self, kind: str) -> int:
        self.counted[kind] += 1
        return self.counted[kind]

    def _heading(self, block: Heading) -> str:
        if block.level == 1:
            mark = f' id="chapter-{self._next("chapter")}"'
            return f"<h2{mark}>{escape(block.text)}</h2>"
        level = block.level + 1  # the page's own title is the first
        return f"<h{level}>{escape(block.text)}</h{level}>"

    def _paragraph(self, block: Paragraph) -> str:
        role = "" if block.role == "body" else f' class="{block.role}"'
        return f"<p{role}>{escape(block.text)}</p>"

    def _listing(self, block: Listing) -> str:
        items = "\n".join(f"<li>{escape(item)}</li>" for item in block.items)
        return f"<ul>\n{items}\n</ul>"

    def _caption(self, kind: str, text: str) -> str:
        label = self.language.word(f"report.caption.{kind}")
        return escape(f"{label} {self._next(kind)}. {text}")

    def _table(self, block: Table) -> str:
        caption = self._caption("table", block.caption)
        number = self.counted["table"]
        heads = "".join(
            f'<th scope="col"{_class(one)}>{_head(one.label)}</th>'
            for one in block.columns
        )
        rows = "\n".join(_row(cells, block.columns) for cells in block.rows)
        return (
            f'<div class="scroll" role="region" tabindex="0" '
            f'aria-labelledby="table-{number}">\n<table>\n'
            f'<caption id="table-{number}"><span>{caption}</span></caption>\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
            f"</div>\n{_under(block.note, block.source)}"
        )

    def _picture(self, block: Picture) -> str:
        return "\n".join(map(self._drawn, self.pictures.pages(block)))

    def _drawn(self, drawn: Drawn) -> str:
        caption = self._caption("figure", drawn.title)
        number = self.counted["figure"]
        picture = _inline_svg(drawn, name=f"figure-{number}")
        return (
            f"<figure>\n<figcaption>{caption}</figcaption>\n"
            f'<div class="sheet" role="region" tabindex="0" '
            f'aria-label="{caption}">\n{picture}\n</div>\n'
            f"{_under(drawn.note, drawn.source)}\n</figure>"
        )


def _head(label: str) -> str:
    """A column's label, whose words are not parted at a hyphen."""
    parts = [
        f'<span class="whole">{escape(word)}</span>' if "-" in word else escape(word)
        for word in label.split(" ")
    ]
    return " ".join(parts)


def _class(column: Column) -> str:
    return ' class="number"' if column.numeric else ""


def _row(cells: tuple[str, ...], columns: tuple[Column, ...]) -> str:
    first, *rest = cells
    told = "".join(
        f"<td{_class(column)}>{_cell(text)}</td>"
        for text, column in zip(rest, columns[1:], strict=True)
    )
    return f'<tr><th scope="row">{_cell(first)}</th>{told}</tr>'


def _cell(text: str) -> str:
    first, _, rest = text.partition("\n")
    below = f'<span class="below">{escape(rest)}</span>' if rest else ""
    long = max(map(len, first.split()), default=0) > _UNBROKEN
    return (
        f'<span class="hash">{escape(first)}</span>' if long else escape(first)
    ) + below


def _under(*texts: str) -> str:
    return "\n".join(f'<p class="small">{escape(text)}</p>' for text in texts if text)


def _inline_svg(drawn: Drawn, *, name: str) -> str:
    """The figure as an svg element; `name` begins every id, as no other figure's does.

    matplotlib writes a whole document with a fixed size; here it gets a view box, so
    that it scales, and the two elements that a screen reader reads.
    """
    text = _METADATA.sub("", drawn.svg())
    opening = _OPENING.search(text)
    view = _VIEW.search(text)
    if opening is None or view is None:
        raise ValueError("the figure was not drawn as SVG")
    inside = text[opening.end() : text.rindex("</svg>")].strip()
    own = _ID.sub(lambda found: f"{found[1]}{name}-{found[2]}", inside)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{view[1]}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{escape(drawn.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(drawn.alt)}</desc>\n{own}\n</svg>'
    )
