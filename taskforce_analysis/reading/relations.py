"""How the parts of a container refer to one another.

Each part may have a part of relations beside it; targets are resolved to names inside
the container, and what points out of it says so.
"""

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from taskforce_analysis.reading.container import Container
from taskforce_analysis.reading.parts import Node, is_constant, known_tree, tree


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part says about another: the kind of link and the part's name."""

    kind: str
    target: str
    external: bool


def links_part(source: str) -> str:
    """The part that holds another part's relations.

    >>> links_part("xl/workbook.xml"), links_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relations(container: Container, source: str) -> dict[str, Relation]:
    """The relations of one part by their ids; of the package when source is ''."""
    part, folder = links_part(source), posixpath.dirname(source)
    top = tree(container, part, "Relationships")
    if is_constant(part):
        return known_relations(container.read(part), folder)
    return _relations_in(top, folder)


@lru_cache(maxsize=32)
def known_relations(data: bytes, folder: str) -> dict[str, Relation]:
    """The same, known at once when the same bytes come again; not to be changed."""
    return _relations_in(known_tree(data), folder)


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


def _absolute(folder: str, target: str) -> str:
    path = unquote(target.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
