"""The notebooks: committed without outputs, short, and every cell runs."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_notebook_is_committed_without_outputs(path: Path):
    for cell in code_cells(path):
        assert cell.outputs == []
        assert cell.execution_count is None


def test_notebook_calls_and_never_defines(path: Path):
    cells = code_cells(path)
    assert len(cells) <= 10
    for cell in cells:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 5, cell.source
        assert not any(line.lstrip().startswith(("def ", "class ")) for line in lines)


# One test per notebook: with two workers two of them run at a time.
@pytest.mark.slow
def test_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for folder in ("notebooks", "data/example", "data/published"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(tmp_path / "notebooks")}}
    NotebookClient(notebook, timeout=120, resources=where).execute()
    shown = [one for cell in notebook.cells for one in cell.get("outputs", ())]
    texts = [one.data.get("text/plain", "") for one in shown if "data" in one]
    # A table without a row is a filter that finds nothing any more.
    assert texts
    assert not any(text.startswith("Empty DataFrame") for text in texts)
