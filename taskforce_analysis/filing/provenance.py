"""How the figures came about: enough to make them again, and to see that they stand.

A JSON file beside the outputs: each input with its checksum and size (no path), which
sheets were used and which left out, form, settings, declared measurement, versions, and
the checksum of each output. Why rows, columns and sheets were left out stands as codes
of the issues. No cell's text is in it, and published, no case's number.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from taskforce_analysis.errors import file_error, shown_name, wrong_use
from taskforce_analysis.forms import MeasureLimit
from taskforce_analysis.results import Results, Source
from taskforce_analysis.versions import software_versions
from taskforce_analysis.writing.json import json_rows, with_escapes

NAME = "oprindelse.json"
LEFT_OUT = ("ROW_", "COLUMN_", "SHEET_", "FREE_TEXT_", "CASE_", "TABLES_", "FILE_")
READ_ANYWAY = ("COLUMN_HIDDEN", "ROW_HIDDEN")


def write_provenance(
    results: Results,
    folder: Path,
    *,
    language: str = "",
    template: str | Path | None = None,
) -> Path:
    """Write the provenance of a folder of outputs beside them."""
    path = folder / NAME
    told = provenance_of(results, folder, language=language, template=template)
    content = json.dumps(told, ensure_ascii=False, indent=1, default=_text)
    path.write_text(with_escapes(content) + "\n", "utf-8", newline="\n")
    return path


def provenance_of(
    results: Results,
    folder: Path,
    *,
    language: str = "",
    template: str | Path | None = None,
) -> dict[str, Any]:
    """The provenance of the outputs that lie in `folder`, as plain values."""
    choices = results.choices
    return {
        "version": 1,
        "inputs": [
            _input(source, results)
            for source in (*results.sources, *results.recommended_in)
        ],
        "form": _form(results),
        "limits": [_own_file(path) for path in _limit_files(results)],
        "language": language,
        "template": _own_file(template) if template else None,
        "forced": choices.forced,
        "layout": choices.layout,
        "phases": dict(choices.phases),
        "columns": dict(choices.columns),
        "group": choices.group,
        "per": choices.per,
        "form_was_matched": results.form_was_matched,
        "compared": [results.before, results.after],
        "measurement": _measurement(results),
        "settings": asdict(results.settings),
        "withheld": len(results.withheld),
        "versions": software_versions(),
        "outputs": _outputs(folder),
    }


def _outputs(folder: Path) -> list[dict[str, Any]]:
    return [
        {
            "file": path.relative_to(folder).as_posix(),
            "sha256": sha256(path),
            "size": path.stat().st_size,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    ]


def _input(source: Source, results: Results) -> dict[str, Any]:
    """A file, and by which code how much of it was left out, sheet by sheet."""
    issues = results.issues[results.issues["file"] == source.file]
    gone = issues["code"].str.startswith(LEFT_OUT)
    kept = issues[gone & ~issues["code"].isin(READ_ANYWAY)]
    names = ("code", "sheet", "count")
    left = json_rows(kept[list(names)].reset_index(drop=True))
    return asdict(source) | {"left_out": left}


def _form(results: Results) -> dict[str, Any]:
    """The form by id, version and a checksum of all that stands in it."""
    form = results.form
    known = {one.name: getattr(form, one.name) for one in fields(form)}
    content = json.dumps(known, sort_keys=True, default=_plain, ensure_ascii=False)
    checksum = hashlib.sha256(content.encode()).hexdigest()
    told = {"id": form.id, "version": form.version, "sha256": checksum}
    if form.draft:
        told["draft"] = "true"
    own = results.choices.form_file
    return {**told, "file": own} if own else told


def _own_file(path: str | Path) -> dict[str, Any]:
    """A file of the user's own that shaped the outputs: name, checksum and size."""
    path = Path(path)
    size = path.stat().st_size
    return {"file": shown_name(path), "sha256": sha256(path), "size": size}


def _limit_files(results: Results) -> list[Path]:
    """The deadline files of the user's own, each once; ours follow the version."""
    names = (one.limit.sources for one in results.form.measures if one.limit)
    paths = dict.fromkeys(Path(name) for found in names for name in found)
    return [path for path in paths if path.is_file()]


def _measurement(results: Results) -> dict[str, Any]:
    plan = asdict(results.measurement)
    for phase in plan["phases"].values():
        phase["files"] = [shown_name(name) for name in phase["files"]]
    for key in ("form", "recommendations"):
        plan[key] = Path(plan[key]).name
    plan["limits"] = [shown_name(name) for name in plan["limits"]]
    if results.is_disclosed:
        for told in (plan, plan["locked"] or {}):
            told["bridge_cases"] = []
    return plan


def _plain(value: object) -> Any:
    """What a record of a form holds, for its checksum."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, MeasureLimit):  # where a file lies is no part of what it says
        return {**asdict(value), "sources": [Path(one).name for one in value.sources]}
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def read_provenance(folder: Path) -> dict[str, Any]:
    """The provenance of a folder of outputs as plain values.

    Raises FileError where there is none, and UsageError where it cannot be read.
    """
    path = folder / NAME
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    wanted = {"inputs", "form", "measurement", "settings", "compared", "outputs"}
    try:
        told = json.loads(path.read_text("utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, dict) or not wanted <= told.keys():
        finding = "the provenance file cannot be read"
        raise wrong_use(finding, "Make the report again")
    return told


class Verified(NamedTuple):
    """Which outputs still are what was written, which changed, which are gone."""

    unchanged: list[str]
    changed: list[str]
    gone: list[str]


def verify_folder(folder: str | Path) -> Verified:
    """Hold the outputs of a folder against its provenance.

    Raises FileError where there is none, and UsageError where it cannot be read.
    """
    path = Path(folder) / NAME
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    try:
        written = json.loads(path.read_text("utf-8"))["outputs"]
        sums = {one["file"]: one["sha256"] for one in written}
    except (ValueError, KeyError, TypeError):
        raise wrong_use(
            "the provenance file cannot be read", "Make the report again"
        ) from None
    here = {name for name in sums if (Path(folder) / name).is_file()}
    same = {name for name in here if sha256(Path(folder) / name) == sums[name]}
    return Verified(sorted(same), sorted(here - same), sorted(set(sums) - here))


def sha256(path: Path) -> str:
    """A file's checksum."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
