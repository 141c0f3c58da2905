"""What a notebook shows: short tables with headers, three lines for an error."""

import re
import sys

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import taskforce_analysis as ta
from taskforce_analysis import tables
from taskforce_analysis.displaying import view
from taskforce_analysis.errors import file_error
from taskforce_analysis.results import Results
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")


@pytest.fixture(scope="module")
def results() -> Results:
    return ta.run(measurement=EXAMPLE / "maaling.toml")


@pytest.fixture
def shell(tmp_path, monkeypatch) -> InteractiveShell:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell()
    shell.user_ns["ta"] = ta
    return shell


def test_a_table_escapes_and_has_headers():
    html = view("a < b", [("<i>", 1)], heads=("x", "y")).as_html()
    assert "<caption>a &lt; b</caption>" in html
    assert re.findall(r'scope="(\w+)"[^>]*>([^<]*)', html) == [
        ("col", "x"),
        ("col", "y"),
        ("row", "&lt;i&gt;"),
    ]


def test_results_say_what_was_compared_and_how_it_went(results):
    html = results._repr_html_()
    told = dict(re.findall(r"<th[^>]*>([^<]*)</th><td[^>]*>([^<]*)", html))
    assert told["analyse.xlsx"] == "20 sager"
    assert told["Skal rettes"] == "0"
    assert int(told["Ændrer et tal"]) > 0
    headline = results.comparison[results.comparison["headline"]]
    uncertain = headline[headline["verdict"] == "uncertain"]
    chosen = uncertain["primary"].astype(bool)
    # What a plan chose is counted apart from the rest, as it is everywhere.
    assert told["Kan ikke afgøres"] == str(chosen.sum())
    apart = "Kan være både højere og lavere; ikke udvalgt på forhånd"
    assert told[apart] == str((~chosen).sum())


def test_a_console_shows_what_a_notebook_does(results, shell, capsys):
    shell.user_ns["results"] = results
    shell.run_cell("results", store_history=False)
    title, *lines = capsys.readouterr().out.removeprefix("Out[0]:").split("\n")[1:]
    assert title == results.measurement.title
    told = dict(re.split(r" {2,}", line) for line in lines if line.strip())
    html = dict(
        re.findall(r"<th[^>]*>([^<]*)</th><td[^>]*>([^<]*)", results._repr_html_())
    )
    assert told == html
    shell.user_ns["form"] = results.form
    shell.run_cell("form.measure('child_interview')", store_history=False)
    assert "\nHjemmel   " in capsys.readouterr().out


def test_what_is_handed_out_names_the_measures_in_the_readers_language(results):
    measure = results.form.measure("child_interview")
    for language, label in (("da", measure.label), ("en", measure.label_en)):
        ta.language(language)
        for table in (results.tally, results.comparison, results.days):
            names = list(table.columns)
            assert names.index("label") == names.index("measure") + 1
            assert table["label"].notna().all()
        own = results.tally[results.tally["measure"] == measure.id]
        assert set(own["label"]) == {label}
    tables.check(results.tally, tables.tally)
    assert "label" not in results.answers


def test_a_table_without_great_tables_says_what_to_install(results, monkeypatch):
    monkeypatch.setitem(sys.modules, "great_tables", None)
    with pytest.raises(ta.UsageError, match="great-tables is not installed") as e:
        ta.show(results)
    assert e.value._render_traceback_() == [
        "Kaldet kan ikke udføres",
        "Pakken great-tables er ikke installeret.",
        'Installér den med: pip install "taskforce-analysis[notebooks]"',
    ]
    said = []
    for language in ("da", "en"):
        words = ta.load_language(language)
        assert e.value.wording
        said.append(words.word(e.value.wording.key, **e.value.wording.values))
    assert all("taskforce-analysis[notebooks]" in one for one in said)
    assert said[0].startswith("Pakken great-tables er ikke installeret. ")


def test_a_form_and_a_measure_show_their_legal_basis():
    form = ta.load_form("boernehandicap")
    assert form._repr_html_().count("<tr>") == len(form.measures) + 1
    shown = form.measure("holistic_assessment")._repr_html_()
    assert "retssikkerhedsloven § 5" in shown
    assert "Er der foretaget en helhedsvurdering?" in shown


def test_issues_are_explained_in_words_errors_first():
    files = [EXAMPLE / "analyse_med_fejl.xlsx", EXAMPLE / "status_med_fejl.xlsx"]
    prepared = ta.prepare(*files, form="boernehandicap")
    shown = ta.explain(prepared.issues)
    assert list(shown.columns[:4]) == ["Art", "Fil", "Ark", "Celle"]
    assert len(shown) < len(prepared.issues)
    assert shown["Antal"].sum() == prepared.issues["count"].sum()
    ranks = ["Skal rettes", "Ændrer et tal", "Til orientering"]
    assert list(dict.fromkeys(shown["Art"])) == ranks
    told = ta.explain(prepared)
    labels = set(told["Målepunkt"]) - {""}
    assert "holistic_assessment" not in " ".join(labels)
    assert any("helhedsvurdering" in label for label in labels)
    first = shown.iloc[0]
    assert (first["Celle"], first["Forslag"]) == ("G9", "Ja")
    assert first["Hvad der er set"].startswith("Svaret er ikke et af dem")
    assert "Answer" not in " ".join(shown.columns)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (
            "ta.load_form('boernehandikap')",
            [
                "Kaldet kan ikke udføres",
                "Navnet »boernehandikap« findes ikke.",
                "Det nærmeste er »boernehandicap«.",
            ],
        ),
        (
            "ta.read_cells('sag 010135-0000.xlsx')",
            [
                "sag ██████-████.xlsx",
                "Filen findes ikke.",
                "Kontrollér filens navn og mappen, den ligger i.",
            ],
        ),
    ],
)
def test_an_error_in_a_notebook_is_three_lines(shell, capsys, code, lines):
    shell.run_cell(code, store_history=False)
    assert capsys.readouterr().out.splitlines() == lines


def test_an_error_about_data_shows_no_traceback(shell, capsys):
    path = (EXAMPLE / "analyse_med_fejl.xlsx").as_posix()
    shell.run_cell(f"ta.run({path!r}, form='boernehandicap')", store_history=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Regnearkene har 3 slags fejl, der skal rettes")
    assert lines[4] == "analyse_med_fejl.xlsx, Sagsmåling, G9"
    assert "Traceback" not in "".join(lines)


def test_an_error_without_a_remedy_is_two_lines():
    error = ta.TaskforceError("nothing more", code="USAGE")
    assert error._render_traceback_() == ["Kaldet kan ikke udføres", "Nothing more."]
    where = file_error("FILE_CORRUPT", "a.xlsx", sheet="Data")
    assert where._render_traceback_()[0] == "a.xlsx, ark Data"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ta.names.charts.ch", "change"),
        ("ta.names.forms.boernehandicap_", "boernehandicap_bl"),
        ("ta.names.methods.wil", "wilson"),
    ],
)
def test_tab_completes_names(shell, typed, name):
    with provisionalcompleter():
        completions = list(shell.Completer.completions(typed, len(typed)))
    assert [one.text for one in completions] == [name]


def test_a_name_is_the_text_itself():
    assert ta.names.charts.change == "change"
    with pytest.raises(ta.UsageError, match='Nearest: "change"'):
        _ = ta.names.charts.chnage
