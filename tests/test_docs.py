"""The site builds without a warning, is up to date, and every code block runs."""

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import taskforce_analysis as ta
from taskforce_analysis.charts import available_charts, charts, drawing_of
from taskforce_analysis.cli import main
from taskforce_analysis.deadlines import load_deadlines
from taskforce_analysis.forms import load_form
from taskforce_analysis.measurements import load_measurement
from taskforce_analysis.schemas import take

ROOT = Path(__file__).resolve().parents[1]
MADE = ("reference.md", "noegler.md", "README.md")  # by scripts that run the code
PAGES = [
    ROOT / "README.md",
    *sorted(path for path in (ROOT / "docs").glob("*.md") if path.name not in MADE),
]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^|\n\n)((?:    [^\n]*\n?)+)")
OURS = ("taskforce ", "py -m taskforce_analysis ")
EXTRA = re.compile(r"(?:taskforce-analysis|\.)\[(\w+)\]")
ACTIVATE = {"source .venv/bin/activate", r".venv\Scripts\activate"}
GALLERY = (ROOT / "docs" / "gallery" / "README.md").read_text("utf-8")
SECTIONS = re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", GALLERY, re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One code block of a page."""

    page: Path
    language: str
    text: str


def blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text("utf-8")
        for language, code in FENCED.findall(text):
            yield Block(page, language, code)
        # Elsewhere an indented block is a formula.
        if page.name == "README.md":
            for code in INDENTED.findall(FENCED.sub("", text)):
                yield Block(page, "sh", code)


BLOCKS = list(blocks())
LINES = [
    line.partition(" # ")[0].strip()
    for block in BLOCKS
    if block.language == "sh"
    for line in block.text.splitlines()
    if line.strip()
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the pages name, and nothing else."""
    for path in (ROOT / "data" / "example").iterdir():
        shutil.copy(path, tmp_path)
    shutil.copytree(ROOT / "data" / "example", tmp_path / "data" / "example")
    (tmp_path / "vores.toml").write_text(toml_block("vores"), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def toml_block(word: str) -> str:
    (found,) = [
        one.text for one in BLOCKS if one.language == "toml" if word in one.text
    ]
    return found


def test_the_languages_of_the_blocks_are_known():
    assert {block.language for block in BLOCKS} == {"python", "sh", "toml"}


@pytest.mark.parametrize(
    "code",
    [block.text for block in BLOCKS if block.language == "python"],
    ids=lambda code: code.strip().splitlines()[-1],
)
def test_python_runs(code: str, folder: Path):
    exec(compile(code, "block", "exec"), {})


@pytest.mark.slow
def test_what_a_user_writes_is_typed_to_the_last_word(tmp_path: Path):
    # Strict: an argument, a result or an attribute without a type is an error.
    codes = [one.text for one in BLOCKS if one.language == "python"]
    for number, code in enumerate(codes):
        (tmp_path / f"block_{number}.py").write_text(code, "utf-8")
    unlike = {"reportUnusedExpression": False, "reportMissingTypeStubs": False}
    asked = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], **unlike}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(asked), "utf-8")
    call = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable]
    done = subprocess.run(
        [*call, "--project", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip().startswith("0 errors, 0 warnings"), done.stdout


def test_toml_is_valid(folder: Path):
    assert load_form("vores.toml").measure_ids == ("holistic_assessment",)
    Path("egen.toml").write_text(toml_block("population"), "utf-8")
    assert load_measurement("egen.toml").phase("status").population == 151
    Path("frister.toml").write_text(toml_block("[[rules]]"), "utf-8")
    assert [rule.id for rule in load_deadlines("frister.toml").rules] == ["bl_86"]
    every = [one for one in BLOCKS if one.language == "toml"]
    assert all(tomllib.loads(block.text) for block in every)


@pytest.mark.slow
def test_our_commands_run_in_the_order_of_the_pages(folder: Path, capsys):
    commands = list(dict.fromkeys(line for line in LINES if line.startswith(OURS)))
    assert len(commands) > 10
    for line in commands:
        words = shlex.split(line.replace("py -m taskforce_analysis", "taskforce"))
        with pytest.raises(SystemExit) as left:
            main(words[1:])
        assert left.value.code == 0, line + capsys.readouterr().err


def test_the_environment_is_where_the_pages_say(tmp_path: Path):
    assert set(LINES) >= ACTIVATE
    tasks = runpy.run_path(str(ROOT / "tasks.py"))
    (home,) = {Path(line.split()[-1]).parts[0] for line in ACTIVATE if "/" in line}
    assert tasks["HOME"] == ROOT / home
    venv.create(tmp_path / home, with_pip=False)
    scripts = "Scripts" if os.name == "nt" else "bin"
    assert (tmp_path / home / scripts / "activate").is_file()


def test_what_is_not_ours_names_what_exists():
    others = [line for line in LINES if not line.startswith(OURS)]
    others = [line for line in others if line not in ACTIVATE]
    tasks = re.search(r"TASKS := (.*)", (ROOT / "Makefile").read_text("utf-8"))
    assert tasks is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for line in others:
        program, *words = shlex.split(line)
        if program == "make" or words[0] == "tasks.py":
            assert words[-1] in tasks[1].split(), line
        else:
            assert words[:2] == ["-m", "pip"], line
            named = set(EXTRA.findall(line))
            assert named or words[-1] == ".", line
            assert named <= set(project["optional-dependencies"]), line


@pytest.fixture(scope="module")
def shown_of() -> Any:
    """The results that a chart of the gallery shows, each made once."""
    holding = runpy.run_path(str(ROOT / "docs" / "make_gallery.py"))["HOLDING"]
    make = cache(lambda maker: maker())
    return lambda name: make(holding[str(charts[name].facts["needs"])])


@pytest.mark.parametrize(("name", "text"), SECTIONS, ids=[one for one, _ in SECTIONS])
def test_what_the_gallery_calls_draws_what_it_shows(name, text, shown_of):
    (code,) = INDENTED.findall(text)
    (shown, picture) = re.findall(r"^!\[(.*)\]\((.*)\)$", text, re.MULTILINE)[0]
    assert (ROOT / "docs" / "gallery" / picture).is_file()
    figure = eval(code.strip(), {"ta": ta, "results": shown_of(name)})
    assert drawing_of(figure).title.startswith(shown)


def test_the_gallery_shows_every_chart():
    assert sorted(name for name, _ in SECTIONS) == available_charts()


def test_every_toml_key_has_a_meaning_and_an_example_that_holds():
    script = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))
    said = tomllib.loads((ROOT / "docs" / "keys.toml").read_text("utf-8"))
    named = {
        title: {name: set(keys) for name, keys in tables.items()}
        for title, tables in script["SCHEMAS"].items()
    }
    assert named == {
        title: {name: set(keys) for name, keys in tables.items()}
        for title, tables in said.items()
    }
    for title, tables in script["SCHEMAS"].items():
        for name, schema in tables.items():
            alone = {key: replace(one, required=False) for key, one in schema.items()}
            for key, (meaning, example) in said[title][name].items():
                assert meaning.endswith("."), key
                values = tomllib.loads(example)
                # A table of its own may be named within those it stands in.
                for outer in name.split(".")[:1]:
                    values = values.get(outer, values)
                assert set(values) == {key}, example
                assert take(values, alone, file="example"), example
                choices = script["ALLOWED"].get((title, name), {}).get(key)
                assert choices is None or values[key] in choices, example


def test_the_reference_is_up_to_date():
    script = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))
    for name, make in script["PAGES"].items():
        committed = (ROOT / "docs" / name).read_text("utf-8")
        assert committed == make(), f"run docs/make_reference.py: {name} is old"


class Site(NamedTuple):
    """The folder that was built in, and what was said on the way."""

    folder: Path
    built: subprocess.CompletedProcess


def build(folder: Path) -> Site:
    pytest.importorskip("zensical", reason="the extra docs is not installed")
    shutil.copytree(ROOT / "docs", folder / "docs", dirs_exist_ok=True)
    shutil.copy(ROOT / "zensical.toml", folder)
    return Site(folder, build_again(folder))


def build_again(folder: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build(tmp_path_factory.mktemp("site"))


def test_the_site_builds_without_a_warning(site: Site):
    built = site.built
    assert built.returncode == 0, built.stdout + built.stderr
    assert "No issues found" in built.stdout + built.stderr
    pages = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]["nav"]
    for page in (path for entry in pages for path in entry.values()):
        name = Path(page).with_suffix("").as_posix().removesuffix("README").rstrip("/")
        built_page = site.folder / "site" / name.removesuffix("index") / "index.html"
        assert built_page.is_file(), page


def test_the_site_asks_no_other_machine_for_anything(site: Site):
    html = (site.folder / "site" / "index.html").read_text("utf-8")
    assert re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="https?://', html) == []


def test_a_broken_link_stops_the_build(tmp_path: Path):
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    page = tmp_path / "docs" / "index.md"
    page.write_text(page.read_text("utf-8").replace("(tallene.md)", "(tal.md)"))
    pytest.importorskip("zensical", reason="the extra docs is not installed")
    assert build_again(tmp_path).returncode != 0
