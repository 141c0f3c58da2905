"""pyproject.toml, constraints.txt, environment.yml and the hooks say the same."""

import itertools
import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from taskforce_analysis.versions import OLDEST

# conda-forge's own names, where they differ from PyPI's.
CONDA_NAMES = {"build": "python-build", "duckdb": "python-duckdb"}
# Spark needs a Java that conda would install a second time; the site and the browser
# are for those who change the project, and their tests say so where they are missing.
NOT_IN_CONDA = {"browser", "docs", "spark"}


@pytest.fixture(scope="module")
def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def environment(root: Path) -> dict:
    return yaml.safe_load((root / "environment.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def pins(root: Path) -> dict[str, str]:
    lines = (root / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def by_name(lines: Iterable[str]) -> dict[str, Requirement]:
    found = map(Requirement, lines)
    return {str(canonicalize_name(one.name)): one for one in found}


def requirements(project: dict, *, without: set[str]) -> dict[str, Requirement]:
    extras = project["optional-dependencies"]
    wanted = [names for extra, names in extras.items() if extra not in without]
    found = by_name(itertools.chain(project["dependencies"], *wanted))
    del found["taskforce-analysis"]
    return found


def test_conda_names_the_same_packages_with_the_same_bounds(project, environment):
    ours = {
        CONDA_NAMES.get(name, name): str(requirement.specifier)
        for name, requirement in requirements(project, without=NOT_IN_CONDA).items()
    }
    lines = [line for line in environment["dependencies"] if isinstance(line, str)]
    theirs = {name: str(one.specifier) for name, one in by_name(lines).items()}
    assert theirs.pop("python") == project["requires-python"]
    theirs.pop("pip")
    assert theirs == ours


def test_conda_uses_no_channel_that_needs_a_licence(environment):
    assert environment["channels"] == ["conda-forge", "nodefaults"]


def test_every_requirement_is_pinned_within_its_bounds(project, pins):
    for name, requirement in requirements(project, without=set()).items():
        assert requirement.specifier.contains(pins[name]), name


def test_requirements_have_a_lower_bound_and_no_upper_one(project):
    for name, requirement in requirements(project, without=set()).items():
        assert [one.operator for one in requirement.specifier] == [">="], name


def test_the_package_refuses_what_is_below_these_bounds(project):
    bounds = by_name(project["dependencies"])
    assert {name: str(bounds[name].specifier) for name in OLDEST} == {
        name: f">={wanted}" for name, wanted in OLDEST.items()
    }


def test_what_is_installed_with_the_package_is_imported_by_it(project, package):
    found = [path.read_text("utf-8") for path in package.rglob("*.py")]
    words = {word for text in found for word in re.findall(r"(?m)^ *\w+ (\w+)", text)}
    named = {"python-docx": "docx", "python-pptx": "pptx"}
    wanted = {named.get(name, name) for name in by_name(project["dependencies"])}
    assert wanted - words == set()


def test_constraints_hold_pins_and_nothing_else(root):
    first, *lines = (root / "constraints.txt").read_text("utf-8").splitlines()
    assert first.startswith("# ")
    odd = [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)]
    assert odd == []
    assert lines == sorted(lines, key=lambda line: line.split("==")[0])


def test_hooks_use_the_pinned_tools(root, pins):
    hooks = yaml.safe_load((root / ".pre-commit-config.yaml").read_text("utf-8"))
    tools = [
        line
        for repository in hooks["repos"]
        for hook in repository["hooks"]
        for line in hook.get("additional_dependencies", [])
    ]
    assert tools == [f"{name}=={pins[name]}" for name in ("ruff", "ruff", "nbstripout")]


def test_make_and_tasks_offer_the_same(root):
    text = (root / "Makefile").read_text("utf-8")
    named = re.search(r"^TASKS := (.*)$", text, re.MULTILINE)
    assert named is not None
    functions = re.search(
        r"(?m)^ALL = \(([\w, ]+)\)$", (root / "tasks.py").read_text("utf-8")
    )
    assert functions is not None
    assert named[1].split() == functions[1].split(", ")


def test_every_pin_has_checksums_and_stands_in_the_bill_of_materials(root, pins):
    """Made by `make sbom` after `make pin`: neither may be forgotten."""
    entries = (root / "hashes.txt").read_text("utf-8").replace("\\\n", " ").splitlines()
    hashed = {}
    for entry in entries:
        pin, *sums = entry.split("--hash=sha256:")
        assert sums, pin
        assert all(re.fullmatch("[0-9a-f]{64}", one.strip()) for one in sums), pin
        name, _, version = pin.partition(";")[0].strip().partition("==")
        hashed[name] = version
    assert hashed == pins
    bill = json.loads((root / "sbom.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert {one["name"]: one["version"] for one in bill["components"]} == pins
    sums = [one["externalReferences"][0]["hashes"] for one in bill["components"]]
    assert all(sums)
