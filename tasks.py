"""What can be done in this checkout, with nothing but Python 3.11 or newer.

`make report` and `py tasks.py report` are the same. A task makes .venv when it is not
there, installs the versions pinned in constraints.txt when they have changed, and then
works in that environment. A second call installs nothing and starts at once.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
STAMP = HOME / "installed.json"
PINS = ROOT / "constraints.txt"
EXTRAS = ("", "notebooks", "test", "test,spark")  # each holds the one before it
OFFERED = ("notebooks", "polars", "duckdb", "dask", "spss")  # what a user may add
MUTATOR = "mutmut==3.8.1"  # for one task only; not a part of any extra
HASHER = "uv==0.13.9"  # likewise
HASHES, SBOM = ROOT / "hashes.txt", ROOT / "sbom.cdx.json"
BUILD_TOOLS = ("editables", "hatchling", "setuptools", "wheel")

# The main job: data/example and data/published, with every output.
MAIN_JOB = ("-m", "taskforce_analysis", "demo")

# What no file may slip past: here every line and branch is reached by the rooms' own
# tests. Everywhere else it would cost half as much time again; `cover` tells it.
ROOMS = ("privacy", "reading", "locating", "checking")
WHOLE = [f"taskforce_analysis.{room}" for room in ROOMS]
OWN = (*(f"test_{room}*.py" for room in ROOMS), "test_agreeing.py")
FOUND = {path for name in OWN for path in (ROOT / "tests").glob(name)}
READERS = sorted(path.relative_to(ROOT).as_posix() for path in FOUND)
PYTEST = ("-m", "pytest", "-n", "2")
UNREACHED = "--cov-report=term-missing:skip-covered"

CHECKS = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "pyright": ("-m", "pyright"),
    "vulture": ("-m", "vulture"),
    "pytest of reading": (
        *PYTEST,
        *READERS,
        *(f"--cov={name}" for name in WHOLE),
        "--cov-fail-under=100",
        UNREACHED,
    ),
    "pytest of the rest": (*PYTEST, *(f"--ignore={name}" for name in READERS)),
}


def report() -> int:
    """Compare the example's two workbooks: figure, Word report and Excel workbook."""
    prepare("")
    status = run(*MAIN_JOB)
    if status == 0:
        say("", f"The outputs lie in {ROOT / 'output'}")
    return status


def test() -> int:
    """Run everything that CI runs: linters, types, tests, notebooks, the wheel."""
    # Spark is half a gigabyte, and of no use without Java.
    prepare("test,spark" if shutil.which("java") else "test")
    failed = [name for name, call in CHECKS.items() if timed(name, call)]
    say("", f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def quick() -> int:
    """Run the tests that take less than ten seconds."""
    prepare("test")
    return run(*PYTEST, "-m", "not slow", "--durations=0")


def cover() -> int:
    """Tell which lines of the package no test reaches: ten minutes."""
    prepare("test")
    return run(*PYTEST, "--cov", UNREACHED)


def tidy() -> int:
    """Format the code and correct what ruff can correct by itself."""
    prepare("test")
    return run("-m", "ruff", "check", "--fix", ".") or run("-m", "ruff", "format", ".")


def lab() -> int:
    """Open JupyterLab on the notebooks."""
    prepare("notebooks")
    return run("-m", "jupyter", "lab", "notebooks")


def bench() -> int:
    """Measure again what benchmarks/README.md says; half an hour, best left alone."""
    prepare("test")
    names = ("import", "reading", "tally", "deadlines", "statistics", "report")
    more = ("national", "growth", "processes", "tally-growth", "tally-hundred")
    return run("-P", "benchmarks/collect.py", *names, *more)


def long() -> int:
    """Run the long versions of the fuzz and the kill tests: about half an hour."""
    prepare("test")
    os.environ |= {"TASKFORCE_FUZZ": "60000", "TASKFORCE_KILLS": "200"}
    names = ("disclosing_nested", "disclosing_programs", "reading_fuzz")
    names += ("reading_legacy", "trust")
    return run("-m", "pytest", "-m", "", *(f"tests/test_{name}.py" for name in names))


def mutants() -> int:
    """Change methods/ in thousands of places: does a test fail? Hours; not Windows."""
    prepare("test")
    install("--constraint", str(PINS), MUTATOR)
    copy = HOME / "mutants"  # the checkout itself stays as it is
    for name in ("mutants", "taskforce_analysis", "tests"):
        shutil.rmtree(copy / name, ignore_errors=True)
    for name in ("taskforce_analysis", "tests"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy2(ROOT / "pyproject.toml", copy)
    os.environ |= {"CI": "1"}  # hypothesis draws the same cases each time
    run("-m", "mutmut", "run", "--max-children", "1", where=copy)
    return run("-m", "mutmut", "results", where=copy)


def bounds() -> int:
    """Run the tests on the oldest, then the newest packages that the bounds allow."""
    failed = []
    for end in ("oldest", "newest"):
        home = HOME / f"bounds-{end}"
        if not works(home):
            make(home)
        say("", f"Installing the {end} packages")
        versions = home / "constraints.txt"
        versions.write_text("".join(oldest()) if end == "oldest" else "", "utf-8")
        install("--constraint", str(PINS), *BUILD_TOOLS, home=home)
        asked = ("--constraint", str(versions), "--upgrade-strategy=eager", "--upgrade")
        install(*asked, "--no-build-isolation", "--editable", ".[test]", home=home)
        failed += [end] if timed(f"pytest, {end}", PYTEST, home=home) else []
    say("", f"Failed: {', '.join(failed)}" if failed else "All tests passed at both.")
    return 1 if failed else 0


def oldest() -> list[str]:
    """The lowest version of what a user may install; the tools are those pinned."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    offered = [*project["dependencies"], *(one for x in OFFERED for one in extras[x])]
    # "dask[dataframe]>=2026.1" is dask==2026.1: a constraint has no extras.
    split = (one.split(">=") for one in offered)
    lowest = {name.partition("[")[0]: version for name, version in split}
    tools = {one.partition(">=")[0].partition("[")[0] for one in extras["test"]}
    pins = (line.split("==") for line in PINS.read_text("utf-8").splitlines()[1:])
    kept = {name: version for name, version in pins if name in tools}
    return [f"{name}=={version}\n" for name, version in {**kept, **lowest}.items()]


def pin() -> int:
    """Renew constraints.txt with the newest versions that the bounds allow."""
    prepare("test")
    install("--upgrade", "--upgrade-strategy=eager", "--editable", ".[test,spark]")
    listing = [python(), "-m", "pip", "list", "--format=json", "--exclude-editable"]
    found = json.loads(subprocess.check_output(listing, cwd=ROOT, env=surroundings()))
    # What only Windows or macOS has is not installed here, and keeps its pin.
    old = PINS.read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in old if "==" in line)
    pins |= {one["name"].lower().replace("_", "-"): one["version"] for one in found}
    pins.pop("pip", None)
    lines = (f"{name}=={version}\n" for name, version in sorted(pins.items()))
    PINS.write_text(f"{old[0]}\n{''.join(lines)}", "utf-8")
    return 0


def sbom() -> int:
    """Write hashes.txt and sbom.cdx.json of the pinned packages anew."""
    prepare("test")
    install("--constraint", str(PINS), HASHER)
    asked = ("--no-deps", "--generate-hashes", "--universal", "--no-header")
    told = ("--no-annotate", "--quiet", "--python-version", "3.11")
    out = ("--output-file", str(HASHES))
    if run("-m", "uv", "pip", "compile", *asked, *told, *out, str(PINS)):
        say("The checksums could not be had: uv says why above.")
        return 1
    content = json.dumps(bill_of(HASHES.read_text("utf-8")), indent=1)
    SBOM.write_text(f"{content}\n", "utf-8", newline="\n")
    return 0


def bill_of(hashes: str) -> dict[str, object]:
    """The packages of hashes.txt as a CycloneDX bill of materials."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[\[<>=~!; ]", one)[0] for one in project["dependencies"]}
    components: list[dict[str, object]] = []
    for entry in hashes.replace("\\\n", " ").splitlines():
        pin, *sums = entry.split("--hash=sha256:")
        name, _, version = pin.partition(";")[0].strip().partition("==")
        purl = f"pkg:pypi/{name}@{version}"
        found = [{"alg": "SHA-256", "content": one.strip()} for one in sums]
        components.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "purl": purl,
                "scope": "required" if name in needed else "optional",
                # By its purl: where it was had from is each installation's own matter.
                "externalReferences": [
                    {"type": "distribution", "url": purl, "hashes": found}
                ],
            }
        )
    root = {"type": "application", "bom-ref": project["name"], "name": project["name"]}
    direct = [one["bom-ref"] for one in components if one["scope"] == "required"]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
        "dependencies": [{"ref": project["name"], "dependsOn": direct}],
    }


def prepare(extra: str) -> None:
    """Make .venv hold the pinned packages of this extra, at least."""
    done = json.loads(STAMP.read_text("utf-8")) if STAMP.is_file() else {}
    if not works(HOME):
        make(HOME)
        done = {}
    had = done.get("extra", "")
    if done.get("digest") == digest() and EXTRAS.index(had) >= EXTRAS.index(extra):
        return
    extra = max(extra, had, key=EXTRAS.index)
    say("Installing the pinned packages: this takes about a minute, once")
    STAMP.unlink(missing_ok=True)
    install("--constraint", str(PINS), *BUILD_TOOLS)
    wanted = f".[{extra}]" if extra else "."
    install("--constraint", str(PINS), "--no-build-isolation", "--editable", wanted)
    STAMP.write_text(json.dumps({"digest": digest(), "extra": extra}), "utf-8")


def make(home: Path) -> None:
    """Make an environment that holds nothing but pip."""
    say(f"Making {home.relative_to(ROOT)}")
    venv.create(home, clear=True, symlinks=os.name != "nt", with_pip=True)


def works(home: Path) -> bool:
    """Whether it has a Python that runs; it breaks when the system's is replaced."""
    if not Path(python(home)).exists():
        return False
    probe = [
        python(home),
        "-c",
        "import pip, sys; sys.exit(sys.version_info < (3, 11))",
    ]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def digest() -> str:
    """What the installed packages depend on; a linter's setting is not part of it."""
    import tomllib  # older than 3.11, main() says so before this is missed

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = json.dumps(project, sort_keys=True) + PINS.read_text("utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def install(*arguments: str, home: Path = HOME) -> None:
    """Call pip; its own words say what went wrong."""
    if run("-m", "pip", "install", "--quiet", *arguments, home=home):
        say("", "The packages could not be installed: pip says why above.")
        raise SystemExit(1)


def run(*arguments: str, where: Path = ROOT, home: Path = HOME) -> int:
    """Call the environment's Python in the checkout, or elsewhere; its exit status."""
    sys.stdout.flush()
    call = [python(home), *arguments]
    return subprocess.run(call, cwd=where, env=surroundings(), check=False).returncode


def timed(name: str, call: Sequence[str], *, home: Path = HOME) -> int:
    """Run one check, and say what it is and how long it took."""
    say("", f"== {name}")
    start = time.monotonic()
    status = run(*call, home=home)
    say(
        f"== {name}: {'failed' if status else 'passed'} "
        f"in {time.monotonic() - start:.0f} s"
    )
    return status


def python(home: Path = HOME) -> str:
    """The environment's Python."""
    return str(home / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def surroundings() -> dict[str, str]:
    """The environment variables of everything that is started here."""
    quiet = {
        "OPENBLAS_NUM_THREADS": "1",  # two tests at a time, not four threads
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
        "PYTHONUTF8": "1",
    }
    return os.environ | quiet


def say(*lines: str) -> None:
    """Print lines at once, also where the output is a file."""
    print(*lines, sep="\n", flush=True)


ALL = (report, test, quick, cover, tidy, lab, bench, long, mutants, bounds, pin, sbom)
TASKS: dict[str, Callable[[], int]] = {task.__name__: task for task in ALL}


def main(arguments: Sequence[str]) -> int:
    """Run the one task that is named, or list them."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file an older one may meet
        say("Python 3.11 or newer is needed.")
        return 2
    if len(arguments) == 1 and arguments[0] in TASKS:
        return TASKS[arguments[0]]()
    say("make TASK, or py tasks.py TASK, where TASK is one of", "")
    say(*(f"  {name:8}{task.__doc__}" for name, task in TASKS.items()))
    return 0 if not arguments or arguments == ["help"] else 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
