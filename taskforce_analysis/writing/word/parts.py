"""A report's blocks taken apart into what stands by itself in a Word document.

A paragraph, an item of a list, a caption, a table, a picture: each has a key, which
says what it is whatever figures it holds, and its words. A heading has no key, for what
a chapter is called is the analyst's own matter.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from taskforce_analysis.languages import Language
from taskforce_analysis.results import Results
from taskforce_analysis.writing.blocks import (
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Report,
    Table,
)
from taskforce_analysis.writing.picturing import Drawn, drawn_pages
from taskforce_analysis.writing.word.marks import Mark, digest, without_figures
from taskforce_analysis.writing.word.styles import NOTE, NOTICE

BULLETS = "List Bullet"
_ROLES = {"notice": NOTICE, "small": NOTE}
CELL, ROW = "\x1f", "\x1e"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part: its kind, what it says, what it is made of, and where it belongs.

    `text` of a table are its cells, of a picture its alternative text. `label` is what
    a caption counts (table or figure); `keep` holds a paragraph on the next one's page.
    """

    kind: str
    text: str
    key: str = ""
    chapter: str = ""
    place: str = ""
    measure: str = ""
    style: str = ""
    label: str = ""
    keep: bool = False
    table: Table | None = None
    drawn: Drawn | None = None

    @cached_property
    def mark(self) -> Mark | None:
        """The bookmark that the part stands in; None for what no refresh touches."""
        said = self.text if self.drawn is None else f"{self.text}{self.drawn.numbers()}"
        return Mark(self.kind, self.key, digest(said)) if self.key else None


@dataclass
class Splitter:
    """Takes blocks apart; remembers the chapter, and which keys have been given.

    `salt` is whose parts they are: kind of output, form and language, so that another
    report's parts are never taken for these; without one nothing is marked.
    """

    results: Results
    language: Language
    salt: str
    given: Counter[str] = field(default_factory=Counter)
    headings: tuple[str, ...] = ()

    def report(self, report: Report) -> Iterator[Part]:
        """The whole report: title and subtitle, then block by block."""
        yield self._part("text", report.title, name="title", style="Title")
        if report.subtitle:
            yield self._part("text", report.subtitle, name="below", style="Subtitle")
        yield from self.blocks(report.blocks)

    def placed(self, tag: str, blocks: Iterable[Block]) -> list[Part]:
        """The parts of what a template's tag stands for."""
        self.headings = (tag,)
        return list(self.blocks(blocks, follow=False))

    def blocks(self, blocks: Iterable[Block], *, follow: bool = True) -> Iterator[Part]:
        """The parts of blocks; their headings say in which chapter they are."""
        for block in blocks:
            if isinstance(block, Heading):
                if follow:
                    above = self.headings[: block.level - 1]
                    self.headings = (*above, without_figures(block.text))
                style = f"Heading {block.level}"
                yield Part(kind="text", text=block.text, style=style, keep=True)
            elif isinstance(block, Paragraph):
                facts = {"name": block.about, "measure": block.about}
                style = _ROLES.get(block.role, "")
                yield self._part("text", block.text, style=style, **facts)
            elif isinstance(block, Listing):
                yield from self._items(block)
            elif isinstance(block, Table):
                yield from self._table(block)
            else:
                yield from self._picture(block)

    def _items(self, block: Listing) -> Iterator[Part]:
        names = block.names or ("",) * len(block.items)
        for text, name in zip(block.items, names, strict=True):
            yield self._part("text", text, name=name, measure=name, style=BULLETS)

    def _table(self, block: Table) -> Iterator[Part]:
        yield self._caption("table", block.caption)
        said = table_text([[one.label for one in block.columns], *block.rows])
        name = without_figures(block.caption)
        yield self._part("table", said, name=name, table=block, place=block.caption)
        under = [text for text in (block.note, block.source) if text]
        # Word joins two tables that touch, so something always stands between them.
        yield from self._under(under) if under else [Part(kind="text", text="")]

    def _picture(self, block: Picture) -> Iterator[Part]:
        of = ".".join(str(one) for one in block.options.values())
        for drawn in drawn_pages(block, self.results, self.language):
            yield self._caption("figure", drawn.title)
            under = [text for text in (drawn.note, drawn.source) if text]
            about = {"name": f"{block.chart}.{of}", "place": drawn.title}
            yield self._part(
                "picture", drawn.alt, drawn=drawn, keep=bool(under), **about
            )
            yield from self._under(under)

    def _caption(self, label: str, text: str) -> Part:
        return self._part("caption", text, label=label, style="Caption", keep=True)

    def _under(self, texts: Sequence[str]) -> Iterator[Part]:
        for number, text in enumerate(texts, start=1):
            yield self._part("text", text, style=NOTE, keep=number < len(texts))

    def _part(self, kind: str, text: str, *, name: str = "", **facts: Any) -> Part:
        if not self.salt:
            return Part(kind=kind, text=text, **facts)
        known = name or without_figures(text)
        chapter = "/".join([self.salt, *self.headings])
        path = f"{chapter}/{kind}/{known}"
        self.given[path] += 1
        key = digest(f"{path}/{self.given[path]}")
        place = facts.pop("place", self.headings[-1] if self.headings else "")
        facts |= {"key": key, "chapter": chapter, "place": place}
        return Part(kind=kind, text=text, **facts)


def table_text(rows: Iterable[Iterable[str]]) -> str:
    """A table's cells as one text, for its digest."""
    return ROW.join(CELL.join(cells) for cells in rows)
