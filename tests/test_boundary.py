"""What leaves the library: three lines, no inner part, and no cell's value."""

import inspect
import pickle
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

import taskforce_analysis as ta
from taskforce_analysis import planning
from taskforce_analysis.boundary import SETTING, guarded
from taskforce_analysis.cli import main
from taskforce_analysis.errors import InternalError, UsageError, internal_error
from taskforce_analysis.reading.cells import Workbook

VALUE = "Else Hansen"  # stands for the text of a cell
CASES = Path(__file__).parents[1] / "data" / "example" / "analyse.xlsx"


@pytest.fixture(autouse=True)
def as_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)


def fails(answer: str) -> int:
    return int(answer)


def fails_late(answer: str) -> int:
    try:
        return int(answer)
    except ValueError:
        raise ta.FormError(f"not {len(answer)}", code="FORM_INVALID")  # noqa: B904


def broken_workbook() -> Workbook:
    """What no file gives: a workbook whose sheet is a text."""
    return replace(ta.read_cells(CASES), sheets=(VALUE,))  # type: ignore[arg-type]


def everything_told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def test_an_error_of_another_kind_keeps_its_kind_and_loses_its_text():
    with pytest.raises(
        InternalError, match=r"^an unexpected error .*\(ValueError"
    ) as e:
        guarded(fails)(VALUE)
    assert VALUE not in everything_told(e.value)
    assert "in fails" not in everything_told(e.value)
    assert (e.value.__cause__, e.value.__context__) == (None, None)
    frames = [frame for frame, _ in traceback.walk_tb(e.value.__traceback__)]
    held = [frame.f_locals for frame in frames if "site-packages" not in str(frame)]
    assert not any("answer" in names for names in held)


def test_an_error_of_ours_is_told_without_what_led_to_it():
    with pytest.raises(ta.FormError, match=r"^not 11$") as e:
        guarded(fails_late)(VALUE)
    assert VALUE not in everything_told(e.value)


def test_the_place_is_the_innermost_line_of_the_library():
    with pytest.raises(InternalError) as e:
        ta.check([broken_workbook()], ta.load_form("viso"))
    kind, place = e.value.kind.split(", ")
    assert kind == "AttributeError"
    module, line = place.split(":")
    source = Path(str(sys.modules[module].__file__)).read_text("utf-8").splitlines()
    assert module.startswith("taskforce_analysis.locating.")
    assert source[int(line) - 1].strip()


FORM = 'check(): "form" takes str | Path | Form. load_form() makes one'
PHASES = 'check(): "phases" takes Mapping[str, str] | None. help(check) says more'
MEASUREMENT = (
    'load_measurement(): "path" takes str | Path | Measurement. '
    "help(load_measurement) says more"
)


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("check", {"form": 3}, FORM),
        ("check", {"phases": VALUE}, PHASES),
        ("load_measurement", {"path": [VALUE]}, MEASUREMENT),
    ],
)
def test_an_argument_of_another_kind_is_named_without_what_it_holds(name, given, told):
    right = {"workbooks": [ta.read_cells(CASES)], "form": ta.load_form("viso")}
    with pytest.raises(UsageError) as e:
        getattr(ta, name)(**({**right, **given} if name == "check" else given))
    assert str(e.value) == told
    assert VALUE not in everything_told(e.value)


def test_a_developer_gets_the_whole_of_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(SETTING, "1")
    with pytest.raises(ValueError, match=VALUE) as e:
        guarded(fails)(VALUE)
    assert "in fails" in everything_told(e.value)


def test_an_interruption_is_let_through():
    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        guarded(stopped)()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: ta.run("a.xlsx", fomr="viso"),  # type: ignore[call-arg]
            r'no argument of run\(\) is called "fomr". Nearest: "form"',
        ),
        (
            lambda: ta.draw("change"),  # type: ignore[call-arg]
            r"draw\(\): missing a required argument: 'results'. It takes: .*language",
        ),
        (
            lambda: ta.load_form("viso", VALUE),  # type: ignore[call-arg]
            r"load_form\(\): too many positional arguments. It takes: form",
        ),
        (
            lambda: ta.Settings(confidense=0.9),  # type: ignore[call-arg]
            r'no argument of Settings\(\) .* "confidense". Nearest: "confidence"',
        ),
        (
            lambda: planning.Plan(primery=()),  # type: ignore[call-arg]
            r'no argument of Plan\(\) is called "primery". Nearest: "primary"',
        ),
        (
            planning.case_list,
            r"case_list\(\): missing a required .*'workbook'. It takes: workbook, by",
        ),
        (
            lambda: ta.chck,
            'no part of taskforce_analysis is called "chck". Nearest: "check"',
        ),
    ],
)
def test_a_call_that_does_not_fit_says_which_argument(call, told):
    with pytest.raises(UsageError, match=f"^{told}$") as e:
        call()
    assert VALUE not in everything_told(e.value)


def test_a_name_that_does_not_exist_is_one_for_python_too():
    assert not hasattr(ta, "chck")
    assert not hasattr(ta.names.charts, "chnage")
    with pytest.raises(ImportError, match="cannot import name 'chck'"):
        exec("from taskforce_analysis import chck")


@pytest.mark.parametrize("name", ["run", "check", "draw", "write", "tally"])
def test_a_guarded_function_is_still_itself(name):
    function = getattr(ta, name)
    assert pickle.loads(pickle.dumps(function)) is function
    inner = inspect.unwrap(function)
    assert inner is not function
    assert inspect.signature(function) == inspect.signature(inner)
    assert function.__doc__ == inner.__doc__


def test_every_public_function_is_guarded():
    for module in (ta, planning):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value):
                assert inspect.unwrap(value) is not value, name


def test_a_shell_shows_three_lines(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell()
    shell.user_ns |= {"ta": ta, "book": broken_workbook()}
    shell.run_cell("ta.check([book], ta.load_form('viso'))", store_history=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Uventet fejl"
    assert "uventet fejl i værktøjet (AttributeError" in lines[1]
    assert "Meld fejlen med værktøjets version" in lines[2]
    assert len(lines) == 3
    assert VALUE not in "".join(lines)


BROKEN = f"""
import taskforce_analysis as ta
from dataclasses import replace
book = replace(ta.read_cells({str(CASES)!r}), sheets=('{VALUE}',))
ta.check([book], ta.load_form('viso'))
"""


def test_a_kernel_shows_three_lines(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    codes = (
        BROKEN,
        "ta.run('a.xlsx', fomr='viso')",
        "%tb",
    )
    cells = [nbformat.v4.new_code_cell(code) for code in codes]
    notebook = nbformat.v4.new_notebook(cells=cells)
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, resources=where, allow_errors=True).execute()
    first, second, third = (cell.outputs[0] for cell in notebook.cells)
    assert first["ename"] == "InternalError"
    assert len(first["traceback"]) == 3
    assert VALUE not in str(first)
    assert second["traceback"] == [
        "Kaldet kan ikke udføres",
        "Navnet »fomr« findes ikke.",
        "Det nærmeste er »form«.",
    ]
    assert third["traceback"] == second["traceback"]


def test_the_command_line_says_it_in_the_reader_s_language(capsys, monkeypatch):
    monkeypatch.setattr(
        "taskforce_analysis.forms.available_forms", lambda: fails(VALUE)
    )
    for language, start in (("da", "Der opstod en uventet fejl"), ("en", "An unexp")):
        with pytest.raises(SystemExit, match=r"^2$"):
            main(["form", "list", "--language", language])
        said = capsys.readouterr().err
        assert said.startswith(start)
        assert "ValueError, taskforce_analysis.cli.forms:" in said
        assert VALUE not in said


def test_an_error_that_never_met_the_library_has_no_line():
    assert internal_error(KeyError(VALUE)).kind == "KeyError"
