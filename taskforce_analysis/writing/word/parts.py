"""A report's blocks taken apart into what stands by itself in a Word document.

A paragraph, an item of a list, a caption, a table, a picture: each has a key, which
says what it is whatever figures it holds, and its words. A heading has no key, for what
a chapter is called is the analyst's own matter; only that of an author's place has one.

A part stands in a bookmark, so that it is found again after any editing: `tf_` with its
kind, its key and a digest of what it said when it was written. Bookmarks and not
content controls, for this is what was seen when LibreOffice 7.4.7 opened, edited and
saved a document: of every content control (w:sdt) it dropped w:tag, shrank those around
paragraphs and tables to their first paragraph, and took the others' names too; every
bookmark within a paragraph kept its name and both ends, in running text, lists, table
cells and around pictures, and what was typed at either end stayed outside. One across
paragraphs came back with its beginning doubled, so that none of ours crosses a
paragraph; a table's stands in its first cell. Word keeps both, and keeps a bookmark's
name up to 40 characters.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import TypedDict, Unpack

from taskforce_analysis.languages import Language
from taskforce_analysis.reporting.blocks import (
    AuthorPlace,
    Block,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Report,
    Table,
)
from taskforce_analysis.reporting.sentences import Sentences
from taskforce_analysis.results import Results
from taskforce_analysis.writing.picturing import Drawn, Pictures
from taskforce_analysis.writing.word.styles import BULLETS, NOTE, NOTICE
from taskforce_analysis.writing.word.tags import blocks_at

_ROLES = {"notice": NOTICE, "small": NOTE}

# A place is the author's; a prompt is one that nobody had written in yet.
_KINDS = ("text", "caption", "table", "picture", "place", "prompt")
_LENGTH = 10  # hexadecimal digits of a digest
_NAME = re.compile(rf"tf_({'|'.join(_KINDS)})_([0-9a-f]{{10}})_([0-9a-f]{{10}})\Z")
_FIGURES = re.compile(r"[\d.,\u00a0%\u2212+-]*\d[\d.,\u00a0%]*")
_CELL, _ROW = "\x1f", "\x1e"  # what parts the cells and the rows of a table's text
_MOST_WORDS = 400


class Shown(TypedDict, total=False):
    """What a part may have beside its kind and its text; as `Part` has them."""

    place: str
    measure: str
    style: str
    label: str
    keep: bool
    follows: str
    table: Table
    drawn: Drawn


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part: its kind, what it says, what it is made of, and where it belongs.

    `text` of a table are its cells, of a picture its alternative text. `label` is what
    a caption counts (table or figure), or what a prompt is for; `keep` holds a
    paragraph on the next one's page.
    `follows` is the key of the first part of the same author's place; `turned` is on a
    page that lies on its long side.
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
    follows: str = ""
    turned: bool = False
    table: Table | None = None
    drawn: Drawn | None = None

    @cached_property
    def mark(self) -> "Bookmark | None":
        """The bookmark that the part stands in; None for what no refresh touches."""
        said = self.text if self.drawn is None else f"{self.text}{self.drawn.numbers()}"
        return Bookmark(self.kind, self.key, digest(said)) if self.key else None


@dataclass(frozen=True)
class Bookmark:
    """Which part a bookmark holds, and a digest of what it said when it was written."""

    kind: str
    key: str
    said: str

    @property
    def name(self) -> str:
        """The bookmark's name.

        >>> Bookmark("table", "0123456789", "abcdef0123").name
        'tf_table_0123456789_abcdef0123'
        """
        return f"tf_{self.kind}_{self.key}_{self.said}"


def mark_of(name: str) -> Bookmark | None:
    """The mark that a bookmark's name tells; None for a bookmark of someone else's.

    >>> mark_of("tf_text_0123456789_abcdef0123").key, mark_of("_Toc123")
    ('0123456789', None)
    """
    found = _NAME.match(name)
    return Bookmark(*found.groups()) if found else None


def digest(text: str) -> str:
    """Ten hexadecimal digits that stand for a text.

    >>> len(digest("14 ud af 20"))
    10
    """
    return sha256(text.encode()).hexdigest()[:_LENGTH]


def without_figures(text: str) -> str:
    """A text's words alone: the same sentence with other figures is the same part.

    >>> without_figures("14 ud af 20 (70 %)") == without_figures("8 ud af 21 (38,1 %)")
    True
    """
    return _FIGURES.sub("#", text)


def original(text: str, said: str) -> tuple[int, int] | None:
    """Where the words that were written stand within what is there now, if they do.

    Someone may have written on before or after them. None where they were changed.

    >>> original("Se her: 14 ud af 20. Godt.", digest("14 ud af 20."))
    (8, 20)
    """
    if digest(text) == said:
        return 0, len(text)
    starts = [0, *(one.end() for one in re.finditer(r"\s+", text))]
    ends = [*(one.start() for one in re.finditer(r"\s+", text)), len(text)]
    if len(starts) > _MOST_WORDS:  # long additions: only whole before or whole after
        spans = [*((0, end) for end in ends), *((one, len(text)) for one in starts)]
    else:
        spans = [(start, end) for start in starts for end in ends if start < end]
    for start, end in spans:
        if digest(text[start:end]) == said:
            return start, end
    return None


@dataclass
class Splitter:
    """Takes blocks apart; remembers the chapter, and which keys have been given.

    `kind` is the kind of output; a document that has none is not marked.
    """

    results: Results
    language: Language
    kind: str
    pictures: Pictures
    given: Counter[str] = field(default_factory=Counter)
    headings: tuple[str, ...] = ()
    turned: bool = False

    def report(self, report: Report) -> Iterator[Part]:
        """The whole report: title and subtitle, then block by block."""
        yield self._part("text", report.title, name="title", style="Title")
        if report.subtitle:
            yield self._part("text", report.subtitle, name="below", style="Subtitle")
        yield from self.blocks(report.blocks)

    def at(self, tags: Iterable[str]) -> list[list[Part]]:
        """The parts of what each of a template's tags stands for.

        Raises UsageError for a tag that does not exist.
        """
        sentences = Sentences(self.results, self.language)
        parts = []
        for tag in tags:
            self.headings = (tag,)
            parts.append(list(self.blocks(blocks_at(tag, sentences), follow=False)))
        return parts

    def blocks(self, blocks: Iterable[Block], *, follow: bool = True) -> Iterator[Part]:
        """The parts of blocks; their headings say in which chapter they are.

        A sentence that leads to a list stands on the same page as its first item, and
        an author's place on that of the place after it: strengths with challenges.
        """
        given = list(blocks)
        for block, after in zip(given, [*given[1:], None], strict=True):
            if isinstance(block, Heading):
                self.turned = block.turned if block.level == 1 else self.turned
                if follow:
                    above = self.headings[: block.level - 1]
                    self.headings = (*above, without_figures(block.text))
                style = f"Heading {block.level}"
                facts = {"style": style, "keep": True, "turned": self.turned}
                yield Part(kind="text", text=block.text, **facts)
            elif isinstance(block, Paragraph):
                yield self._part(
                    "text",
                    block.text,
                    name=block.about,
                    measure=block.about,
                    style=_ROLES.get(block.role, ""),
                    keep=isinstance(after, Listing),
                )
            elif isinstance(block, Listing):
                yield from self._items(block)
            elif isinstance(block, Table):
                yield from self._table(block)
            elif isinstance(block, AuthorPlace):
                yield from self._place(block, keep=isinstance(after, AuthorPlace))
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
        yield from (
            self._under(under)
            if under
            else [Part(kind="text", text="", style=NOTE, turned=self.turned)]
        )

    def _picture(self, block: Picture) -> Iterator[Part]:
        of = ".".join(str(one) for one in block.options.values())
        for drawn in self.pictures.pages(block):
            yield self._caption("figure", drawn.title)
            under = [text for text in (drawn.note, drawn.source) if text]
            yield self._part(
                "picture",
                drawn.alt,
                name=f"{block.chart}.{of}",
                place=drawn.title,
                drawn=drawn,
                keep=bool(under),
            )
            yield from self._under(under)

    def _place(self, block: AuthorPlace, *, keep: bool) -> Iterator[Part]:
        """An author's place with its heading, which comes and goes with it."""
        style = f"Heading {block.level}"
        above = Shown(style=style, place=block.heading, keep=True)
        yield self._part("text", block.heading, name=f"above {block.name}", **above)
        first, *others = block.texts or (block.prompt,)
        style = BULLETS if block.listed else ""
        about = Shown(style=style, place=block.heading, keep=keep)
        part = self._part("place", first, name=block.name, **about)
        yield part if block.texts else replace(part, kind="prompt", label=block.heading)
        for number, text in enumerate(others, start=2):
            name = f"{block.name} {number}"
            after = Shown(style=style, place=block.heading, keep=keep, follows=part.key)
            yield self._part("place", text, name=name, **after)

    def _caption(self, label: str, text: str) -> Part:
        return self._part("caption", text, label=label, style="Caption", keep=True)

    def _under(self, texts: Sequence[str]) -> Iterator[Part]:
        for number, text in enumerate(texts, start=1):
            yield self._part("text", text, style=NOTE, keep=number < len(texts))

    def _part(
        self, kind: str, text: str, *, name: str = "", **facts: Unpack[Shown]
    ) -> Part:
        part = Part(kind=kind, text=text, turned=self.turned, **facts)
        if not self.kind:
            return part
        known = name or without_figures(text)
        # Another form's or another language's parts are never taken for these.
        whose = (self.kind, self.results.form.id, self.language.id)
        chapter = "/".join([*whose, *self.headings])
        path = f"{chapter}/{kind}/{known}"
        self.given[path] += 1
        key = digest(f"{path}/{self.given[path]}")
        place = facts.get("place", self.headings[-1] if self.headings else "")
        return replace(part, key=key, chapter=chapter, place=place)


def table_text(rows: Iterable[Iterable[str]]) -> str:
    """A table's cells as one text, for its digest."""
    return _ROW.join(_CELL.join(cells) for cells in rows)
