"""A real JupyterLab in a real browser: notebook 1 runs from the menu."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = "1_fra_regneark_til_figur.ipynb"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60_000  # milliseconds
UNUSED = ("jupyter_lsp", "jupyter_server_terminals")  # slow to start; nothing uses them
READY = """async () => {
    const session = window.jupyterapp.shell.currentWidget.sessionContext;
    await session.ready;
    await session.session.kernel.info;
}"""
PROMPTS = ".jp-CodeCell .jp-InputPrompt"
EVERY = f"[...document.querySelectorAll('{PROMPTS}')].map(one => one.textContent)"
ERROR = '[data-mime-type="application/vnd.jupyter.error"]'
FAILED = f"document.querySelector('{ERROR}')"
IMAGES = "nodes => nodes.map(node => ({alt: node.alt, wide: node.naturalWidth}))"


class Server(NamedTuple):
    """A server that is starting or running, and the folder that it shows."""

    address: str
    folder: Path
    process: subprocess.Popen


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("lab") / "Måling på æøå"
    for name in ("notebooks", "data/example"):
        shutil.copytree(ROOT / name, folder / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    homes = {
        f"JUPYTER_{name}_DIR": str(folder.parent / name.lower())
        for name in ("CONFIG", "RUNTIME", "DATA")
    }
    homes["IPYTHONDIR"] = str(folder.parent / "ipython")
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--IdentityProvider.token=test", "--LabApp.news_url="]
    command += [f"--ServerApp.root_dir={folder}", "--expose-app-in-browser"]
    command += [f"--ServerApp.jpserver_extensions={name}=False" for name in UNUSED]
    with (folder.parent / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **homes}, stdout=log, stderr=log
        )
    try:
        # It starts while the browser does; the test waits for it.
        yield Server(f"http://127.0.0.1:{port}", folder, process)
    finally:
        process.terminate()
        process.wait(30)


def wait_for(server: Server) -> None:
    address, process = f"{server.address}/api?token=test", server.process
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            urllib.request.urlopen(address, timeout=2).close()
            return
        time.sleep(0.2)
    pytest.fail("JupyterLab did not start")


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    reason = "the extra browser is not installed"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    with playwright.sync_playwright() as driver:
        # As root, as CI runs, Chromium has no sandbox of its own.
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        # So tall that JupyterLab draws every cell, not only those in sight.
        page = browser.new_page(viewport={"width": 1400, "height": 6000})
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def run_all(page: Any) -> None:
    """Choose Run All Cells; a menu that was not ready yet is opened again."""
    for attempt in range(4):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.click('[data-command="runmenu:run-all"]')
        started = f"{EVERY}.some(one => /[0-9*]/.test(one))"
        with suppress(Exception) if attempt < 3 else nullcontext():
            page.wait_for_function(started, timeout=10_000)
            return


@pytest.mark.slow
def test_notebook_1_runs_from_the_menu(server: Server, page: Any):
    wait_for(server)
    page.goto(f"{server.address}/lab/tree/notebooks/{NOTEBOOK}?token=test")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.evaluate(READY)
    page.click(".jp-Notebook .jp-CodeCell .jp-InputArea-editor >> nth=0")
    run_all(page)
    page.wait_for_function(f"{EVERY}.every(one => /[0-9]/.test(one)) || {FAILED}")
    assert page.locator(ERROR).all_inner_texts() == []
    ran = page.locator(PROMPTS).all_inner_texts()
    assert ran == [f"[{number}]:" for number in range(1, len(ran) + 1)]
    page.wait_for_selector(".jp-OutputArea-output img", state="attached")
    (figure,) = page.eval_on_selector_all(".jp-OutputArea-output img", IMAGES)
    assert figure["wide"] > 500
    assert figure["alt"].startswith("Andel sager, hvor kravet er opfyldt, i Analyse")
    report = server.folder / "output" / "notebook1" / "rapport.docx"
    assert report.is_file()
