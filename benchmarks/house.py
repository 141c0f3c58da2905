"""How many doors does one go through? The package's modules, counted while they work.

    python -P benchmarks/house.py             this checkout
    python -P benchmarks/house.py 9b4c3ab     a commit beside it

A profile hook notes every module of the package in which a function is entered, while
the example is run, then drawn, then written to Word. Beside them stand the modules and
lines there are, those that only one sibling imports, and the files that the limit of an
exact interval goes through. They are signs of a way that is natural, no aim in itself.
"""

import ast
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
NAME = "taskforce_analysis"

# Run with the code of the checkout that is measured; prints the entered files as JSON.
WATCHED = """
import json, sys
from pathlib import Path
import taskforce_analysis as ta

package = str(Path(ta.__file__).parent)
entered, depth, deepest = set(), 0, 0

def note(frame, event, argument):
    global depth, deepest
    code = frame.f_code
    if event in ("call", "return") and code.co_filename.startswith(package):
        depth += 1 if event == "call" else -1
        deepest = max(deepest, depth)
        if event == "call" and code.co_name != "<module>":
            entered.add(code.co_filename)

def watched(work):
    global depth, deepest
    entered.clear()
    depth = deepest = 0
    sys.setprofile(note)
    try:
        result = work()
    finally:
        sys.setprofile(None)
    names = sorted(str(Path(one).relative_to(package)) for one in entered)
    found.append({"files": names, "deepest": deepest})
    return result

found = []
folder, out = Path(sys.argv[1]), Path(sys.argv[2])
two = (folder / "analyse.xlsx", folder / "status.xlsx")
results = watched(lambda: ta.run(*two))
watched(lambda: ta.draw("change", results))
watched(lambda: ta.write(results, out / "rapport.docx"))
from taskforce_analysis.methods.exact import exact_difference
watched(lambda: exact_difference(8, 20, 14, 20))
print(json.dumps(found))
"""
WORK = (
    "`ta.run` of two workbooks",
    'then `ta.draw("change")`',
    "then a Word file",
    "one exact interval",
)


def watched(checkout: Path) -> list[dict]:
    """What each piece of work entered, with the code of this checkout."""
    with tempfile.TemporaryDirectory() as out:
        printed = subprocess.run(
            [sys.executable, "-P", "-c", WATCHED, HERE / "data" / "example", out],
            env=os.environ | {"PYTHONPATH": str(checkout)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    return json.loads(printed)


def modules(checkout: Path) -> dict[str, Path]:
    """The package's modules by their dotted names."""
    paths = sorted((checkout / NAME).rglob("*.py"))
    return {
        ".".join(path.relative_to(checkout).with_suffix("").parts): path
        for path in paths
    }


def alone(checkout: Path) -> list[str]:
    """The modules that one other module imports, and that one is a sibling."""
    found = modules(checkout)
    importers = defaultdict(set)
    for path in found.values():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                NAME
            ):
                names = {f"{node.module}.{one.name}" for one in node.names}
                for name in {node.module, *names} & found.keys():
                    importers[name].add(path)
    return [
        name
        for name, path in found.items()
        if path.stem != "__init__"
        and len(importers[name]) == 1
        and next(iter(importers[name])).parent == path.parent
    ]


def measured(checkout: Path) -> dict[str, object]:
    """The numbers of one checkout."""
    found = modules(checkout)
    lines = sum(path.read_text("utf-8").count("\n") for path in found.values())
    numbers: dict[str, object] = {
        "modules": len(found),
        "lines": f"{lines:,}",
        "modules that one sibling alone imports": len(alone(checkout)),
    }
    for name, one in zip(WORK, watched(checkout), strict=True):
        numbers[f"modules entered: {name}"] = len(one["files"])
        if "run" in name:
            numbers["deepest call of `ta.run`"] = one["deepest"]
    return numbers


def exported(commit: str, folder: str) -> Path:
    """The package as a commit has it."""
    packed = subprocess.run(
        ["git", "archive", commit, NAME, "data"],
        cwd=HERE,
        capture_output=True,
        check=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return Path(folder)


def main(commits: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = [measured(exported(one, folder)) for one in commits[:1]]
    columns = [*before, measured(HERE)]
    heads = [*(f"at {one}" for one in commits[:1]), "now"]
    print(f"| what | {' | '.join(heads)} |")
    print(f"|---|{'---|' * len(heads)}")
    for name in columns[-1]:
        print(f"| {name} | {' | '.join(str(one[name]) for one in columns)} |")
    if "--list" in sys.argv:
        for name, one in zip(WORK, watched(HERE), strict=True):
            print(f"\n{name}:", *one["files"], sep="\n  ")


if __name__ == "__main__":
    main([one for one in sys.argv[1:] if not one.startswith("-")])
