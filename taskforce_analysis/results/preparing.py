"""Read and check the files of a measurement, collecting every problem on the way.

A file that cannot be read is an issue among others; only when none can be read is it
an error. Nothing is compared here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from taskforce_analysis.checking import Checked, check
from taskforce_analysis.errors import nearest, shown_name, unknown_name, wrong_use
from taskforce_analysis.forms import (
    Form,
    available_forms,
    load_form,
    match_form,
    with_limits,
)
from taskforce_analysis.issues import Issue
from taskforce_analysis.locating.drafting import draft_form
from taskforce_analysis.locating.headers import header_candidates
from taskforce_analysis.locating.own_names import with_columns
from taskforce_analysis.measurements import (
    Correction,
    Exclusion,
    Measurement,
    check_themes,
    load_measurement,
)
from taskforce_analysis.privacy import redact
from taskforce_analysis.reading.cells import (
    FORM_PROPERTY,
    VERSION_PROPERTY,
    Workbook,
)
from taskforce_analysis.reading.given import Given, Leaf, leaves_of, read_leaves
from taskforce_analysis.reading.many import Unread, read_many
from taskforce_analysis.recommendation_files import load_recommendations
from taskforce_analysis.results.correcting import changed, with_changes
from taskforce_analysis.results.records import Choices, Prepared, Source
from taskforce_analysis.results.stored import is_stored, prepare_stored
from taskforce_analysis.settings import Settings

DRAFT = "draft"  # for a form: one is drafted from the workbooks themselves
LONGEST_VERSION = 20  # a longer text in the file's property is no version


def prepare(
    *files: Given,
    form: str | Path | Form | None = None,
    measurement: str | Path | Measurement | None = None,
    settings: Settings | None = None,
    phases: Mapping[str, str] | None = None,
    phase: str | None = None,
    case: str | None = None,
    exclude: Exclusion | Iterable[Exclusion | Sequence[str]] = (),
    corrections: Correction | Iterable[Correction] = (),
    layout: str | None = None,
    reviewers: Mapping[str, str] | None = None,
    processes: int = 1,
    step: Callable[[], object] | None = None,
) -> Prepared:
    """Read and check the files; raises for what cannot be read at all, not for data.

    `files` are as in `run`, and so are `phase` and `case`.
    `reviewers` says whose a file is, by its name, where two files review the same cases
    and neither says so itself. `processes` read the workbooks, and `step` is called as
    each is done.
    """
    leaves, plan = _measured_by(leaves_of(files), measurement)
    plan = with_changes(plan, exclude, corrections)
    named = _named(leaves, plan)
    chosen = settings or plan.settings
    if any(map(is_stored, named)):
        prepared = prepare_stored(named, form or plan.form, plan=plan, settings=chosen)
        check_themes(plan, (theme.id for theme in prepared.form.themes))
        found = (*_about_form(prepared.form), *prepared.found)
        prepared = replace(prepared, found=found)
        return _with_recommendations(changed(prepared))
    workbooks, unread = _read_all(named, processes=processes, step=step)
    known, matched = _form_of(form or plan.form, workbooks, phase=phase, case=case)
    known = with_limits(known, plan.limits)
    known = with_columns(known, workbooks, phase=phase, case=case)
    check_themes(plan, (theme.id for theme in known.themes))
    checked = check(
        workbooks,
        known,
        phases={**_planned_phases(plan), **(phases or {})},
        measured={name: one.measured for name, one in plan.phases.items()},
        settings=chosen,
        layout=layout,
        reviewers=reviewers,
        bridge_cases=plan.bridge_cases,
    )
    plan = _with_bridges(plan, checked.bridge_cases)
    prepared = Prepared(
        form=known,
        form_was_matched=matched,
        measurement=plan,
        settings=chosen,
        sources=_sources(workbooks, checked),
        checked=checked,
        found=(
            *unread,
            *_about_form(known),
            *_other_versions(workbooks, known),
            *checked.found,
        ),
        choices=replace(
            _choices(form or plan.form, layout=layout, phases=phases or {}),
            columns=_columns_named(phase, case),
        ),
    )
    prepared = replace(prepared, found=(*prepared.found, *_idle_settings(prepared)))
    return _with_recommendations(changed(prepared))


def _idle_settings(prepared: Prepared) -> list[Issue]:
    """What was chosen and can do nothing with this form and these settings."""
    form, settings = prepared.form, prepared.settings
    asks_partly = any(one.partly for one in form.measures)
    idle = {
        "partly": settings.partly != Settings.partly and not asks_partly,
        "threshold": settings.threshold != Settings.threshold
        and settings.publish == "internal",
    }
    return [
        Issue("SETTING_WITHOUT_EFFECT", found=f"{name} = {getattr(settings, name)}")
        for name, is_idle in idle.items()
        if is_idle
    ]


def _with_bridges(plan: Measurement, cases: Sequence[str]) -> Measurement:
    """The plan, its bridge cases as the workbooks are read: without CPR numbers."""
    known = dict(zip(plan.bridge_cases, cases, strict=True))
    locked = plan.locked and replace(
        plan.locked,
        bridge_cases=tuple(
            known.get(case) or redact(case) for case in plan.locked.bridge_cases
        ),
    )
    return replace(plan, bridge_cases=tuple(cases), locked=locked)


def _columns_named(phase: str | None, case: str | None) -> dict[str, str]:
    named = {"phase": phase, "case": case}
    return {role: name for role, name in named.items() if name}


def _measured_by(
    leaves: Sequence[Leaf], measurement: str | Path | Measurement | None
) -> tuple[list[Leaf], Measurement]:
    """What is to be read, and the measurement, which may stand among the files."""
    plans = [one for one in leaves if isinstance(one, Path) and is_measurement(one)]
    if len(plans) + bool(measurement) > 1:
        raise wrong_use("two measurement files are named", "Name one")
    rest = [one for one in leaves if one not in plans] if plans else [*leaves]
    plan = measurement or next(iter(plans), None)
    return rest, load_measurement(plan) if plan else Measurement()


def is_measurement(path: Path) -> bool:
    """Whether a file's name says that it is a measurement.

    >>> is_measurement(Path("maaling.toml")), is_measurement(Path("analyse.xlsx"))
    (True, False)
    """
    return path.suffix.lower() == ".toml"


def _named(leaves: Sequence[Leaf], plan: Measurement) -> list[Leaf]:
    planned = [Path(name) for names in plan.files.values() for name in names]
    # Stored answers are those of the planned files, gathered before.
    named = [*leaves] if any(map(is_stored, leaves)) else [*leaves, *planned]
    if not named:
        raise wrong_use("no workbook is named", "Give at least one file")
    return named


def _read_all(
    leaves: Sequence[Leaf],
    *,
    processes: int,
    step: Callable[[], object] | None,
) -> tuple[list[Workbook], list[Issue]]:
    """The workbooks that can be read, and a FILE_ issue for each that cannot.

    Raises the first FileError when none can.
    """
    paths = list(dict.fromkeys(one for one in leaves if isinstance(one, Path)))
    read: list[Workbook | Unread] = read_many(paths, processes=processes, step=step)
    read += read_leaves([one for one in leaves if not isinstance(one, Path)])
    workbooks = [one for one in read if isinstance(one, Workbook)]
    failed = [one.error for one in read if isinstance(one, Unread)]
    if failed and not workbooks:
        raise failed[0]
    return workbooks, [
        Issue(error.code, file=error.file, sheet=error.sheet) for error in failed
    ]


def _form_of(
    form: str | Path | Form | None,
    workbooks: Sequence[Workbook],
    *,
    phase: str | None,
    case: str | None,
) -> tuple[Form, bool]:
    if isinstance(form, str) and form == DRAFT:
        return draft_form(workbooks, phase=phase, case=case), False
    known = (*available_forms(), DRAFT)
    if isinstance(form, str) and nearest(form, known) == DRAFT:
        raise unknown_name("form", form, known)
    if form:
        return load_form(form), False
    stamped = {book.properties.get(FORM_PROPERTY, "") for book in workbooks}
    if len(stamped) == 1 and stamped <= set(available_forms()):
        return load_form(stamped.pop()), False
    headers = [header for book in workbooks for header in header_candidates(book)]
    return match_form(headers).form, True


def _other_versions(workbooks: Sequence[Workbook], form: Form) -> list[Issue]:
    """What a template of this form in another version is told of, once per file."""
    return [
        Issue(
            "FORM_VERSION",
            file=book.file,
            found=f"version {stamped}" if len(stamped) <= LONGEST_VERSION else None,
            expected=f"version {form.version}",
        )
        for book in workbooks
        if book.properties.get(FORM_PROPERTY) == form.id
        and (stamped := book.properties.get(VERSION_PROPERTY, form.version))
        != form.version
    ]


def _about_form(form: Form) -> list[Issue]:
    """What the form leaves open of twins, and labels that say the opposite."""
    reversed_ = [
        Issue("LABEL_REVERSED", measure=one.id)
        for one in form.measures
        if one.is_label_reversed
    ]
    return reversed_ + [
        Issue(
            "TWIN_UNDECLARED",
            measure=measure.id,
            found="twin is not set",
            expected=f"twin = {'true' if form.has_twin(measure) else 'false'}",
        )
        for measure in form.measures
        if measure.applies_when and measure.twin is None
    ]


def _planned_phases(plan: Measurement) -> dict[str, str]:
    # A file that is named in two phases tells them apart itself.
    pairs = [
        (str(shown_name(name)), phase)
        for phase, names in plan.files.items()
        for name in names
    ]
    named = Counter(name for name, _ in pairs)
    return {name: phase for name, phase in pairs if named[name] == 1}


def _sources(workbooks: Sequence[Workbook], checked: Checked) -> tuple[Source, ...]:
    used = {layout.file: layout for layout in checked.layouts}
    return tuple(
        Source(
            file=book.file,
            sha256=book.sha256,
            size=book.size,
            layout=used[book.file].layout if book.file in used else "",
            sheets=used[book.file].sheets if book.file in used else (),
            ignored=used[book.file].ignored if book.file in used else (),
            units=used[book.file].units if book.file in used else 0,
        )
        for book in workbooks
    )


def _choices(
    form: str | Path | Form | None, *, layout: str | None, phases: Mapping[str, str]
) -> Choices:
    is_own = isinstance(form, str | Path) and str(form).endswith(".toml")
    name = str(shown_name(str(form))) if is_own else ""
    return Choices(layout=layout or "", phases=dict(phases), form_file=name)


def _with_recommendations(prepared: Prepared) -> Prepared:
    path = prepared.measurement.recommendations
    if not path:
        return prepared
    names = [one.name for one in prepared.measurement.consulted]
    loaded = load_recommendations(path, prepared.form, sources=names)
    content = Path(path).read_bytes()
    name, digest = str(shown_name(path)), sha256(content).hexdigest()
    return replace(
        prepared,
        found=(*prepared.found, *loaded.found),
        recommendations=loaded.recommendations,
        recommended_in=(Source(file=name, sha256=digest, size=len(content)),),
    )
