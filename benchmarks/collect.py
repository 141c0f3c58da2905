"""Run benchmarks and put their tables into benchmarks/README.md.

    python -P benchmarks/collect.py import tally         run these
    python -P benchmarks/collect.py --from tally=a.md    or take a table made before

Each table stands between a comment `<!-- name -->` and `<!-- /name -->`; the line under
the first says when and with which versions it was made.
"""

import argparse
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
CALLS = {
    "house": ["house.py", "9b4c3ab"],  # the house of 321 modules
    "growth": ["national.py", "--growth"],
    "processes": ["national.py", "--processes"],
    "large": ["national.py", "--large"],
    "tally-growth": [
        "tally.py",
        "--growth",
        "--only",
        "duckdb,ours-duckdb,polars-lazy,ours-polars-lazy,pandas-category,ours-category",
    ],
    "tally-hundred": [
        "tally.py",
        *("--answers", "100000000", "--repeats", "1"),
        *("--only", "duckdb,ours-duckdb,polars-lazy,ours-polars-lazy"),
    ],
}
PACKAGES = ("numpy", "pandas", "narwhals", "polars", "duckdb", "dask", "matplotlib")


def made_now() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%d-%m-%Y}, Python {platform.python_version()}, {versions}."
    )


def run(name: str) -> str:
    script, *more = CALLS.get(name, [f"{name}.py"])
    # Without -P a script here would hide the library's module of the same name.
    call = [sys.executable, "-P", str(HERE / script), *more]
    done = subprocess.run(
        call, capture_output=True, text=True, check=True, cwd=HERE.parent
    )
    return done.stdout.strip()


def fill(text: str, name: str, table: str) -> str:
    """The text with a table between its two comments."""
    between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not between.search(text):
        raise SystemExit(f"README.md has no place for {name}")
    filled = f"{made_now()}\n\n{table}\n"
    return between.sub(lambda found: found[1] + filled + found[2], text)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--from", dest="files", action="append", default=[])
    options = parser.parse_args()
    tables = dict(pair.split("=", 1) for pair in options.files)
    for name in [*tables, *options.names]:
        # Each is put in as it is made, so that one that fails loses no other.
        table = Path(tables[name]).read_text("utf-8") if name in tables else run(name)
        text = fill(README.read_text("utf-8"), name, table.strip())
        README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
