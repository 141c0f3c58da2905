"""The same figures again: from a folder's provenance, the same inputs, held together.

The inputs are found by name and known by checksum; measurement, settings and form are
those that the provenance tells. What then comes out is compared, byte by byte, with
what was written. Where it is not the same, the causes that can be seen are named:
another version of the software, another form, another time of making.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from taskforce_analysis.atomic import working_folder
from taskforce_analysis.errors import file_error, shown_name, wrong_use
from taskforce_analysis.filing.folder import write_folder
from taskforce_analysis.filing.provenance import (
    FileTold,
    FormTold,
    Plain,
    Told,
    read_whole,
    sha256,
)
from taskforce_analysis.forms import Form, load_form
from taskforce_analysis.measurements import (
    Consulted,
    Correction,
    Exclusion,
    Locked,
    Measurement,
    PhasePlan,
)
from taskforce_analysis.results import Results, run
from taskforce_analysis.results.preparing import DRAFT
from taskforce_analysis.settings import Settings
from taskforce_analysis.versions import software_versions

Made = TypeVar("Made")


@dataclass(frozen=True)
class Cause:
    """Why two runs may differ: what it is, what it was then, what it is now.

    `kind` is version, form, form_content, settings, group or unknown.
    """

    kind: str
    name: str
    then: str
    now: str


@dataclass(frozen=True)
class Rerun:
    """How a run came out again: the outputs by what became of them, and why."""

    same: tuple[str, ...]
    different: tuple[str, ...]
    lacking: tuple[str, ...]
    causes: tuple[Cause, ...]

    @property
    def is_same(self) -> bool:
        """Whether every output has the same bytes again."""
        return not self.different and not self.lacking


def rerun_folder(
    folder: str | Path, *, inputs: str | Path | None = None, force: bool = False
) -> Rerun:
    """Make a folder's outputs again and hold them against what its provenance tells.

    The input files are looked for in `inputs`, in the folder itself and beside it.
    Raises FileError where the provenance or an input is not there, and UsageError where
    an input is another file than it was; DataError where it has errors, unless forced.
    """
    folder = Path(folder)
    told = read_whole(folder)
    places = places_of(folder, inputs)
    results = results_again(told, places, force=force)
    template = told.get("template")
    own = _found(template, places) if template else None
    now, anew = _written(results, told.get("language") or "da", template=own)
    then = {one["file"]: one["sha256"] for one in told["outputs"]}
    different = sorted(name for name in then if now.get(name, "") != then[name])
    return Rerun(
        same=tuple(sorted(set(then) - set(different))),
        different=tuple(name for name in different if name in now),
        lacking=tuple(name for name in different if name not in now),
        causes=tuple(_causes(told, anew)) if different else (),
    )


def places_of(folder: Path, inputs: str | Path | None) -> list[Path]:
    """Where a folder's inputs are looked for: as asked, else in it and beside it."""
    return [Path(inputs)] if inputs else [folder, folder.resolve().parent]


def results_again(
    told: Told,
    places: Sequence[Path],
    *,
    force: bool = False,
    same: bool = True,
) -> Results:
    """The results of what a provenance tells, from the inputs in these places.

    `same` asks that each input is the very file that it was; without it a corrected
    file of the same name is read. Raises as `rerun_folder` does.
    """
    found = {one["file"]: _found(one, places, same=same) for one in told["inputs"]}
    limits = {
        one["file"]: _found(one, places, same=same) for one in told.get("limits", [])
    }
    settings = _settings(told)
    plan = _measurement(told["measurement"], found, settings=settings, limits=limits)
    return run(
        *(path for name, path in found.items() if name != _followed(told)),
        form=None if told.get("form_was_matched") else _form(told, places),
        measurement=plan,
        settings=settings,
        phases=told.get("phases") or None,
        **cast("dict[str, Plain]", told.get("columns", {})),
        before=told["compared"][0],
        after=told["compared"][1],
        layout=told.get("layout") or None,
        force=force or bool(told.get("forced")),
    )


def _followed(told: Told) -> str:
    return str(told["measurement"].get("recommendations", ""))


def _written(
    results: Results, language: str, *, template: Path | None
) -> tuple[dict[str, str], Told]:
    """The checksums of what is written now, by name, and its provenance."""
    with working_folder() as folder:
        again = folder / "again"
        write_folder(results, again, language=language, template=template)
        files = [path for path in again.rglob("*") if path.is_file()]
        sums = {path.relative_to(again).as_posix(): sha256(path) for path in files}
        return sums, read_whole(again)


def _found(one: FileTold, places: Iterable[Path], *, same: bool = True) -> Path:
    """The input of this name with the same bytes; the first of this name is told of."""
    named = [place / one["file"] for place in places if (place / one["file"]).is_file()]
    if not named:
        raise file_error("FILE_INPUT_GONE", one["file"])
    for path in named:
        if not same or sha256(path) == one["sha256"]:
            return path
    name = shown_name(one["file"])
    raise wrong_use(
        f"{name} is not the file that the figures were made of",
        "Name the folder that holds it with --inputs",
    )


def _form(told: Told, places: Iterable[Path]) -> Form | str:
    own = str(told["measurement"].get("form", ""))
    own = str(told["form"].get("file") or (own if own.endswith(".toml") else ""))
    for path in (place / own for place in places):
        if own and path.is_file():
            return load_form(path)
    if told["form"].get("draft"):
        return DRAFT
    return load_form(told["form"]["id"])


def _settings(told: Told) -> Settings:
    known = {field.name for field in fields(Settings)}
    given = {key: value for key, value in told["settings"].items() if key in known}
    return Settings(**{key: _frozen(value) for key, value in given.items()})


def _frozen(value: Plain) -> Plain:
    return tuple(value) if isinstance(value, list) else value


def _measurement(
    plan: Mapping[str, Plain],
    found: Mapping[str, Path],
    *,
    settings: Settings,
    limits: Mapping[str, Path],
) -> Measurement:
    own = {
        "consulted",
        "excluded",
        "corrections",
        "dated",
        "phases",
        "settings",
        "locked",
        "recommendations",
        "limits",
        "texts",
    }
    known = {field.name for field in fields(Measurement)} - own
    phases = {name: _phase(one, found) for name, one in plan["phases"].items()}
    dated = plan.get("dated")
    given = {name: _frozen(value) for name, value in plan.items() if name in known}
    return Measurement(
        **given,
        phases=phases,
        settings=settings,
        locked=_locked(plan.get("locked")),
        dated=date.fromisoformat(dated) if dated else None,
        texts={name: tuple(said) for name, said in plan.get("texts", {}).items()},
        consulted=tuple(map(_source, plan.get("consulted", ()))),
        excluded=tuple(_dated(Exclusion, x) for x in plan.get("excluded", ())),
        corrections=tuple(_dated(Correction, x) for x in plan.get("corrections", ())),
        limits=tuple(
            str(limits.get(name, f"deadlines/{name}"))
            for name in plan.get("limits", ())
        ),
        recommendations=str(found.get(plan.get("recommendations", ""), "")),
    )


def _source(told: Mapping[str, Plain]) -> Consulted:
    day = told.get("day")
    return Consulted(**{**told, "day": date.fromisoformat(day) if day else None})


def _dated(record: type[Made], told: Mapping[str, Plain]) -> Made:
    return record(**{**told, "on": date.fromisoformat(told["on"])})


def _locked(told: Mapping[str, Plain] | None) -> Locked | None:
    if not told:
        return None
    known = {field.name for field in fields(Locked)}
    given = {name: _frozen(value) for name, value in told.items() if name in known}
    return Locked(**{**given, "date": date.fromisoformat(told["date"])})


def _phase(one: Mapping[str, Plain], found: Mapping[str, Path]) -> PhasePlan:
    known = {field.name for field in fields(PhasePlan)}
    given = {name: _frozen(value) for name, value in one.items() if name in known}
    given["files"] = tuple(str(found[name]) for name in one["files"])
    given["period"] = tuple(date.fromisoformat(day) for day in one["period"])
    if given.get("measured"):
        given["measured"] = date.fromisoformat(given["measured"])
    return PhasePlan(**given)


def _causes(told: Told, anew: Told) -> list[Cause]:
    """What two provenances tell apart, apart from the outputs themselves."""
    then, now = told.get("versions", {}), software_versions()
    found = [
        Cause("version", name, then.get(name, ""), now.get(name, ""))
        for name in {**then, **now}
        if then.get(name, "") != now.get(name, "")
    ]
    letters = [one.get("letters", "") for one in (told, anew)]
    if letters[0] and letters[0] != letters[1]:
        found.append(Cause("letters", "", *letters))
    found += _form_causes(told["form"], anew["form"])
    first, second = told["settings"], anew["settings"]
    found += [
        Cause("settings", name, str(first.get(name, "")), str(second.get(name, "")))
        for name in sorted({**first, **second})
        if first.get(name) != second.get(name)
    ]
    if told.get("group"):  # what may be published is decided over all groups together
        found.append(Cause("group", str(told["group"]), "", ""))
    return found or [Cause("unknown", "", "", "")]


def _form_causes(then: FormTold, now: FormTold) -> list[Cause]:
    values = [str(one["version"]) for one in (then, now)]
    if values[0] != values[1]:
        return [Cause("form", now["id"], *values)]
    sums = (then.get("sha256"), now.get("sha256"))
    if sums[0] and sums[0] != sums[1]:
        return [Cause("form_content", now["id"], *values)]
    return []
