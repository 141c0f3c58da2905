"""Refuse a commit that holds CPR-like numbers or anything under data/raw.

Called by pre-commit with the names of the files. Workbooks and Word files are looked
into part by part. Let through are this project's two invented numbers: four zeros at
the end, and a birth on 31 December 2036. Nothing that was found is ever printed.
"""

import importlib.util
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
INVENTED = re.compile(
    r"(?<!\d)(?:(?:\d\d[\W_]{0,3}){2}(?:18|19|20)?\d\d[\W_]{0,3}0000"
    r"|31[\W_]{0,3}12[\W_]{0,3}36[\W_]{0,3}4\d{3})(?!\d)"
)
DECIMALS = re.compile(r"\d\.\d{8,}")
TAG = re.compile(r"<[^>]*>")
APART = " | "  # no number goes on behind it, as one may in the next line of a cell
CHECKSUM = re.compile(r"\b[0-9a-f]{64}\b")


def load_privacy() -> ModuleType:
    """The package's own rule, loaded by its path so that nothing is installed."""
    path = ROOT / "taskforce_analysis" / "privacy.py"
    spec = importlib.util.spec_from_file_location("privacy", path)
    assert spec is not None
    assert spec.loader is not None
    privacy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(privacy)
    return privacy


def texts(path: Path) -> Iterator[str]:
    """The texts of a file: its own, or those of its parts without their tags."""
    if not zipfile.is_zipfile(path):
        yield path.read_bytes().decode("utf-8", "replace")
        return
    with zipfile.ZipFile(path) as container:
        for name in container.namelist():
            yield TAG.sub(APART, container.read(name).decode("utf-8", "replace"))


def without_numbers(text: str) -> str:
    """The text without invented numbers, checksums and long decimal fractions."""
    return DECIMALS.sub("", INVENTED.sub("", CHECKSUM.sub("", text)))


def finding(path: Path, inside: Path, privacy: ModuleType) -> str | None:
    """Why this file may not be committed, or None; its place is told by `inside`."""
    place = path.resolve().relative_to(inside)
    parts = place.parts
    if parts[:2] == ("data", "raw") and parts[2:] != (".gitkeep",):
        return "lies under data/raw, where real cases belong"
    looked_at = [str(place), *(texts(path) if path.is_file() else ())]
    count = sum(privacy.count_cpr(without_numbers(text)) for text in looked_at)
    return f"holds {count} CPR-like number(s)" if count else None


def main(names: Sequence[str], inside: Path = ROOT) -> int:
    """Say which files are refused; 1 when there is one."""
    privacy = load_privacy()
    refused = {name: finding(Path(name), inside, privacy) for name in names}
    for name, reason in refused.items():
        if reason:
            print(f"{privacy.redact(name)}: {reason}")
    return int(any(refused.values()))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
