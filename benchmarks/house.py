"""How many doors does one go through? The package's modules, counted while they work.

    python -P benchmarks/house.py             this checkout
    python -P benchmarks/house.py 9b4c3ab     a commit beside it

A profile hook notes every module of the package in which a function is entered, while
the example is run, then drawn, then written to Word. Beside them stand the modules and
lines there are, those that only one sibling imports, and the files that the limit of an
exact interval goes through. Then five values are followed: in how many modules a
function is handed the value itself, and between how many pairs of modules it goes both
ways. They are signs of a way that is natural, no aim in itself.
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
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, FrameType

HERE = Path(__file__).resolve().parents[1]
NAME = "taskforce_analysis"

WORK = (
    "`ta.run` of two workbooks",
    'then `ta.draw("change")`',
    "then a Word file",
    "one exact interval",
)
VALUES = (
    "a cell's text to a Word table",
    "the confidence level to an interval",
    "a measure's label to a Word file",
    "`by` to its groups",
    "a threshold to what is withheld",
)


class Watch:
    """Notes the package's files whose functions are entered while something works."""

    def __init__(self) -> None:
        import taskforce_analysis

        self.package = str(Path(taskforce_analysis.__file__).parent)

    def entered(self, work: Callable[[], object]) -> dict:
        """The files entered, and how deep the calls went."""
        files, depths = set(), [0]

        def note(frame: FrameType, event: str, _: object) -> None:
            code = frame.f_code
            if event in ("call", "return") and self._is_ours(code):
                depths.append(depths[-1] + (1 if event == "call" else -1))
                if event == "call" and code.co_name != "<module>":
                    files.add(code.co_filename)

        _profiled(work, note)
        return {"files": self._names(files), "deepest": max(depths)}

    def handed(self, work: Callable[[], object], is_it: Callable[..., bool]) -> dict:
        """The files that are handed a value, and how many pairs pass it both ways."""
        files, steps = set(), set()

        def note(frame: FrameType, event: str, _: object) -> None:
            code = frame.f_code
            if event != "call" or not self._is_ours(code):
                return
            names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            if any(is_it(name, frame.f_locals.get(name)) for name in names):
                files.add(code.co_filename)
                caller = frame.f_back
                while caller is not None and not self._is_ours(caller.f_code):
                    caller = caller.f_back
                if caller is not None and caller.f_code.co_filename != code.co_filename:
                    steps.add((caller.f_code.co_filename, code.co_filename))

        _profiled(work, note)
        both = {frozenset(pair) for pair in steps if pair[::-1] in steps}
        return {"files": self._names(files), "both_ways": len(both)}

    def _is_ours(self, code: CodeType) -> bool:
        return code.co_filename.startswith(self.package)

    def _names(self, files: set[str]) -> list[str]:
        return sorted(str(Path(one).relative_to(self.package)) for one in files)


def _profiled(work: Callable[[], object], note: Callable[..., None]) -> None:
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)


def watch(out: Path) -> None:
    """Do the work with whichever checkout is on the path; print what was entered."""
    import taskforce_analysis as ta

    eye = Watch()
    two = [HERE / "data" / "example" / name for name in ("analyse.xlsx", "status.xlsx")]
    kept: list = []
    work = [
        eye.entered(lambda: kept.append(ta.run(*two))),
        eye.entered(lambda: ta.draw("change", kept[0])),
        eye.entered(lambda: ta.write(kept[0], out / "rapport.docx")),
    ]
    from taskforce_analysis.methods.exact import exact_difference

    work.append(eye.entered(lambda: exact_difference(8, 20, 14, 20)))
    settings = ta.Settings(confidence=0.913, publish="open", threshold=7)

    def whole(by: Sequence[str] = ("paragraph",)) -> None:
        ta.write(ta.run(*two, by=by, settings=settings), out / "rapport.docx")

    def is_text(text: str) -> Callable[[str, object], bool]:
        return lambda _, value: type(value) is str and value == text

    values = [
        eye.handed(whole, is_text("§ 11, stk. 3")),
        eye.handed(whole, lambda _, value: type(value) is float and value == 0.913),
        eye.handed(whole, is_text("Der er foretaget en helhedsvurdering")),
        eye.handed(whole, lambda name, value: name == "by" and bool(value)),
        eye.handed(whole, lambda name, _: name == "threshold"),
    ]
    print(json.dumps([work, values]))


def watched(checkout: Path) -> tuple[list[dict], list[dict]]:
    """What each piece of work entered, and where each value went, in this checkout."""
    with tempfile.TemporaryDirectory() as out:
        printed = subprocess.run(
            [sys.executable, "-P", __file__, "--watch", out],
            env=os.environ | {"PYTHONPATH": str(checkout)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    work, values = json.loads(printed)
    return work, values


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
    entered, followed = watched(checkout)
    for name, one in zip(WORK, entered, strict=True):
        numbers[f"modules entered: {name}"] = len(one["files"])
        if "run" in name:
            numbers["deepest call of `ta.run`"] = one["deepest"]
    for name, one in zip(VALUES, followed, strict=True):
        both = one["both_ways"]
        numbers[f"handed on: {name}"] = f"{len(one['files'])}, both ways {both}"
    return numbers


def exported(commit: str, folder: str | Path) -> Path:
    """The package and its data, as a commit has them, in a folder."""
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
        entered, followed = watched(HERE)
        for name, one in zip(WORK + VALUES, entered + followed, strict=True):
            print(f"\n{name}:", *one["files"], sep="\n  ")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--watch"]:
        watch(Path(sys.argv[2]))
    else:
        main([one for one in sys.argv[1:] if not one.startswith("-")])
