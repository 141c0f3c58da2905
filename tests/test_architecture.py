"""One direction: a module imports only from its own room and from those below it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import taskforce_analysis
from taskforce_analysis.languages import load_language

ROOT = Path(__file__).resolve().parents[1]
NAME = "taskforce_analysis"
VERSION = f"{NAME}.__version__"  # a fact, not a part of the map

# The rooms from the ground up; CONTRIBUTING.md says what each is for.
LAYERS = (
    "privacy",
    "errors",
    "versions",
    "boundary",
    "registry tables schemas spelling issues shipped themes paragraphs texts atomic",
    "forms measurements languages settings deadlines displaying recommendations",
    "methods",
    "reading",
    "locating",
    "checking",
    "agreeing",
    "differing recommendation_files",
    "tallying",
    "summarising",
    "comparing",
    "results",
    "disclosing",
    "planning published synthetic",
    "reporting",
    "charts",
    "writing",
    "filing names",
    "cli __init__ __main__",
)
LEVEL = {room: level for level, line in enumerate(LAYERS) for room in line.split()}

# What is slow to import, or draws, or writes.
FRAMES = {"pandas", "polars", "pyarrow", "duckdb", "dask", "narwhals", "pyspark"}
DRAWING = {
    "docx",
    "great_tables",
    "matplotlib",
    "openpyxl",
    "pptx",
    "xlsxwriter",
}
HEAVY = DRAWING | {"IPython", "dask", "duckdb", "holidays", "polars", "pyspark"}
HEAVY |= {"pyreadstat", "python_calamine", "scipy", "statsmodels"}


class Import(NamedTuple):
    """One imported module, and whether it is imported as soon as the importer is."""

    module: str
    at_once: bool


@cache
def imports() -> dict[str, list[Import]]:
    """Every module of the package with what it imports, also inside functions."""
    paths = sorted((ROOT / NAME).rglob("*.py"))
    return {module_name(path): list(imports_of(path)) for path in paths}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 2 and parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        at_once = id(node) not in inside
        if isinstance(node, ast.Import):
            yield from (Import(name.name, at_once) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            yield from (
                Import(f"{node.module}.{name.name}", at_once) for name in node.names
            )


def inner_imports() -> Iterator[tuple[str, str]]:
    """Pairs (importer, imported module of this package), each resolved to a file."""
    for importer, found in imports().items():
        for name in (one.module for one in found):
            if name.partition(".")[0] == NAME and name != VERSION:
                while name not in imports() and "." in name:
                    name = name.rpartition(".")[0]  # noqa: PLW2901 - up to its module
                yield importer, f"{NAME}.__init__" if name == NAME else name


def room(module: str) -> str:
    return module.split(".")[1]


def outer_imports(rooms: set[str]) -> Iterator[tuple[str, Import]]:
    """Pairs (importer, what it imports from outside) for the modules of these rooms."""
    for importer, found in imports().items():
        if room(importer) in rooms:
            yield from ((importer, one) for one in found)


def rooms_below(limit: str) -> set[str]:
    return {one for one, level in LEVEL.items() if level < LEVEL[limit]}


def test_every_module_has_a_room():
    unknown = {room(module) for module in imports()} - LEVEL.keys()
    assert unknown == set(), "enter the new room in LAYERS and in CONTRIBUTING.md"


def test_contributing_tells_the_rooms_in_this_order():
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("One direction")[2]
    rooms = [room for room in LEVEL if not room.startswith("__")]
    found = re.findall(rf"\b({'|'.join(rooms)})(?:\.py)?(?=,| \|)", told)
    assert list(dict.fromkeys(found)) == rooms


def test_imports_go_one_way():
    wrong = [
        f"{importer} imports {imported}"
        for importer, imported in inner_imports()
        if LEVEL[room(imported)] > LEVEL[room(importer)]
    ]
    assert wrong == []


def test_no_cycle():
    graph: dict[str, set[str]] = {}
    for importer, imported in inner_imports():
        if importer != imported:
            graph.setdefault(importer, set()).add(imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_methods_see_plain_numbers():
    frames = {
        f"{importer} imports {one.module}"
        for importer, one in outer_imports({"methods"})
        if one.module.partition(".")[0] in FRAMES
    }
    assert frames == set()


def test_what_computes_neither_draws_nor_writes():
    wrong = {
        f"{importer} imports {one.module}"
        for importer, one in outer_imports(rooms_below("planning") | {"reporting"})
        if one.module.partition(".")[0] in DRAWING
    }
    assert wrong == set()


@pytest.mark.parametrize(
    ("drawing", "first"),
    [(room, "reading") for room in ("charts", "reporting", "writing")],
)
def test_charts_and_writers_do_not_compute(drawing, first):
    computing = rooms_below("results") - rooms_below(first)
    wrong = [
        f"{importer} imports {imported}"
        for importer, imported in inner_imports()
        if room(importer) == drawing and room(imported) in computing
    ]
    assert wrong == []


def test_no_statistics_package_and_no_pyplot():
    wrong = {
        f"{importer} imports {one.module}"
        for importer, one in outer_imports(set(LEVEL))
        if one.module.startswith(("scipy.stats", "statsmodels", "matplotlib.pyplot"))
    }
    assert wrong == set()


def loaded_by(*modules: str) -> set[str]:
    """The top-level names that a fresh interpreter has loaded after these imports."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    names = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    return {name.partition(".")[0] for name in names.split()}


def test_importing_the_package_loads_no_frame_library():
    assert loaded_by(NAME) & (FRAMES | HEAVY | {"numpy"}) == set()


def test_importing_what_check_needs_loads_nothing_heavy():
    needed = rooms_below("comparing") - {"methods"} | {"cli"}
    modules = [name for name in imports() if room(name) in needed]
    assert loaded_by(*modules) & HEAVY == set()


def test_the_map_names_what_exists_and_the_readme_lists_it():
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in taskforce_analysis.__all__:
        assert hasattr(taskforce_analysis, name), name
        assert f"`{name}`" in readme or f"ta.{name}" in readme, name
    assert set(taskforce_analysis.__all__) <= set(dir(taskforce_analysis))


def texts_outside_docstrings(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        value = getattr(node, "value", None)
        if isinstance(value, str) and id(node) not in told:
            yield value


def test_the_words_of_the_answers_stand_in_the_definitions_alone():
    words = load_language("da").words
    answers = [word for key, word in words.items() if key.startswith("answer.")]
    assert {"Ja", "Nej", "Ikke relevant"} <= set(answers)
    said = re.compile(rf"\b(?:{'|'.join(map(re.escape, answers))})\b")
    wrong = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / NAME).rglob("*.py"))
        for text in texts_outside_docstrings(path)
        if said.search(text)
    ]
    assert wrong == []
