"""Every error in the reader's language, and thirty typical mistakes as told."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import taskforce_analysis as ta
from taskforce_analysis import languages
from taskforce_analysis.charts import drawing_of
from taskforce_analysis.errors import FILE_WORDING, TaskforceError, file_error
from taskforce_analysis.languages import load_language
from taskforce_analysis.shipped import data_folder
from taskforce_analysis.writing.telling import error_text, said_in

ROOT = Path(__file__).resolve().parents[1] / "taskforce_analysis"
EXAMPLE = data_folder("example")
DA, EN = load_language("da"), load_language("en")
MADE_BY = {"wrong_use": (0, 1), "invalid_definition": (2,)}


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(languages.SETTING, raising=False)
    languages._CHOSEN.clear()
    yield
    languages._CHOSEN.clear()


def sample(node: ast.expr | None) -> str | None:
    """What a text in the source may say, with q1, q2 for what it is filled with."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [
            part.value if isinstance(part, ast.Constant) else f"q{place}"
            for place, part in enumerate(node.values)
        ]
        return "".join(map(str, parts))
    return None


def texts_of_errors() -> Iterator[tuple[str, str]]:
    """What each factory of errors is handed in the source, as one text."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        named: dict[str, list[ast.Assign]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, []).append(node)
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
                continue
            places = MADE_BY.get(call.func.id, ())
            given = [one for place in places for one in call.args[place : place + 1]]
            texts = [sample(meant(one, named)) for one in given]
            if texts and texts[0]:
                yield f"{path.name}:{call.lineno}", ". ".join(filter(None, texts))


def meant(given: ast.expr, named: dict[str, list[ast.Assign]]) -> ast.expr:
    """What a name was last set to above it; anything else as it is."""
    if not isinstance(given, ast.Name):
        return given
    above = [one for one in named.get(given.id, []) if one.lineno < given.lineno]
    return max(above, key=lambda one: one.lineno).value if above else given


FOUND = dict(texts_of_errors())


def test_the_walk_finds_the_errors():
    assert len(FOUND) > 100


@pytest.mark.parametrize("place", sorted(FOUND))
def test_every_error_has_danish_words(place):
    # What a text is filled with at its end, a hint, is told by itself.
    text = re.sub(r"(?:\. )?q\d$", "", FOUND[place])
    ways = (FOUND[place], text, f"{text}. Known: a")
    known = [one for one in (said_in(way, DA) for way in ways) if one]
    assert known, FOUND[place]
    assert not re.search(r"\{\d", known[0])


@pytest.mark.parametrize("code", sorted(FILE_WORDING))
def test_every_error_of_a_file_has_words_in_both(code):
    for words in (DA, EN):
        said = error_text(file_error(code, "a.xlsx", sheet="Data"), words)
        assert said.startswith("a.xlsx")
        assert words.word(f"issues.{code}.text") in said


def frame() -> pd.DataFrame:
    return pd.DataFrame({"Sagsnr.": [1, 2], "Fase": ["Analyse", "Status"]})


def form(tmp_path: Path, more: str = "") -> Path:
    path = tmp_path / "mit.toml"
    text = (
        'id = "mit"\ntitle = "Mit"\nversion = "1"\nunit = "sag"\n'
        '[columns]\ncase = ["Sagsnr."]\n[[phases]]\nid = "a"\nlabel = "A"\n'
        '[[measures]]\nid = "m"\nlabel = "M"\ncolumns = ["Er der M?"]\n'
    )
    path.write_text(text + more, "utf-8")
    return path


def results() -> ta.Results:
    return ta.run(EXAMPLE / "analyse.xlsx", EXAMPLE / "status.xlsx")


def drafted() -> ta.Results:
    cases = pd.DataFrame({"Nr": range(12), "Er det sket?": ["Ja", "Nej"] * 6})
    return ta.run(cases, cases, form="draft")


DEADLINE = """
[[measures]]
id = "t"
label = "T"
kind = "deadline"
from = ["{}"]
to = ["Afgjort"]
limit = "{}"
[[attributes]]
id = "start"
label = "Start"
columns = ["Modtaget"]
type = "date"
"""


# Thirty typical mistakes: what was written, and what is said in Danish and English.
wrong: Any = ta  # the mistakes are wrong for a type checker as well
MISTAKES = {
    "a file that is not there": (
        lambda _: wrong.run("analyse_2081.xlsx"),
        "analyse_2081.xlsx: Filen findes ikke.",
        "analyse_2081.xlsx: There is no such file.",
    ),
    "a form with a slip": (
        lambda _: wrong.load_form("boernehandikap"),
        "Navnet »boernehandikap« findes ikke. Det nærmeste er »boernehandicap«.",
        'The name "boernehandikap" does not exist. The nearest is "boernehandicap".',
    ),
    "a form file that is not there": (
        lambda _: wrong.load_form("mit_skema.toml"),
        "mit_skema.toml: Filen findes ikke.",
        "mit_skema.toml: There is no such file.",
    ),
    "headers of no form": (
        lambda _: wrong.run(frame()),
        'eller gå straks videre med form="draft"',
        'or go on at once with form="draft".',
    ),
    "a number for a file": (
        lambda _: wrong.run(2022),
        "Noget af typen int er hverken et regneark eller en tabel. Giv en sti,",
        "Something of type int is no workbook or table. Give a path, a folder,",
    ),
    "a dict of tables": (
        lambda _: wrong.run({"før": frame()}),
        "Giv tabellerne efter hinanden: run(før, efter).",
        "Give the tables one after another: run(before, after).",
    ),
    "bytes": (
        lambda _: wrong.run(b"PK"),
        "Bytes har intet navn, og navnet siger, hvad en fil er.",
        "Bytes have no name, and a file's name says what it is.",
    ),
    "an upload without a name": (
        lambda _: wrong.run(__import__("io").BytesIO(b"PK")),
        'Skriv først file.name = "analyse.xlsx".',
        'Write file.name = "analyse.xlsx" first.',
    ),
    "an empty folder": (
        wrong.run,
        "Der er intet regneark i mappen. Nævn en anden mappe.",
        "There is no workbook in the folder. Name another folder.",
    ),
    "no file": (
        lambda _: wrong.run(),
        "Der er ikke nævnt et regneark. Nævn mindst én fil.",
        "No workbook is named. Give at least one file.",
    ),
    "swapped arguments": (
        lambda _: wrong.check(wrong.load_form("viso"), frame()),
        "Skemaet står først. Skriv check(regneark, skema).",
        "The form stands first. Write check(workbooks, form).",
    ),
    "a table where a path is wanted": (
        lambda _: wrong.read_cells(frame()),
        "read_cells læser én fil efter dens sti. Giv tabeller",
        "read_cells reads one file by its path. Give tables",
    ),
    "a slip in an argument": (
        lambda _: wrong.run("a.xlsx", fom="viso"),
        "Navnet »fom« findes ikke. Det nærmeste er »form«.",
        'The name "fom" does not exist. The nearest is "form".',
    ),
    "a column that is not there": (
        lambda tmp: wrong.run(frame(), form=form(tmp), phase="Fasen"),
        "Ingen kolonne hedder »Fasen«. Det nærmeste er »Fase«.",
        'No column is called "Fasen". Nearest: "Fase".',
    ),
    "an option of no chart": (
        lambda _: wrong.draw("change", results(), titel="x"),
        "Navnet »titel« findes ikke. Det nærmeste er »title«.",
        'The name "titel" does not exist. The nearest is "title".',
    ),
    "a chart with a slip": (
        lambda _: wrong.draw("chnage", results()),
        "Navnet »chnage« findes ikke. Det nærmeste er »change«.",
        'The name "chnage" does not exist. The nearest is "change".',
    ),
    "a measure with a slip": (
        lambda _: wrong.draw("change", results(), measures=["holistic_asessment"]),
        "Det nærmeste er »holistic_assessment«.",
        'The nearest is "holistic_assessment".',
    ),
    "an option of another kind": (
        lambda _: wrong.draw("change", results(), page="to"),
        "Valget page kan ikke have den værdi. Giv et helt tal eller None.",
        "The option page cannot be that. Give a whole number",
    ),
    "a phase that is not there": (
        lambda _: wrong.run(EXAMPLE / "maaling.toml", before="2018"),
        "Der er ingen måling »2018«. Vælg mellem: analysis, status.",
        'There is no phase "2018". Known: analysis, status.',
    ),
    "a group by no attribute": (
        lambda _: wrong.run(EXAMPLE / "maaling.toml", by="distrikt"),
        "Navnet »distrikt« findes ikke. Vælg et af disse: age, area,",
        'The name "distrikt" does not exist. Choose one of these: age, area,',
    ),
    "a suffix of no format": (
        lambda _: wrong.write(results(), "rapport.doc"),
        "Intet af slagsen report skrives med endelsen ».doc«. Vælg mellem:",
        'No report is written with the suffix ".doc". Known:',
    ),
    "a writer's option with a slip": (
        lambda tmp: wrong.write(results(), tmp / "r.docx", templat="x"),
        "har ikke valget »templat«. Det nærmeste er »template«.",
        'has no option "templat". Nearest: "template".',
    ),
    "a confidence in per cent": (
        lambda _: wrong.Settings(confidence=95),
        "Sikkerhedsniveauet skal ligge mellem 0,90 og 0,999.",
        "The confidence does not lie between 0.90 and 0.999.",
    ),
    "a choice that does not exist": (
        lambda _: wrong.Settings(adjustment="holmm"),
        "Navnet »holmm« findes ikke. Det nærmeste er »holm«.",
        'The name "holmm" does not exist. The nearest is "holm".',
    ),
    "a language that does not exist": (
        lambda _: wrong.language("dansk"),
        "Navnet »dansk« findes ikke.",
        'The name "dansk" does not exist.',
    ),
    "a key of no form": (
        lambda tmp: wrong.load_form(form(tmp, "labl = 3\n")),
        ".labl: ukendt nøgle. Det nærmeste er »label«.",
        '.labl: unknown key. Nearest: "label".',
    ),
    "a form that lacks a quotation mark": (
        lambda tmp: wrong.load_form(form(tmp, 'label_not = "x\n')),
        "Se efter et manglende anførselstegn eller ].",
        "Look for a missing quotation mark or ].",
    ),
    "two measurement files": (
        lambda _: wrong.run(
            EXAMPLE / "maaling.toml", measurement=EXAMPLE / "maaling.toml"
        ),
        "Der er nævnt to målingsfiler. Nævn kun den ene.",
        "Two measurement files are named. Name one.",
    ),
    "a part of the package that does not exist": (
        lambda _: wrong.runn,
        "Navnet »runn« findes ikke. Det nærmeste er »run«.",
        'The name "runn" does not exist. The nearest is "run".',
    ),
    "a workbook without answers to draft from": (
        lambda _: wrong.draft_form(frame()),
        "Ingen kolonne i regnearket har svar. Giv et regneark med svar som Ja",
        "No column of the workbook holds answers. Give a workbook with answers",
    ),
    "questions answered by marks": (
        lambda _: wrong.draft_form(pd.DataFrame({"Er det sket?": ["x", None]})),
        "disse er spørgsmål, men cellerne er ikke kendte svar: ",
        'as questions stand "Er det sket?", but their cells are no known answers.',
    ),
    "an empty column of phases": (
        lambda _: wrong.draft_form(
            pd.DataFrame({"Nr": [1], "Fase": [None], "Er det sket?": ["Ja"]})
        ),
        "Kolonnen med målingen, »Fase«, er tom. Skriv i hver række",
        'The column of phases, "Fase", is empty. Write in each row',
    ),
    "a table that is none of issues": (
        lambda _: wrong.explain(frame()),
        "Det er ikke en tabel over det, der er fundet i regnearkene. Giv et resultat",
        "This is no table of issues. Give Results, what prepare gives",
    ),
    "a file name without a suffix": (
        lambda _: wrong.write(results(), "rapport"),
        "Filens navn har ingen endelse, og den siger, hvad der skal skrives. Vælg",
        "The name of the file has no suffix, which says what it is. Known:",
    ),
    "a slip in draft": (
        lambda _: wrong.run(frame(), form="draf"),
        "Navnet »draf« findes ikke. Det nærmeste er »draft«.",
        'The name "draf" does not exist. The nearest is "draft".',
    ),
    "a form for a measurement": (
        lambda tmp: wrong.run(form(tmp)),
        "Filen er et måleskema, ikke en målingsfil. Nævn den med form= eller --form",
        "This is a form, and no measurement. Name it with form= or --form",
    ),
    "a limit in words": (
        lambda tmp: wrong.load_form(
            form(tmp, DEADLINE.format("Modtaget", "otte uger"))
        ),
        "mit.toml: measures[1] (t).limit: Det er ikke en frist. Skriv den som",
        "mit.toml: measures[1] (t).limit: this is no limit. Write it as",
    ),
    "an attribute where a header is wanted": (
        lambda tmp: wrong.load_form(form(tmp, DEADLINE.format("start", "8 uger"))),
        "measures (t).from: er navnet på en oplysning om sagen. Skriv dens overskrift",
        'measures (t).from: is the id of an attribute. Write its header, "Modtaget".',
    ),
    "a choice among none": (
        lambda _: wrong.draw("change", drafted(), theme="x"),
        "Navnet »x« findes ikke. Der er ingen at vælge imellem.",
        'The name "x" does not exist. There is none to choose.',
    ),
    "a size in words": (
        lambda _: wrong.draw("change", results(), size="stor"),
        "Valget size kan ikke have den værdi. Giv et tal eller None, eller flere.",
        "The option size cannot be that. Give a number or None, or several.",
    ),
    "an argument to what takes none": (
        lambda _: wrong.theme(3),
        "theme() kan ikke kaldes sådan. Det skal ikke have noget.",
        "It takes: nothing.",
    ),
    "errors in the cells": (
        lambda _: wrong.run(EXAMPLE / "analyse_med_fejl.xlsx", form="boernehandicap"),
        "slags fejl skal rettes først. Den første: analyse_med_fejl.xlsx, ",
        "kinds of error must be corrected first. The first: analyse_med_fejl.xlsx, ",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_typical_mistake_gives_one_helpful_message(mistake, tmp_path):
    made, danish, english = MISTAKES[mistake]
    with pytest.raises(TaskforceError) as told:
        made(tmp_path)
    for language, said in (("da", danish), ("en", english)):
        ta.language(language)
        assert said in str(told.value)
        lines = told.value._render_traceback_()
        assert lines
        assert "Traceback" not in "".join(lines)


def test_there_are_thirty_of_them():
    assert len(MISTAKES) >= 30


def test_errors_are_english_until_a_language_is_chosen(monkeypatch):
    with pytest.raises(ta.UsageError) as told:
        ta.load_form("x")
    assert str(told.value).startswith('no form is called "x". Known: ')
    monkeypatch.setenv(languages.SETTING, "da")
    assert str(told.value).startswith("Navnet »x« findes ikke. Vælg et af disse: ")
    monkeypatch.setenv(languages.SETTING, "klingon")
    assert str(told.value).startswith("no form is called")
    assert ta.language() == "da"
    assert ta.language("en") == "en"
    assert str(told.value).startswith('The name "x" does not exist.')


def test_a_call_that_names_a_language_is_told_in_it():
    with pytest.raises(ta.UsageError, match="Navnet »chnage« findes ikke"):
        ta.draw("chnage", results(), language="da")


def test_an_error_about_data_shows_the_cells_in_a_notebook():
    with pytest.raises(ta.DataError) as told:
        ta.run(EXAMPLE / "analyse_med_fejl.xlsx", form="boernehandicap")
    lines = told.value._render_traceback_()
    assert lines[0].startswith("Regnearkene har ")
    assert "analyse_med_fejl.xlsx, Sagsmåling, G9" in "\n".join(lines)
    ta.language("en")
    assert told.value._render_traceback_()[0].startswith("The workbooks have ")


def test_an_error_about_data_is_explained_by_the_labels_of_its_form():
    cases = pd.DataFrame({"Nr": range(12), "Er der hørt?": ["Jaa", "Nej"] * 6})
    with pytest.raises(ta.DataError) as told:
        ta.run(cases, cases, form="draft")
    ta.language("en")
    named = set(ta.explain(told.value)["Measure"]) - {""}
    assert named == {"Er der hørt?"}


def test_displays_and_outputs_follow_the_chosen_language(tmp_path):
    ta.language("en")
    found = results()
    assert "Must be corrected" in found._repr_html_()
    assert ta.explain(found.issues).columns[0] == "Kind"
    assert drawing_of(ta.draw("change", found)).language == "en"
