"""The provenance: what it tells, what it never tells, and how it is held against."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256 as digest_of
from pathlib import Path

import pytest
from fake_results import fake_results

from taskforce_analysis import versions as writing_versions
from taskforce_analysis.charts.kit.style import load_style, styled
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.errors import FileError, UsageError
from taskforce_analysis.filing.provenance import (
    NAME,
    provenance_of,
    verify_folder,
    write_told,
)
from taskforce_analysis.issues import Issue, issues_table
from taskforce_analysis.measurements import Locked, Measurement, PhasePlan
from taskforce_analysis.results import Results, Source
from taskforce_analysis.settings import Settings
from taskforce_analysis.versions import software_versions

PHASE = PhasePlan(files=("/hjem/sager/data.xlsx",), period=(date(2020, 1, 1),) * 2)


def told_of(results: Results, folder: Path) -> dict:
    """The provenance as a reader of the file gets it."""
    path = write_told(provenance_of(results, folder), folder / NAME)
    return json.loads(path.read_text("utf-8"))


@pytest.fixture
def results() -> Results:
    plan = Measurement(
        form="/hjem/skema.toml",
        recommendations="/hjem/anbefalinger.xlsx",
        phases={"analysis": PHASE},
        bridge_cases=("Sag 7",),
    )
    source = Source(file="data.xlsx", sha256="a" * 64, size=9, units=20)
    listed = Source(file="anbefalinger.xlsx", sha256="b" * 64, size=8)
    return replace(
        fake_results(2), measurement=plan, sources=(source,), recommended_in=(listed,)
    )


def test_inputs_are_told_by_name_and_checksum_and_never_by_place(results, tmp_path):
    told = told_of(results, tmp_path)
    inputs = [(one["file"], one["sha256"], one["size"]) for one in told["inputs"]]
    assert inputs == [
        ("data.xlsx", "a" * 64, 9),
        ("anbefalinger.xlsx", "b" * 64, 8),
    ]
    plan = told["measurement"]
    assert plan["phases"]["analysis"]["files"] == ["data.xlsx"]
    assert plan["phases"]["analysis"]["period"] == ["2020-01-01"] * 2
    assert (plan["form"], plan["recommendations"]) == (
        "skema.toml",
        "anbefalinger.xlsx",
    )
    assert "hjem" not in (tmp_path / NAME).read_text("utf-8")


def test_the_letters_that_the_figures_really_have_are_told(results, tmp_path):
    with styled(family="DejaVu Sans"):
        assert told_of(results, tmp_path)["letters"] == "DejaVu Sans"
    assert told_of(results, tmp_path)["letters"] == load_style().letters[0]


def test_what_was_left_out_is_told_by_code_and_what_was_read_anyway_is_not(
    results, tmp_path: Path
):
    found = [
        Issue("ROW_IS_TOTAL", "data.xlsx", "Ark1", "A9", count=2),
        Issue("SHEET_IGNORED", "data.xlsx", "Noter"),
        Issue("COLUMN_HIDDEN", "data.xlsx", "Ark1", "C1"),
        Issue("ANSWER_UNKNOWN", "data.xlsx", "Ark1", "F7", case_id="Sag 17"),
        Issue("ROW_IS_TOTAL", "en anden.xlsx", "Ark1", "A9"),
    ]
    told = told_of(replace(results, issues=issues_table(found)), tmp_path)
    left = told["inputs"][0]["left_out"]
    assert sorted((one["code"], one["sheet"], one["count"]) for one in left) == [
        ("ROW_IS_TOTAL", "Ark1", 2),
        ("SHEET_IGNORED", "Noter", 1),
    ]
    assert "Sag 17" not in (tmp_path / NAME).read_text("utf-8")


def test_published_no_case_is_named(results, tmp_path: Path):
    locked = Locked(
        date=date(2020, 1, 1), form="f", version="1", bridge_cases=("Sag 7",)
    )
    plan = replace(results.measurement, locked=locked)
    results = replace(results, measurement=plan)
    inside = told_of(results, tmp_path)["measurement"]
    assert inside["bridge_cases"] == inside["locked"]["bridge_cases"] == ["Sag 7"]
    shown = disclose(replace(results, settings=Settings(publish="strict", threshold=7)))
    told = told_of(shown, tmp_path)
    assert told["measurement"]["bridge_cases"] == []
    assert told["measurement"]["locked"]["bridge_cases"] == []
    assert "Sag 7" not in (tmp_path / NAME).read_text("utf-8")
    assert told["settings"]["publish"] == "strict"
    assert told["settings"]["threshold"] == 7
    assert told["withheld"] == len(shown.withheld) > 0


def test_a_form_is_known_by_all_that_stands_in_it(results, tmp_path: Path):
    first = told_of(results, tmp_path)["form"]
    measure = results.form.measures[0]
    reworded = replace(measure, label=f"{measure.label} nu")
    form = replace(results.form, measures=(reworded, *results.form.measures[1:]))
    second = told_of(replace(results, form=form), tmp_path)["form"]
    assert (first["id"], first["version"]) == (second["id"], second["version"])
    assert first["sha256"] != second["sha256"]
    assert told_of(results, tmp_path)["form"] == first


def test_a_plan_that_was_locked_has_its_day(results, tmp_path: Path):
    plan = replace(results.measurement, locked=locked_on(date(2024, 5, 1)))
    told = told_of(replace(results, measurement=plan), tmp_path)
    assert told["measurement"]["locked"]["date"] == "2024-05-01"


def locked_on(day: date) -> Locked:
    values = dict.fromkeys(Locked.__dataclass_fields__, ())
    return Locked(**{**values, "date": day})


def test_a_value_that_is_no_plain_value_is_refused_and_not_guessed(results, tmp_path):
    plan = replace(results.measurement, title=object())
    with pytest.raises(TypeError, match="no JSON for object"):
        told_of(replace(results, measurement=plan), tmp_path)


def test_outputs_are_told_with_their_bytes_also_in_folders_and_never_itself(
    results, tmp_path: Path
):
    (tmp_path / "under").mkdir()
    (tmp_path / "under" / "b.txt").write_bytes(b"bb")
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / NAME).write_text("{}", "utf-8")
    outputs = provenance_of(results, tmp_path)["outputs"]
    assert outputs == [
        {"file": "a.txt", "sha256": digest_of(b"a").hexdigest(), "size": 1},
        {"file": "under/b.txt", "sha256": digest_of(b"bb").hexdigest(), "size": 2},
    ]


def test_marks_that_nobody_sees_stand_as_escapes(results, tmp_path: Path):
    plan = replace(results.measurement, title="a\u202eb\u200f")
    told = told_of(replace(results, measurement=plan), tmp_path)
    text = (tmp_path / NAME).read_text("utf-8")
    assert "\u202e" not in text
    assert "a\\u202eb\\u200f" in text
    assert told["measurement"]["title"] == "a\u202eb\u200f"


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"outputs": 1}', '{"outputs": [{"file": "a"}]}', "{}"]
)
def test_a_provenance_that_cannot_be_read_is_refused(tmp_path: Path, content: str):
    (tmp_path / NAME).write_text(content, "utf-8")
    with pytest.raises(UsageError, match="the provenance file cannot be read"):
        verify_folder(tmp_path)


def test_a_folder_without_one_is_refused(tmp_path: Path):
    with pytest.raises(FileError, match="there is no such file"):
        verify_folder(tmp_path)


def test_versions_name_what_the_figures_depend_on_and_what_is_lacking(monkeypatch):
    found = software_versions()
    assert {"taskforce-analysis", "python", "numpy", "pandas", "scipy"} <= found.keys()
    assert all(found.values())
    monkeypatch.setattr(writing_versions, "_DEPENDED_ON", ("findes-ikke-her",))
    assert software_versions()["findes-ikke-her"] == ""
