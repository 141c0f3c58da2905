"""What a part of a document is called, so that it is found again after any editing.

A part stands in a bookmark: `tf_` with its kind, a digest of which part it is and one
of what it said when it was written. Bookmarks and not content controls, for this is
what was seen when LibreOffice 7.4.7 opened, edited and saved a document: of every
content control (w:sdt) it dropped w:tag, shrank those around paragraphs and tables to
their first paragraph, and took the others' names too; every bookmark within a paragraph
kept its name and both ends, in running text, lists, table cells and around pictures,
and what was typed at either end stayed outside. One across paragraphs came back with
its beginning doubled, so that none of ours crosses a paragraph; a table's stands in its
first cell. Word keeps both, and keeps a bookmark's name up to 40 characters.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

KINDS = ("text", "caption", "table", "picture")
LENGTH = 10
_NAME = re.compile(rf"tf_({'|'.join(KINDS)})_([0-9a-f]{{10}})_([0-9a-f]{{10}})\Z")
_MOST_WORDS = 400
_FIGURES = re.compile(r"[\d.,\u00a0%\u2212+-]*\d[\d.,\u00a0%]*")


@dataclass(frozen=True)
class Mark:
    """Which part a bookmark holds, and a digest of what it said when it was written."""

    kind: str
    key: str
    said: str

    @property
    def name(self) -> str:
        """The bookmark's name.

        >>> Mark("table", "0123456789", "abcdef0123").name
        'tf_table_0123456789_abcdef0123'
        """
        return f"tf_{self.kind}_{self.key}_{self.said}"


def mark_of(name: str) -> Mark | None:
    """The mark that a bookmark's name tells; None for a bookmark of someone else's.

    >>> mark_of("tf_text_0123456789_abcdef0123").key, mark_of("_Toc123")
    ('0123456789', None)
    """
    found = _NAME.match(name)
    return Mark(*found.groups()) if found else None


def digest(text: str) -> str:
    """Ten hexadecimal digits that stand for a text.

    >>> len(digest("14 ud af 20"))
    10
    """
    return sha256(text.encode()).hexdigest()[:LENGTH]


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
