"""LibreOffice as an analyst's word processor: open, change the prose, save as .docx.

Where LibreOffice or its Python bridge (uno) is missing the tests are skipped. The
bridge is the system's own Python's, so it runs in a process of its own.
"""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

# Replaces the first words by the second, in bold, and puts a sentence after the third.
SCRIPT = """
import sys, time, uno
from com.sun.star.beans import PropertyValue
def value(name, content):
    one = PropertyValue()
    one.Name, one.Value = name, content
    return one
source, target, pipe, old, new, after, added = sys.argv[1:]
here = uno.getComponentContext()
way = here.ServiceManager.createInstanceWithContext(
    "com.sun.star.bridge.UnoUrlResolver", here)
for _ in range(240):
    try:
        there = way.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.5)
desktop = there.ServiceManager.createInstanceWithContext(
    "com.sun.star.frame.Desktop", there)
text = desktop.loadComponentFromURL(
    uno.systemPathToFileUrl(source), "_blank", 0, (value("Hidden", True),))
def find(words):
    wanted = text.createSearchDescriptor()
    wanted.SearchString = words
    return text.findFirst(wanted)
found = find(old)
found.String = new
found.CharWeight = 150.0
end = find(after).getEnd()
end.Text.insertString(end, added, False)
text.storeToURL(
    uno.systemPathToFileUrl(target), (value("FilterName", "MS Word 2007 XML"),))
text.close(True)
try:
    desktop.terminate()
except Exception:
    pass
"""


@cache
def bridge() -> str:
    """A Python that has LibreOffice's bridge, or "" where there is none."""
    for name in ("/usr/bin/python3", shutil.which("python3"), shutil.which("python")):
        if name and Path(name).exists():
            tried = subprocess.run(
                [name, "-c", "import uno"], check=False, capture_output=True
            )
            if not tried.returncode:
                return name
    return ""


def needs_office() -> None:
    """Skip the test where there is no LibreOffice, or no bridge to it."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice (soffice) is not installed")
    if not bridge():
        pytest.skip("LibreOffice's Python bridge (python3-uno) is not installed")


def edited(path: Path, words: tuple[str, str], added: tuple[str, str]) -> None:
    """Let LibreOffice change the document in place, as someone at a desk would."""
    folder = path.parent / "office"
    folder.mkdir()
    saved, pipe = folder / path.name, f"taskforce{abs(hash(path)) % 10**8}"
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        command = [bridge(), "-c", SCRIPT, str(path), str(saved), pipe, *words, *added]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        office.wait(timeout=60)
    finally:
        office.kill()
        office.wait()
    shutil.move(saved, path)
    shutil.rmtree(folder, ignore_errors=True)


def as_pdf(path: Path) -> bytes:
    """The document's pages, as LibreOffice lays them out."""
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", str(path)]
    subprocess.run(
        command, cwd=path.parent, check=True, capture_output=True, timeout=120
    )
    return path.with_suffix(".pdf").read_bytes()
