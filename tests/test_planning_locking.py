"""A locked plan reads back as a measurement, and a report says whether it was kept."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from taskforce_analysis.cli import main
from taskforce_analysis.errors import FormError, UsageError
from taskforce_analysis.forms import load_form
from taskforce_analysis.languages import load_language
from taskforce_analysis.measurements import load_measurement
from taskforce_analysis.planning.locking import Plan, departures, locked_plan
from taskforce_analysis.reporting.explanations import selection
from taskforce_analysis.results import Results, run
from taskforce_analysis.settings import Settings
from taskforce_analysis.shipped import data_folder

FORM = load_form("boernehandicap")
PRIMARY = ("holistic_assessment", "follow_up_timely", "decision_in_time")
DAY = date(2018, 6, 1)


def plan(**decided) -> Plan:
    values = {"primary": PRIMARY, "selection": "criteria", "cases": 19}
    return Plan(form=FORM, **{**values, **decided})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The example's cases, measured by a plan that was locked beforehand."""
    file = tmp_path_factory.mktemp("plan") / "maaleplan.toml"
    text = locked_plan(plan(), day=DAY)
    for name, phase in (("analyse", "analysis"), ("status", "status")):
        path = (data_folder("example") / f"{name}.xlsx").as_posix()
        head = f"[phases.{phase}]\nfiles = "
        text = text.replace(f"{head}[]", f'{head}["{path}"]')
    file.write_text(text, "utf-8")
    return run(measurement=file)


def test_a_locked_plan_reads_back_as_a_measurement(tmp_path):
    file = tmp_path / "maaleplan.toml"
    file.write_text(locked_plan(plan(bridge_cases=["A-1"]), day=DAY), "utf-8")
    read = load_measurement(file)
    assert (read.form, read.primary) == ("boernehandicap", PRIMARY)
    assert read.bridge_cases == ("A-1",)
    assert {name: one.selection for name, one in read.phases.items()} == {
        "analysis": "criteria",
        "status": "criteria",
    }
    assert read.locked is not None
    assert (read.locked.date, read.locked.cases) == (DAY, 19)
    assert read.locked.primary == PRIMARY


def test_a_plan_that_was_kept_is_said_to_be(kept):
    assert departures(kept) == []
    said = selection(kept, load_language("da"))[-1]
    assert said == "Målingen følger den plan, der blev låst den 1. juni 2018."


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"settings": Settings(confidence=0.9)}, "confidence"),
        ({"settings": Settings(adjustment="none")}, "adjustment"),
        ({"form": replace(FORM, version="another")}, "form"),
    ],
)
def test_what_was_done_otherwise_is_named(kept, changes, part):
    assert departures(replace(kept, **changes)) == [part]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"primary": ("reasons",)}, "primary"),
        ({"selection": "random"}, "selection"),
        ({"targets": {"reasons": 0.9}}, "targets"),
        ({"margins": {"reasons": 0.1}}, "margins"),
        ({"cases": 400}, "cases"),
        ({"bridge_cases": ("A-1",)}, "bridge_cases"),
    ],
)
def test_what_was_locked_otherwise_is_named(kept, changes, part):
    locked = kept.measurement.locked
    assert locked is not None
    changed = replace(kept.measurement, locked=replace(locked, **changes))
    results = replace(kept, measurement=changed)
    assert departures(results) == [part]
    said = selection(results, load_language("en"))[-1]
    assert said.startswith("The measurement departs from the plan that was locked")


@pytest.mark.parametrize(
    ("named", "again", "parts"),
    [
        (("A-1", "A-2"), ("A-1", "A-2"), []),
        (("a-1", "A-2 "), ("a-1", "A-2 "), []),
        (("A-1", "A-2"), ("A-1",), ["bridge_cases"]),
        (("A-1", "A-2"), (), ["bridge_cases"]),
        (("A-1",), ("A-1",), ["bridge_cases"]),
        (("A-1", "A-2", "A-3"), ("A-1", "A-2", "A-3"), ["bridge_cases"]),
    ],
)
def test_bridge_cases_are_kept_where_they_were_reviewed_again(
    kept, named, again, parts
):
    locked = replace(kept.measurement.locked, bridge_cases=("A-1", "A-2"))
    plan = replace(kept.measurement, locked=locked, bridge_cases=named)
    assert departures(replace(kept, measurement=plan, reviewed_again=again)) == parts


@pytest.mark.parametrize("margin", [{"reasons": 0.1}, 0.1])
def test_a_locked_plan_holds_its_margins(tmp_path, margin):
    path = tmp_path / "maaling.toml"
    path.write_text(locked_plan(plan(margin=margin), day=DAY), "utf-8")
    read = load_measurement(path)
    assert read.margin == margin
    assert read.locked is not None
    assert read.locked.margins["reasons"] == 0.1
    named = ["reasons"] if isinstance(margin, dict) else list(FORM.measure_ids)
    assert list(read.locked.margins) == named


def test_without_a_plan_nothing_is_said(kept):
    results = replace(kept, measurement=replace(kept.measurement, locked=None))
    assert departures(results) is None
    assert not any("plan" in one for one in selection(results, load_language("en")))


def test_what_cannot_be_locked_is_refused():
    with pytest.raises(UsageError, match='Nearest: "reasons"'):
        locked_plan(plan(primary=["reason"]), day=DAY)
    with pytest.raises(UsageError, match="no selection is called so"):
        locked_plan(plan(selection="lottery"), day=DAY)
    with pytest.raises(UsageError, match="looks like a CPR number") as caught:
        locked_plan(plan(bridge_cases=["010135-0000"]), day=DAY)
    assert "0101" not in str(caught.value)
    quarters = Plan(form=load_form("ledelsestilsyn"))
    with pytest.raises(UsageError, match="takes its phases from dates"):
        locked_plan(quarters, day=DAY)


def test_a_locked_part_without_its_day_is_refused(tmp_path):
    file = tmp_path / "maaleplan.toml"
    file.write_text('[locked]\nform = "x"\nversion = "1"\n', "utf-8")
    with pytest.raises(FormError, match=r"key locked\.date: the key is missing"):
        load_measurement(file)


def test_the_command_locks_once(tmp_path, capsys):
    file = tmp_path / "måle plan.toml"
    words = ["plan", "--before", "0,4", "--after", "0,7", "--lock", str(file)]
    words += ["--form", "boernehandicap", "--primary", "reasons, party_hearing"]
    with pytest.raises(SystemExit, match="0"):
        main(words)
    read = load_measurement(file)
    assert read.primary == ("reasons", "party_hearing")
    assert read.locked is not None
    assert read.locked.confidence == 0.95
    assert "måle plan.toml" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "Planen findes allerede. Vælg et andet navn." in capsys.readouterr().err


def test_a_form_of_ones_own_is_found_from_beside_the_plan(tmp_path, monkeypatch):
    own = (FORM_FILE).read_text("utf-8").replace('"boernehandicap"', '"vores"', 1)
    (tmp_path / "skemaer").mkdir()
    (tmp_path / "skemaer" / "vores.toml").write_text(own, "utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "planer").mkdir()
    words = [
        "plan",
        "--before",
        "0.4",
        "--after",
        "0.7",
        "--lock",
        "planer/plan.toml",
        "--form",
    ]
    with pytest.raises(SystemExit, match="0"):
        main([*words, "skemaer/vores.toml"])
    read = load_measurement(tmp_path / "planer" / "plan.toml")
    assert load_form(read.form).id == "vores"


PACKAGE = Path(__file__).resolve().parents[1] / "taskforce_analysis"
FORM_FILE = PACKAGE / "definitions" / "forms" / "boernehandicap.toml"
