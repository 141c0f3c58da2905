"""How the parts of a container hang together, and which kind of workbook they make.

Each part may have a part of relations beside it: they say which part is the workbook,
which are its sheets and what belongs to each. A target that is not there is told, and
refuses the file where cells lie in it.
"""

import posixpath
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import unquote

from taskforce_analysis.errors import FileError
from taskforce_analysis.reading.container import (
    Container,
    Node,
    is_constant,
    known_tree,
)

_TYPES = "[Content_Types].xml"
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = "META-INF/manifest.xml"
_NO_TARGET = "null"  # what Excel itself writes for a lost picture


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part says about another: the kind of link and the part's name.

    `target` is resolved to a name inside the container, unless it points out of it.
    """

    kind: str
    target: str
    external: bool


class Package:
    """A container whose parts are tied to one another, and to a sheet."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self._owners: dict[str, str] = {}

    @cached_property
    def kind(self) -> str:
        """`xlsx`, `xlsb` or `ods`; FileError when it is no workbook at all."""
        if "mimetype" in self.container:
            if self.container.read("mimetype").strip().startswith(OPEN_DOCUMENT):
                self._check_open()
                return "ods"
            raise self.container.error("FILE_NOT_WORKBOOK")
        if _MANIFEST in self.container and OPEN_DOCUMENT in self._manifest():
            self._check_open()
            return "ods"
        return "xlsb" if self.main.endswith(".bin") else "xlsx"

    @cached_property
    def main(self) -> str:
        """The part that holds the workbook; FileError when none is named or there."""
        named = self.targets("", "officeDocument")
        if not named:
            raise self.container.error("FILE_NOT_WORKBOOK")
        first, *others = named
        kind = self._content_type(first)
        if kind is None:
            known = posixpath.basename(first).lower().startswith("workbook.")
        else:
            known = "spreadsheetml" in kind or "ms-excel" in kind
        if not known:
            raise self.container.error("FILE_NOT_WORKBOOK")
        if others or _TYPES not in self.container or first not in self.container:
            raise self.container.error("FILE_CORRUPT")
        return first

    def links(self, source: str) -> dict[str, Relation]:
        """The relations of a part by their ids; the package's own for ''.

        FileError when they are damaged, or one id is given twice.
        """
        found = self._links.get(source.lower(), {})
        if isinstance(found, FileError):
            raise found
        return found

    def targets(self, source: str, kind: str) -> tuple[str, ...]:
        """The parts that a part has of one kind."""
        return tuple(
            link.target
            for link in self.links(source).values()
            if link.kind == kind and not link.external
        )

    def claim(self, part: str, sheet: str) -> None:
        """Let the part, and all parts that hang on it alone, belong to the sheet."""
        waiting = [part]
        while waiting:
            part = waiting.pop().lower()
            if part in self._owners or part == self.main.lower():
                continue
            self._owners[part] = self._owners[links_part(part)] = sheet
            links = self._sound_links(part).values()
            waiting += [link.target for link in links if not link.external]

    def owner(self, part: str) -> str | None:
        """The sheet that the part belongs to, where there is one."""
        return self._owners.get(part.lower())

    @cached_property
    def lost(self) -> list[str]:
        """The parts that are named and not there, but what Excel itself calls NULL.

        Whoever needs one of them refuses the file; the others can hold no cell.
        """
        named = {
            link.target: None
            for source in self._links
            for link in self._sound_links(source).values()
            if not link.external and link.target not in self.container
        }
        return [one for one in named if posixpath.basename(one).lower() != _NO_TARGET]

    def _sound_links(self, source: str) -> dict[str, Relation]:
        found = self._links.get(source.lower(), {})
        return {} if isinstance(found, FileError) else found

    @cached_property
    def _links(self) -> dict[str, dict[str, Relation] | FileError]:
        # Most relations are of parts that hold no cell: damage is an error when asked.
        found: dict[str, dict[str, Relation] | FileError] = {}
        for part in self.container.parts:
            folder, name = posixpath.split(part)
            if posixpath.basename(folder) == "_rels" and name.endswith(".rels"):
                above = posixpath.dirname(folder)
                source = posixpath.join(above, name.removesuffix(".rels"))
                try:
                    found[source] = self._relations_of(source)
                except FileError as error:
                    found[source] = error
        return found

    def _relations_of(self, source: str) -> dict[str, Relation]:
        part, folder = links_part(source), posixpath.dirname(source)
        top = self.container.tree(part, "Relationships")
        if is_constant(part):
            found = _known_relations(self.container.read(part), folder)
        else:
            found = _relations_in(top, folder)
        if len(found) != sum(True for _ in top.all("Relationship")):
            raise self.container.error("FILE_CORRUPT")
        return found

    def _check_open(self) -> None:
        """An open document says in its list of parts which of them are encrypted."""
        if _MANIFEST in self.container and b"encryption-data" in self._manifest():
            raise self.container.error("FILE_ENCRYPTED")

    def _manifest(self) -> bytes:
        return self.container.read(_MANIFEST).replace(b"\0", b"")

    def _content_type(self, part: str) -> str | None:
        """What the package says the part is; None where it says nothing of it."""
        if _TYPES not in self.container:
            return None
        top = self.container.tree(_TYPES, "Types")
        for node in top.all("Override"):
            if node.attributes.get("PartName", "").lstrip("/").lower() == part.lower():
                return node.attributes.get("ContentType", "")
        return None


def links_part(source: str) -> str:
    """The part that holds another part's relations.

    >>> links_part("xl/workbook.xml"), links_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations_in(top: Node, folder: str) -> dict[str, Relation]:
    found = {}
    for node in top.all("Relationship"):
        link = node.attributes
        target = link.get("Target", "")
        external = link.get("TargetMode") == "External" or target.startswith("#")
        kind = link.get("Type", "").rpartition("/")[2]
        path = target if external else _absolute(folder, target)
        found[link.get("Id", "")] = Relation(kind, path, external)
    return found


@lru_cache(maxsize=32)
def _known_relations(data: bytes, folder: str) -> dict[str, Relation]:
    """The same from bytes that have come before; not to be changed."""
    return _relations_in(known_tree(data), folder)


def _absolute(folder: str, target: str) -> str:
    path = unquote(target.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
