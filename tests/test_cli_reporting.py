"""The commands after a comparison: the papers and the internal list."""

from pathlib import Path

import pytest

from taskforce_analysis import cli
from taskforce_analysis.shipped import data_folder

EXAMPLE = data_folder("example")


@pytest.fixture
def call(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")

    def run(*words: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return int(str(left.value.code)), said.out + said.err

    return run


def test_the_papers_are_written(call, tmp_path: Path):
    status, _ = call("papers", EXAMPLE / "maaling.toml", "--out", tmp_path)
    assert status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "databeskrivelse.md",
        "metodenotat.docx",
        "notat.docx",
        "notat.txt",
        "praesentation.pptx",
    ]


def test_the_case_list_says_that_it_is_internal(call, tmp_path: Path):
    path = tmp_path / "liste.docx"
    status, out = call("caselist", EXAMPLE / "maaling.toml", "--out", path)
    assert status == 0
    assert out.startswith("INTERNT")
    assert path.is_file()
