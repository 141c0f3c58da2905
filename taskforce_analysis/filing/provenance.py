"""How the figures came about: enough to make them again, and to see that they stand.

A JSON file beside the outputs: each input with its checksum and size (no path), which
sheets were used and which left out, form, settings, declared measurement, versions, and
the checksum of each output. Why rows, columns and sheets were left out stands as codes
of the issues. No cell's text is in it.

What is published says less, and is no oracle: with a plain checksum anyone could try
which workbook it was made of. There the checksums are salted, and names of files and
sheets, sizes and cases left out. The whole account stays in the house, in a file of its
own beside the folder (`.intern.json`), with the salt and a salted mark of every case;
by it the folder is verified and run again, and a later one compared.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import (
    Any,
    NamedTuple,
    NotRequired,
    Required,
    TypeAlias,
    TypedDict,
    TypeVar,
    cast,
)

from taskforce_analysis.atomic import whole_file
from taskforce_analysis.disclosing import inferred, is_published
from taskforce_analysis.errors import file_error, shown_name, wrong_use
from taskforce_analysis.forms import MeasureLimit
from taskforce_analysis.privacy import redact
from taskforce_analysis.results import Results, Source
from taskforce_analysis.versions import software_versions
from taskforce_analysis.writing.json import Cells, json_rows, with_escapes

NAME = "oprindelse.json"
INTERNAL = ".intern.json"
OF_PAPERS = f".papirer{INTERNAL}"
NEEDED = {"inputs", "form", "measurement", "settings", "compared", "outputs"}
SUMS = ("sha256", "salt", "cases")
LEFT_OUT = ("ROW_", "COLUMN_", "SHEET_", "FREE_TEXT_", "CASE_", "TABLES_", "FILE_")
READ_ANYWAY = ("COLUMN_HIDDEN", "ROW_HIDDEN")
Sealable = TypeVar("Sealable", "FileTold", "FormTold")


# What JSON holds, here and in a file that was read: of any type, until it is taken in.
Plain: TypeAlias = Any


class FileTold(TypedDict, total=False):
    """A file of a provenance: an input, an output, a form or limits of one's own."""

    file: Required[str]
    sha256: Required[str]
    size: int
    units: int | None
    left_out: list[dict[str, Plain]]


class FormTold(TypedDict):
    """The form of a provenance; `file` is that of one's own."""

    id: str
    version: str
    sha256: str
    draft: NotRequired[str]
    file: NotRequired[str]


class Inside(TypedDict):
    """What of a provenance is not published."""

    inputs: list[FileTold]
    phases: dict[str, str]
    columns: dict[str, str]
    measurement: dict[str, Plain]
    form: FormTold
    inferred: NotRequired[list[Cells]]


class Told(Inside):
    """A provenance as plain values, by its JSON's names."""

    version: int
    limits: list[FileTold]
    language: str
    template: FileTold | None
    forced: bool
    layout: str
    group: str
    per: str
    form_was_matched: bool
    compared: list[str]
    settings: dict[str, Plain]
    withheld: int
    versions: dict[str, str]
    letters: str
    outputs: list[FileTold]
    salted: NotRequired[bool]
    salt: NotRequired[str]
    cases: NotRequired[Mapping[str, Mapping[str, list[str]]]]


def write_told(told: Told, path: Path) -> Path:
    """Write a provenance, every CPR-like number in it covered."""
    content = json.dumps(_covered(told), ensure_ascii=False, indent=1, default=_text)
    path.write_text(with_escapes(content) + "\n", "utf-8", newline="\n")
    return path


def _covered(told: Plain) -> Plain:
    """The same without a CPR-like number; checksums may hold such, and nobody's."""
    if isinstance(told, str):
        return redact(told)
    if isinstance(told, Mapping):
        return {
            redact(str(key)): value if key in SUMS else _covered(value)
            for key, value in told.items()
        }
    return [*map(_covered, told)] if isinstance(told, list | tuple) else told


@dataclass(frozen=True)
class Account:
    """What stays in the house of a publication; exists so that it need not be told.

    `cases` are salted marks by phase: of a case by its number, and by all that is known
    of it. `inside` is of the provenance what is not published, and what an outsider can
    infer at most of each withheld count.
    """

    salt: str
    cases: Mapping[str, Mapping[str, list[str]]]
    inside: Inside

    @classmethod
    def of(cls, results: Results) -> "Account":
        """The account of results before disclosure control, with a salt of its own."""
        salt = token_hex(16)
        return cls(salt, marks_of(results, salt), _inside(results))

    def whole(self, told: Told) -> Told:
        """The provenance with all that is not published, the salt and the cases."""
        return {**told, **self.inside, "salt": self.salt, "cases": self.cases}

    def published(self, told: Told) -> Told:
        """The provenance of what was published: salted checksums, and no size."""

        def seal(one: Sealable, *names: str) -> Sealable:
            shown = {name: one[name] for name in names if name in one}
            return cast(
                "Sealable", {**shown, "sha256": sealed(one["sha256"], self.salt)}
            )

        sums = [one["sha256"] for one in self.inside["inputs"]]
        read = [
            FileTold(**{**one, "sha256": whole, "left_out": _unplaced(one)})
            for one, whole in zip(told["inputs"], sums, strict=True)
        ]
        return {
            **told,
            "salted": True,
            "inputs": [seal(one, "file", "units", "left_out") for one in read],
            "form": seal(told["form"], "id", "version"),
            "limits": [seal(one) for one in told["limits"]],
            "template": seal(told["template"]) if told["template"] else None,
            "outputs": [seal(one, "file") for one in told["outputs"]],
        }


def _unplaced(told: FileTold) -> list[dict[str, Plain]]:
    left = told.get("left_out", ())
    return [{name: one[name] for name in ("code", "count")} for one in left]


def _inside(results: Results) -> Inside:
    return {
        "inputs": [_input(one, results) for one in _sources(results)],
        "phases": dict(results.choices.phases),
        "columns": dict(results.choices.columns),
        "measurement": _measurement(results),
        "form": _form(results),
        "inferred": json_rows(inferred(results)),
    }


def _sources(results: Results) -> tuple[Source, ...]:
    return (*results.sources, *results.recommended_in)


def internal_of(folder: Path) -> Path:
    """Where the account of a published folder lies: beside it, and never inside.

    Beside the whole set, where the folder is that of one group among others.
    """
    folder = folder.resolve()
    among = folder.parent.with_name(f"{folder.parent.name}.{folder.name}{INTERNAL}")
    own = folder.with_name(f"{folder.name}{INTERNAL}")
    return among if among.is_file() else own


def write_account(results: Results, papers: Iterable[Path], folder: Path) -> None:
    """Leave what stays in the house of papers that are published without a report.

    By it a later publication is held to them; nothing where they are internal.
    """
    if not is_published(results):
        return
    told = provenance_of(results, folder)
    names = {path.name for path in papers}
    told["outputs"] = [one for one in told["outputs"] if one["file"] in names]
    with whole_file(papers_account(folder), private=True) as temporary:
        write_told(Account.of(results).whole(told), temporary)


def papers_account(folder: Path) -> Path:
    """Where the account of the papers of a folder lies: beside it."""
    folder = folder.resolve()
    return folder.with_name(f"{folder.name}{OF_PAPERS}")


def read_papers_account(path: Path) -> Told:
    """The account of published papers; UsageError where it cannot be read."""
    told = _read(path)
    if not (isinstance(told, dict) and told.keys() >= NEEDED):
        finding = "the provenance file cannot be read"
        raise wrong_use(finding, "Make the papers again")
    return cast("Told", told)


def marks_of(results: Results, salt: str) -> dict[str, dict[str, list[str]]]:
    """The cases of each phase as salted marks: by number, and by all that is known.

    Two runs that share a mark share a case; without the salt nobody can try which.
    """
    answers, plan = results.answers, results.measurement
    if not len(answers):
        return {}
    own = [one.id for one in results.form.attributes if one.id in answers]
    known = ["measure", "answer", "score", "days"]
    found: dict[str, dict[str, list[str]]] = {}
    for (phase, _, case), rows in answers.groupby(["phase", "file", "unit_id"]):
        measured = plan.phase(str(phase)).measured
        facts = rows[[*known, *own]].sort_values("measure").to_csv(index=False)
        both = {"numbers": f"{measured}|{case}", "contents": facts}
        marks = found.setdefault(str(phase), {"numbers": [], "contents": []})
        for kind, text in both.items():
            marks[kind].append(sealed(f"{phase}|{text}", salt))
    return {
        phase: {kind: sorted(marks) for kind, marks in own_marks.items()}
        for phase, own_marks in found.items()
    }


def sealed(text: str, salt: str) -> str:
    """A checksum that nobody can try without the salt."""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()


def provenance_of(
    results: Results,
    folder: Path,
    *,
    language: str = "",
    template: str | Path | None = None,
) -> Told:
    """The provenance of the outputs that lie in `folder`, as plain values."""
    from taskforce_analysis.charts.kit.style import load_style

    choices = results.choices
    return {
        "version": 1,
        "inputs": [_input(source, results) for source in _sources(results)],
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
        "letters": load_style().letters[0],
        "outputs": _outputs(folder),
    }


def _outputs(folder: Path) -> list[FileTold]:
    return [
        {
            "file": path.relative_to(folder).as_posix(),
            "sha256": sha256(path),
            "size": path.stat().st_size,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    ]


def _input(source: Source, results: Results) -> FileTold:
    """A file, and by which code how much of it was left out, sheet by sheet."""
    issues = results.issues[results.issues["file"] == source.file]
    gone = issues["code"].str.startswith(LEFT_OUT)
    kept = issues[gone & ~issues["code"].isin(READ_ANYWAY)]
    names = ("code", "sheet", "count")
    left = json_rows(kept[list(names)].reset_index(drop=True))
    return FileTold(**asdict(source), left_out=left)


def _form(results: Results) -> FormTold:
    """The form by id, version and a checksum of all that stands in it."""
    form = results.form
    known = {one.name: getattr(form, one.name) for one in fields(form)}
    content = json.dumps(known, sort_keys=True, default=_plain, ensure_ascii=False)
    checksum = hashlib.sha256(content.encode()).hexdigest()
    told = FormTold(id=form.id, version=form.version, sha256=checksum)
    if form.draft:
        told["draft"] = "true"
    if own := results.choices.form_file:
        told["file"] = own
    return told


def _own_file(path: str | Path) -> FileTold:
    """A file of the user's own that shaped the outputs: name, checksum and size."""
    path = Path(path)
    name, size = shown_name(path) or "", path.stat().st_size
    return {"file": name, "sha256": sha256(path), "size": size}


def _limit_files(results: Results) -> list[Path]:
    """The deadline files of the user's own, each once; ours follow the version."""
    names = (one.limit.sources for one in results.form.measures if one.limit)
    paths = dict.fromkeys(Path(name) for found in names for name in found)
    return [path for path in paths if path.is_file()]


def _measurement(results: Results) -> dict[str, Plain]:
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


def _plain(value: object) -> Plain:
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


def read_provenance(folder: Path) -> Told:
    """The provenance of a folder of outputs as plain values.

    Raises FileError where there is none, and UsageError where it cannot be read.
    """
    path = folder / NAME
    if not path.is_file():
        raise file_error("FILE_NOT_FOUND", path)
    told = _read(path)
    if not isinstance(told, dict) or not told.keys() >= NEEDED:
        finding = "the provenance file cannot be read"
        raise wrong_use(finding, "Make the report again")
    return cast("Told", told)


def read_whole(folder: Path) -> Told:
    """The provenance of a folder with all that was not published of it.

    Raises as `read_provenance` does, and FileError where the file that stays in the
    house is not beside the folder.
    """
    told = read_provenance(folder)
    if not told.get("salted"):
        return told
    own = _read(internal_of(folder)) if internal_of(folder).is_file() else None
    if not isinstance(own, dict) or "salt" not in own:
        raise file_error("FILE_ACCOUNT_GONE", internal_of(folder))
    return cast("Told", own)


def _read(path: Path) -> Plain:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError:
        return None


class Verified(NamedTuple):
    """Which outputs still are what was written, which changed, which are gone."""

    unchanged: list[str]
    changed: list[str]
    gone: list[str]


def verify_folder(folder: str | Path) -> Verified:
    """Hold the outputs of a folder against its provenance.

    Of a published folder the file that stays in the house is asked. Raises FileError
    where there is none, and UsageError where it cannot be read.
    """
    folder = Path(folder)
    try:
        written = read_whole(folder)["outputs"]
        sums = {one["file"]: one["sha256"] for one in written}
    except (KeyError, TypeError):
        raise wrong_use(
            "the provenance file cannot be read", "Make the report again"
        ) from None
    here = {name for name in sums if (folder / name).is_file()}
    same = {name for name in here if sha256(folder / name) == sums[name]}
    return Verified(sorted(same), sorted(here - same), sorted(set(sums) - here))


def sha256(path: Path) -> str:
    """A file's checksum."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
