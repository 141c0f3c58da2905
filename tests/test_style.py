"""The habits that ruff does not measure, and what no file holds."""

import ast
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "taskforce_analysis"

# What a module may do when it is imported: define.
DEFINITIONS = (
    ast.AnnAssign,
    ast.Assign,
    ast.AugAssign,
    ast.ClassDef,
    ast.FunctionDef,
    ast.Import,
    ast.ImportFrom,
)
READING = {"glob", "iterdir", "open", "read_bytes", "read_text", "rglob", "run"}


class Function(NamedTuple):
    """A function of the package and where it stands."""

    place: str
    node: ast.FunctionDef | ast.AsyncFunctionDef


class Line(NamedTuple):
    """A line of a text file and where it stands."""

    place: str
    text: str


@cache
def modules() -> dict[str, ast.Module]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in paths
    }


@cache
def functions() -> list[Function]:
    return [
        Function(f"{name}:{node.lineno} {node.name}", node)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.fixture(scope="module")
def lines(tracked_files: list[Path]) -> list[Line]:
    """Every line of every text file."""
    return list(lines_of(tracked_files))


def lines_of(paths: list[Path]) -> Iterator[Line]:
    for path in paths:
        content = path.read_bytes()
        if not zipfile.is_zipfile(path) and b"\0" not in content:
            text = content.decode("utf-8", "ignore")
            for number, line in enumerate(text.splitlines(), start=1):
                yield Line(f"{path.relative_to(ROOT).as_posix()}:{number}", line)


def places_with(pattern: str, lines: list[Line]) -> list[str]:
    compiled = re.compile(pattern)
    return [line.place for line in lines if compiled.search(line.text)]


def test_returned_tuples_are_named():
    wide = [
        place
        for place, node in functions()
        if isinstance(node.returns, ast.Subscript)
        and ast.unparse(node.returns.value) == "tuple"
        and isinstance(node.returns.slice, ast.Tuple)
        and len(node.returns.slice.elts) > 2
    ]
    assert wide == []


def test_only_the_command_line_prints():
    printing = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if not name.startswith("cli")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]
    assert printing == []


def test_no_work_at_import():
    working = [
        f"{name}:{node.lineno} {ast.unparse(node)[:60]}"
        for name, tree in modules().items()
        for node in tree.body
        if not is_definition(node)
    ]
    assert working == []


def is_definition(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring
    if isinstance(node, ast.If):
        return ast.unparse(node.test) in {"__name__ == '__main__'", "TYPE_CHECKING"}
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        return not any(reads(part) for part in ast.walk(node.value))
    return isinstance(node, DEFINITIONS)


def reads(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).rpartition(".")[2]
    return name in READING or name.startswith("load_")


# What is of any type, each named once and with its reason beside it. Anything else has
# a type of its own: a record, a TypedDict, or `object` where nothing is asked of it.
OF_ANY_TYPE = {
    "charts/kit/lettering.py": "what matplotlib takes by name",
    "cli/application.py": "what typer carries inside of click",
    "filing/provenance.py": "what JSON holds until it is taken in",
    "methods/counts.py": "a number or an array, as the caller's counts are",
    "reporting/table_rows.py": "a table's row before it is read as a record",
    "schemas.py": "what TOML holds until `take` has seen to it",
    "tables.py": "a frame of any engine",
    "tallying/counting.py": "a frame of any engine",
    "writing/pptx.py": "what python-pptx declares otherwise than it is",
}


def test_any_stands_once_where_it_must_and_nowhere_else():
    found = Counter(
        file
        for file, tree in modules().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "Any")
        or (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"(?:[\w.]+\[)?Any(?:, Any)*\]?", node.value)
        )
    )
    assert found == Counter(dict.fromkeys(OF_ANY_TYPE, 1))


def test_no_module_for_what_has_no_place():
    names = {Path(name).stem for name in modules()}
    assert (
        names & {"base", "common", "helpers", "misc", "tools", "util", "utils"} == set()
    )


def test_nothing_is_left_to_do(lines):
    assert places_with(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b", lines) == []


def test_no_path_of_one_machine(lines):
    folders = "farm|home|opt|root|tmp|usr/local|work|Users"
    assert places_with(rf"(?<![\w.~-])/(?:{folders})/[A-Za-z]", lines) == []
    assert places_with(r"\b[A-Z]:\\\\?Users\\", lines) == []


def test_no_network_address_of_a_service(lines):
    address = r"(?<![\d.=])(?!127\.0\.0\.1)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
    found = places_with(address, lines)
    # A package's version may have four numbers too.
    assert [one for one in found if not one.startswith("sbom.cdx.json")] == []
    assert places_with(r"(?:^|\s)--(?:extra-)?index-url|/simp" + r"le/?\b", lines) == []


def test_a_module_never_shares_its_name_with_its_function():
    # A chart's file is looked for by the chart's name, and its function has it too.
    shared = [
        name
        for name, tree in modules().items()
        if not re.fullmatch(r"charts/figures/\w+\.py", name)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == Path(name).stem
    ]
    assert shared == []
