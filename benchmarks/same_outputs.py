"""Are all outputs of data/example byte for byte what another version made of them?

    python -P benchmarks/same_outputs.py 9b4c3ab    against this commit
    python -P benchmarks/same_outputs.py ../other   or against another checkout

Every command is run with the code of either checkout on this checkout's example, in
Danish and in English, and all files and all that is printed are compared. This is what
a change that should change nothing is held to; the list of outputs is printed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
# Last, for a script here is called statistics, as a module of Python's own is.
sys.path.append(str(HERE / "benchmarks"))

from house import exported

EXAMPLE = HERE / "data" / "example"
TWO = ("analyse.xlsx", "status.xlsx")
WRONG = ("analyse_med_fejl.xlsx", "status_med_fejl.xlsx")
SAVED = re.compile(rb"(?<=>)[0-9-]{10}T[0-9:]{8}Z(?=</dcterms:)")

# What has no command of its own.
LIBRARY = f"""
import sys
from pathlib import Path
import taskforce_analysis as ta
from taskforce_analysis.charts import available_charts, draw_pages, options_of
from taskforce_analysis.writing import available_writers

language, out = sys.argv[1], Path("out")
results = ta.run(measurement="maaling.toml")
groups = ta.run(*{TWO!r}, by=["paragraph"])
first = groups.tally["group"].iloc[0]
out.mkdir()
for kind, suffixes in available_writers().items():
    for suffix in suffixes:
        for name, one in (("all", results), ("groups", groups)):
            try:
                ta.write(
                    one, out / f"{{kind}}-{{name}}{{suffix}}", kind=kind,
                    language=language,
                )
            except ta.UsageError as error:
                (out / f"{{kind}}-{{name}}{{suffix}}.txt").write_text(str(error))
for chart in available_charts():
    for name, one in (("all", results), ("groups", groups)):
        try:
            grouped = name == "groups" and "group" in options_of(chart)
            group = {{"group": first}} if grouped else {{}}
            pages = draw_pages(chart, one, language=language, **group)
        except ta.UsageError as error:
            (out / f"{{chart}}-{{name}}.txt").write_text(str(error))
            continue
        for number, page in enumerate(pages):
            ta.export(page, out / f"{{chart}}-{{name}}-{{number}}")
for table in ("answers", "tally", "comparison", "issues", "distribution", "durations"):
    getattr(groups, table).to_csv(out / f"{{table}}.csv")
(out / "show.html").write_text(str(ta.show(groups, language=language).as_raw_html()))
"""


# In both languages, each in a folder of its own.
COMMANDS = {
    **{
        f"report-{publish}": f"report maaling.toml --publish {publish} --out out"
        for publish in ("internal", "open", "strict")
    },
    "report-by": f"report {' '.join(TWO)} --by paragraph --out out",
    "report-per": f"report {' '.join(TWO)} --per paragraph --out out",
    "report-quarters": "report ledelsestilsyn_2019.xlsx --out out",
    "papers": "papers maaling.toml --out out",
    "check": f"check {' '.join(WRONG)}",
    "check-json": f"check {' '.join(WRONG)} --json",
    "check-force": f"check {' '.join(WRONG)} --force --json",
    "compare": f"compare {' '.join(TWO)} --by paragraph",
    "compare-json": f"compare {' '.join(TWO)} --by paragraph --json",
    "annotate": f"check {WRONG[0]} --annotate annotated.xlsx",
    "caselist": f"caselist {' '.join(TWO)} --out cases.docx",
    "template": "template boernehandicap --out template.xlsx",
    "sample": "sample sagsliste.xlsx --seed 1 --out sample.xlsx",
    "plan": "plan --before 0.4 --after 0.7",
    "plan-json": "plan --before 0.4 --after 0.7 --json",
    "form-list": "form list",
    "form-show": "form show boernehandicap",
    "form-draft": "form draft analyse.xlsx",
    "diff": f"diff analyse.xlsx {WRONG[0]}",
    "help": "--help",
}


def make(checkout: Path, folder: Path) -> None:
    """All outputs of one checkout's code in a folder."""
    # The same moment for both, and nothing of the user's.
    own = {"PYTHONPATH": str(checkout), "TASKFORCE_TRACEBACK": "1", "COLUMNS": "100"}
    surroundings = os.environ | own | {"SOURCE_DATE_EPOCH": "1600000000"}

    def run(name: str, call: list[str]) -> None:
        # A folder each, for a report warns of others that lie beside it.
        shutil.copytree(EXAMPLE, folder / name)
        done = subprocess.run(
            [sys.executable, "-P", *call],
            cwd=folder / name,
            env=surroundings,
            capture_output=True,
            check=False,
        )
        printed = done.stdout + done.stderr + f"\nexit {done.returncode}\n".encode()
        printed = printed.replace(str(checkout).encode(), b"CHECKOUT")
        (folder / name / "printed.txt").write_bytes(printed)

    jobs = []
    for language in ("da", "en"):
        jobs.append((f"python-{language}", ["-c", LIBRARY, language]))
        for name, call in COMMANDS.items():
            command = ["-m", "taskforce_analysis", "--language", language]
            jobs.append((f"{name}-{language}", [*command, *call.split()]))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda job: run(*job), jobs))


def content(path: Path) -> object:
    """A file's bytes; a workbook's part by part without the moment it was saved.

    Only annotated copies and samples tell that moment; reports do not.
    """
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return {name: SAVED.sub(b"", book.read(name)) for name in book.namelist()}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("other", help="a commit, or the folder of a checkout")
    parser.add_argument("--keep", type=Path, help="a folder for both sets of outputs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        kept = options.keep or Path(temporary)
        if Path(options.other).is_dir():
            other = Path(options.other).resolve()
        else:
            other = exported(options.other, Path(temporary) / "commit")
        for name, checkout in (("before", other), ("after", HERE)):
            make(checkout, kept / name)
        names = {
            path.relative_to(kept / side)
            for side in ("before", "after")
            for path in (kept / side).rglob("*")
            if path.is_file()
        }
        other_than = []
        for name in sorted(names):
            one, two = kept / "before" / name, kept / "after" / name
            is_same = one.is_file() and two.is_file() and content(one) == content(two)
            print("same " if is_same else "OTHER", name.as_posix())
            other_than += [] if is_same else [name]
    print(f"{len(names)} outputs, {len(other_than)} of them other")
    return int(bool(other_than))


if __name__ == "__main__":
    raise SystemExit(main())
