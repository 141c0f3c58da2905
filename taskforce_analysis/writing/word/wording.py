"""The words of a stretch of a document, and other words in their place.

What a reader sees as one sentence may lie in many runs, each with its own look. Only
what differs is written anew, in the run where it stands, so that the rest keeps both
its words and its look. What is marked as deleted is no part of the words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from docx.oxml.ns import qn

from taskforce_analysis.writing.word.xml import text_run

_TEXT = qn("w:t")
_SIGNS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "\u2011",
}
_PASSED = {qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent")}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Words:
    """The elements that hold a stretch's words, in order, with what each says."""

    leaves: tuple[Any, ...]
    said: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.said)

    def replace(self, start: int, end: int, new: str) -> None:
        """Put other words between two places of the text; what is the same stays."""
        owners = [at for at, text in enumerate(self.said) for _ in text]
        now = [""] * len(self.leaves)
        for at in range(len(owners)):
            if not start <= at < end:
                now[owners[at]] += self.text[at]
        kept = self._within(start, end, new, owners=owners)
        before = {at: owners[:start].count(at) for at in set(owners)}
        for leaf, text in kept.items():
            cut = before.get(leaf, 0)
            now[leaf] = now[leaf][:cut] + text + now[leaf][cut:]
        for leaf, old, text in zip(self.leaves, self.said, now, strict=True):
            if text != old:
                _say(leaf, text)

    def _within(
        self, start: int, end: int, new: str, *, owners: list[int]
    ) -> dict[int, str]:
        """What each leaf is to say of the new words."""
        old, other = _WORD.findall(self.text[start:end]), _WORD.findall(new)
        places = [start]
        for word in old:
            places.append(places[-1] + len(word))
        found: dict[int, str] = {}
        steps = SequenceMatcher(None, old, other, autojunk=False).get_opcodes()
        for step, first, last, begin, finish in steps:
            if step == "equal":
                for at in range(places[first], places[last]):
                    found[owners[at]] = found.get(owners[at], "") + self.text[at]
                continue
            at = places[first] - (step == "insert" and places[first] > start)
            leaf = owners[min(at, len(owners) - 1)]
            found[leaf] = found.get(leaf, "") + "".join(other[begin:finish])
        return found


def words_of(stretch: Any, *, start: Any = None, end: Any = None) -> Words:
    """The words in an element, or between two elements within it."""
    leaves = list(_leaves(stretch, start, end))
    said = [
        (leaf.text or "") if leaf.tag == _TEXT else _SIGNS[leaf.tag] for leaf in leaves
    ]
    return Words(tuple(leaves), tuple(said))


def cell_text(cell: Any) -> str:
    """What a table's cell says, one line per paragraph."""
    return "\n".join(words_of(one).text for one in cell.iter(qn("w:p")))


def _leaves(stretch: Any, start: Any, end: Any) -> Iterator[Any]:
    inside = start is None
    for element in _walk(stretch):
        inside = inside or element is start
        if element is end:
            return
        if inside and (element.tag == _TEXT or element.tag in _SIGNS):
            yield element


def _walk(element: Any) -> Iterator[Any]:
    for child in element:
        yield child
        if child.tag not in _PASSED:
            yield from _walk(child)


def _say(leaf: Any, text: str) -> None:
    if leaf.tag == _TEXT and not set(text) & {"\n", "\t"}:
        leaf.text = text
        leaf.set(_SPACE, "preserve")
        return
    for element in list(text_run(text)) if text else []:
        leaf.addprevious(element)
    leaf.getparent().remove(leaf)
