"""Help and wrong calls in the reader's language, down to the last word."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from taskforce_analysis.cli import main
from taskforce_analysis.cli.application import build_command
from taskforce_analysis.languages import load_language
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")
ENGLISH = re.compile(
    r"\b(Usage|Options|Commands|Arguments|required|default|Show|message|exit|ARGS)\b"
)


def told(capsys: pytest.CaptureFixture[str], *words: str, status: int = 2) -> str:
    with pytest.raises(SystemExit, match=rf"^{status}$"):
        main(words)
    said = capsys.readouterr()
    return (said.err if status else said.out).strip()


def every_command() -> list[list[str]]:
    command = build_command(load_language("da"))
    names = [[name] for name in command.commands if name != "form"]
    return [[], *names, *(["form", name] for name in command.commands["form"].commands)]


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_help_is_danish_to_the_last_word(words, capsys):
    text = told(capsys, *words, "--help", "--language", "da", status=0)
    assert text.startswith("Brug: taskforce")
    assert ENGLISH.findall(text) == []
    assert "cli." not in text


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_help_in_english_is_not_danish(words, capsys):
    text = told(capsys, *words, "--help", "--language", "en", status=0)
    assert text.startswith("Usage: taskforce")
    assert not re.search("[æøåÆØÅ]|Brug:|Valg:", text)


@pytest.mark.parametrize(
    ("call", "danish", "english"),
    [
        (
            ("chek", "a.xlsx"),
            "Kommandoen »chek« findes ikke. Det nærmeste er »check«.",
            'There is no command "chek". The nearest is "check".',
        ),
        (
            ("check", "a.xlsx", "--fomr", "viso"),
            "Valget --fomr findes ikke. Det nærmeste er »--form«.",
            'There is no option --fomr. The nearest is "--form".',
        ),
        (
            ("check", "a.xlsx", "--qqq"),
            "Valget --qqq findes ikke.",
            "There is no option --qqq.",
        ),
        (
            ("check",),
            (
                "{files} (Regneark, en mappe med regneark, .csv, .parquet, en "
                "databaseadresse eller en målingsfil (.toml)) mangler."
            ),
            (
                "{files} (Workbooks, a folder of workbooks, .csv, .parquet, a "
                "database URL, or a measurement file (.toml)) is missing."
            ),
        ),
        (("sample", "a.xlsx"), "--seed mangler.", "--seed is missing."),
        (
            ("sample", "a.xlsx", "--seed", "x"),
            "Værdien for --seed kan ikke bruges.",
            "The value for --seed cannot be used.",
        ),
    ],
)
def test_a_call_that_is_not_understood_says_what_comes_nearest(
    call, danish, english, capsys
):
    for language, said in (("da", danish), ("en", english)):
        more = load_language(language).word("cli.unknown_call")
        assert told(capsys, *call, "--language", language) == f"{said} {more}"


def test_a_name_that_does_not_exist_is_told_in_danish(capsys):
    said = told(capsys, "chart", "chnage", "a.xlsx", "--language", "da")
    assert said == "Navnet »chnage« findes ikke. Det nærmeste er »change«."
    said = told(capsys, "form", "show", "zzz", "--language", "da")
    assert said.startswith("Navnet »zzz« findes ikke. Vælg et af disse: boernehandicap")


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_group_of_commands_alone_is_its_help(language, capsys):
    said = told(capsys, "form", "--language", language)
    assert load_language(language).word("cli.unknown_call") not in said
    assert said.startswith(load_language(language).word("cli.help.usage"))


def test_what_the_library_says_is_danish_and_ends_with_what_to_do(capsys, tmp_path):
    path = tmp_path / "maaling.toml"
    path.write_bytes('title = "Måling"\n'.encode("cp1252"))
    assert told(capsys, "compare", str(path), "--language", "da") == (
        "maaling.toml: Filen er ikke gemt som UTF-8. "
        "Åbn den i Notesblok, og gem den med kodningen UTF-8."
    )
    assert told(capsys, "template", "--language", "da").endswith("--recommendations.")


def test_every_sentence_that_is_translated_stands_in_the_code(package: Path):
    words = load_language("da").words
    keys = [key.removeprefix("said.") for key in words if key.startswith("said.")]
    code = " ".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    code = re.sub(r"""["']\s+f?["']""", "", code)
    assert len(keys) > 10
    for key in keys:
        finding, _, remedy = key.partition(". ")
        for part in (finding, remedy):
            assert max(re.split(r"\{\d\}", part), key=len).strip() in code, key


def test_a_draft_is_written_as_utf_8(capsys, tmp_path):
    out = tmp_path / "mappe æøå" / "vores.toml"
    told(
        capsys, "form", "draft", str(EXAMPLE / "analyse.xlsx"), "-o", str(out), status=0
    )
    printed = told(capsys, "form", "draft", str(EXAMPLE / "analyse.xlsx"), status=0)
    assert out.read_text("utf-8").strip() == printed
    told(capsys, "check", str(EXAMPLE / "analyse.xlsx"), "--form", str(out), status=0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_folder_that_is_closed_to_writing_is_told_with_what_to_do(
    capsys, tmp_path, monkeypatch
):
    refused = PermissionError(13, "Permission denied")

    def refuse(*_: object, **__: object) -> None:
        raise refused  # a test may run as root, whom no rights stop

    monkeypatch.setattr("taskforce_analysis.atomic.mkstemp", refuse)
    said = told(
        capsys, "template", "viso", "-o", str(tmp_path / "s.xlsx"), "--language", "da"
    )
    assert said.startswith("s.xlsx: Der kan ikke skrives her. Luk filen i Excel")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "powershell"])
def test_each_shell_is_told_how_to_complete(capsys, shell):
    assert "_TASKFORCE_COMPLETE" in told(capsys, "completion", shell, status=0)


def completed(words: str) -> list[str]:
    """What bash is offered for the last of these words."""
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    environ = {**os.environ, **asked, "_TASKFORCE_COMPLETE": "complete_bash"}
    command = [sys.executable, "-m", "taskforce_analysis"]
    return subprocess.check_output(command, env=environ, text=True).split()


def test_commands_charts_and_forms_are_completed():
    assert completed("taskforce comp") == ["compare", "completion"]
    assert completed("taskforce chart ch") == ["change"]
    assert "viso" in completed("taskforce form show vi")


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_the_minus_sign_survives_a_console_that_lacks_it(encoding):
    environ = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    files = [str(EXAMPLE / name) for name in ("analyse.xlsx", "status.xlsx")]
    command = [sys.executable, "-m", "taskforce_analysis", "--language", "da"]
    said = subprocess.check_output([*command, "compare", *files], env=environ)
    assert re.search(r"fra -\d+ til \+\d+", said.decode(encoding))
    assert not re.search(rb"\?\d", said)


def test_a_pipe_that_nobody_reads_ends_as_unix_tools_end():
    command = [sys.executable, "-m", "taskforce_analysis", "form", "show", "viso"]
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (ran.returncode, ran.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is full here")
def test_a_full_disk_says_so():
    command = [sys.executable, "-m", "taskforce_analysis", "--language", "da"]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*command, "form", "show", "viso"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (2, "Der er ikke plads på disken.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("form", "list", "x"), "»x« er et ord for meget."),
        (("compare", "a", "--form"), "--form skal have en værdi."),
        (("compare", "a", "--force=2"), "--force skal ikke have en værdi."),
    ],
)
def test_a_call_that_does_not_fit_is_told_in_danish(capsys, words, said):
    assert said in told(capsys, *words, "--language", "da", status=2)


def test_a_chart_has_a_title_and_measures_and_the_phases_are_chosen(capsys, tmp_path):
    files = [str(EXAMPLE / name) for name in ("analyse.xlsx", "status.xlsx")]
    options = ["--title", "Min titel", "--measures", "reasons, action_plan"]
    told(capsys, "chart", "rates", *files, *options, "-o", str(tmp_path), status=0)
    said = (tmp_path / "rates.txt").read_text("utf-8")
    assert said.startswith("Min titel.")
    lines = (tmp_path / "rates.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + 2
    pair = ["--before", "status", "--after", "analysis", "--json"]
    turned = json.loads(told(capsys, "compare", *files, *pair, status=0))
    assert {row["before"] for row in turned["comparison"]} == {"status"}
