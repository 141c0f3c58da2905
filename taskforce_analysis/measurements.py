"""A measurement: which files, which form, how the cases were chosen, and when.

It is a TOML file of the user's own and makes a run repeatable. How the cases were
selected in each phase decides what the report may say about them, so it is declared,
never inferred; without such a file it is unknown, and the report says so.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from taskforce_analysis.boundary import guarded_record
from taskforce_analysis.errors import (
    UsageError,
    invalid_definition,
    nearest,
    shown_name,
    wrong_use,
)
from taskforce_analysis.privacy import redact
from taskforce_analysis.schemas import Key, Raw, Toml, read_definition, take
from taskforce_analysis.settings import Settings
from taskforce_analysis.spelling import loose_key

SELECTIONS = (
    "random",
    "stratified",
    "criteria",
    "chosen_by_municipality",
    "all",
    "unknown",
)
DRAWN = ("random", "stratified")
DRAWN_ON = ("receipt", "decision")
FEWEST, MOST = 2, 6  # measures in an index
NOTATS = ("information", "decision")  # what the committee's paper is for
DROPPED = "-"  # the whole text of a place that the author leaves out
KINDS_OF_SOURCE = ("materiale", "interview", "borgerinterview", "selvevaluering")

_PHASE = {
    "files": Key("texts"),
    "measured": Key("date"),
    "selection": Key("text"),
    "population": Key("whole"),
    "period": Key("any"),
    "drawn_by": Key("text"),
    "drawn_on": Key("text"),
    "reviewers": Key("text"),
}
_MEASUREMENT = {
    "form": Key("text"),
    "title": Key("text"),
    "municipality": Key("text"),
    "date": Key("date", name="dated"),
    "primary": Key("texts"),
    "index": Key("texts"),
    "chosen_because_low": Key("texts"),
    "phases": Key("table"),
    "settings": Key("table"),
    "bridge_cases": Key("texts"),
    "limits": Key("texts"),
    "margin": Key("any"),
    "recommendations": Key("text"),
    "kilder": Key("tables", name="consulted"),
    "exclude": Key("tables", name="excluded"),
    "corrections": Key("tables"),
    "locked": Key("table"),
    "texts": Key("table"),
    "notat": Key("text"),
    "final": Key("flag"),
    "pdf": Key("flag"),
}
_TEXTS = {
    "assessment": Key("texts"),
    "economy": Key("texts"),
    "hearing": Key("texts"),
    "themes": Key("table"),
}
_THEME_TEXTS = {"strengths": Key("texts"), "challenges": Key("texts")}
_CONSULTED = {
    "kind": Key("text", required=True),
    "name": Key("text", required=True),
    "date": Key("date", name="day"),
    "number": Key("whole"),
    "used_for": Key("text"),
}
_EXCLUDED = {
    "place": Key("text", required=True),
    "case": Key("text", required=True),
    "why": Key("text", required=True),
    "by": Key("text", required=True),
    "date": Key("date", required=True, name="on"),
}
_CORRECTED = {
    "case": Key("text", required=True),
    "measure": Key("text", required=True),
    "answer": Key("text", required=True),
    "why": Key("text", required=True),
    "by": Key("text", required=True),
    "date": Key("date", required=True, name="on"),
    "phase": Key("text"),
}
_LOCKED = {
    "date": Key("date", required=True),
    "form": Key("text", required=True),
    "version": Key("text", required=True),
    "primary": Key("texts"),
    "index": Key("texts"),
    "selection": Key("text"),
    "cases": Key("whole"),
    "bridge_cases": Key("texts"),
    "confidence": Key("number"),
    "adjustment": Key("text"),
    "targets": Key("table"),
    "margins": Key("table"),
}


@dataclass(frozen=True, kw_only=True)
class PhasePlan:
    """What is declared about one phase: its files, date, selection and population.

    `drawn_on` says by which day the cases were drawn: receipt or decision.
    """

    files: tuple[str, ...] = ()
    measured: date | None = None
    selection: str = "unknown"
    population: int | None = None
    period: tuple[date, ...] = ()
    drawn_by: str = ""
    drawn_on: str = ""
    reviewers: str = ""

    @property
    def is_random(self) -> bool:
        """Whether the cases were drawn at random (stratified draws included)."""
        return self.selection in DRAWN


@dataclass(frozen=True, kw_only=True)
class Consulted:
    """A source beside the cases: material, interviews, a self-evaluation; never read.

    `number` is how many documents, interviews or answers, `used_for` what they were
    used for. A recommendation names it as its evidence by `name`.
    """

    kind: str
    name: str
    day: date | None = None
    number: int | None = None
    used_for: str = ""


@guarded_record
@dataclass(frozen=True)
class Exclusion:
    """A case that is left out: `place` is its file or phase; why, who said so, when.

    A case that is a number will do, and a day as text ("2024-02-01").
    """

    place: str
    case: str
    why: str = ""
    by: str = ""
    on: date | None = None

    def __post_init__(self) -> None:
        """Take a number for a case and a text for a day, as a table has them."""
        _settle(self)


@guarded_record
@dataclass(frozen=True)
class Correction:
    """An answer that counts instead of the workbook's; why, who said so, and when.

    `answer` is a word of the form or an answer's id; True and False are yes and no.
    `phase` parts a case that is in several. A case that is a number will do, and a day
    as text ("2024-02-01").

    >>> Correction("S-17", "reasons", "Nej", "read again", by="AB").answer
    'Nej'
    """

    case: str
    measure: str
    answer: str
    why: str
    by: str = ""
    on: date | None = None
    phase: str = ""

    def __post_init__(self) -> None:
        """Take a number for a case, True for yes and a text for a day."""
        _settle(self)
        if isinstance(self.answer, bool):
            object.__setattr__(self, "answer", "yes" if self.answer else "no")


def _settle(one: "Exclusion | Correction") -> None:
    """The case as text and the day as a date; UsageError for a day that is none."""
    object.__setattr__(one, "case", str(one.case))
    day: object = one.on
    if isinstance(day, str):
        try:
            object.__setattr__(one, "on", date.fromisoformat(day))
        except ValueError:
            remedy = 'Write on="2024-02-01", or leave it out for today'
            raise wrong_use("the day of a decision is no date", remedy) from None


@dataclass(frozen=True, kw_only=True)
class Locked:
    """What was decided, and on which day, before the first case was reviewed.

    Exists so that a report can say whether the plan was kept; nobody edits it.
    """

    date: date
    form: str
    version: str
    primary: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    selection: str = "unknown"
    cases: int = 0
    bridge_cases: tuple[str, ...] = ()
    confidence: float = 0.95
    adjustment: str = "auto"
    targets: Mapping[str, float] = field(default_factory=dict)
    margins: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What a user declares about a measurement; every field may be left out.

    `index` are two to six measures that decide together, as one share of requirements
    kept per case; then no measure decides alone, and `primary` is empty.
    `limits` are the municipality's own deadline files, or those of several: they take
    the place of the files that the form names. `margin` is how much lower a rate may be
    and still count as no worse, as a share: of every measure, or by measure. `texts`
    are the author's own words by place ("assessment", "strengths:follow_up"), a
    paragraph or an item each; no figure is made of them. `notat` says what the
    committee's paper is for. `final` asks for papers without prompts, `pdf` for a PDF
    beside the Word document. `dated` is the day that stands on the papers' first page
    (`date` in the file), and `file` the name of the file that it was read from.
    `consulted` are the sources beside the cases, `[[kilder]]` in the file.
    `excluded` are cases that are left out ([[exclude]] there), `corrections` answers
    that count instead of the workbooks'.
    """

    form: str = ""
    title: str = ""
    municipality: str = ""
    dated: date | None = None
    primary: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    chosen_because_low: tuple[str, ...] = ()
    phases: Mapping[str, PhasePlan] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    bridge_cases: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    margin: float | Mapping[str, float] | None = None
    recommendations: str = ""
    consulted: tuple[Consulted, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    corrections: tuple[Correction, ...] = ()
    locked: Locked | None = None
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notat: str = NOTATS[0]
    final: bool = False
    pdf: bool = False
    file: str = field(default="", compare=False)

    def phase(self, name: str) -> PhasePlan:
        """What is declared about a phase; an empty plan where nothing is."""
        return self.phases.get(name, PhasePlan())

    def margin_of(self, measure: str, own: float | None = None) -> float | None:
        """The margin of a measure; `own` is the form's, where nothing else is said.

        >>> Measurement(margin={"plan": 0.1}).margin_of("plan")
        0.1
        """
        if isinstance(self.margin, Mapping):
            return self.margin.get(measure, own)
        return own if self.margin is None else self.margin

    def chose_beforehand(self, measures: Collection[str], phase: str) -> bool:
        """Whether a plan, locked before the phase was measured, names just these.

        Where no plan is locked, or no day of the measurement is given, nobody knows.
        """
        locked = self._locked_before(phase)
        return locked is not None and set(measures) == {*locked.primary, *locked.index}

    def set_beforehand(self, margins: Mapping[str, float], phase: str) -> bool:
        """Whether a plan, locked before the phase was measured, has these margins.

        `margins` are shares by measure; nobody knows where `chose_beforehand` does not.
        """
        locked = self._locked_before(phase)
        return locked is not None and all(
            locked.margins.get(name) == margin for name, margin in margins.items()
        )

    def _locked_before(self, phase: str) -> Locked | None:
        """The locked plan where it is known to be older than the measured phase."""
        measured, locked = self.phase(phase).measured, self.locked
        is_older = locked and measured and locked.date < measured
        return locked if is_older else None

    @property
    def files(self) -> dict[str, tuple[str, ...]]:
        """The files of each phase, by phase id."""
        return {name: plan.files for name, plan in self.phases.items()}


# By the field, as it is written in the file.
_CHANGES = {
    "excluded": ("exclude", Exclusion, _EXCLUDED),
    "corrections": ("corrections", Correction, _CORRECTED),
}


def _read(path: Path) -> Toml:
    """What the file holds; FormError for a form, which is named in another place."""
    read = read_definition(path)
    if "measures" in read and "form" not in read:
        finding = (
            "this is a form, and no measurement. "
            "Name it with form= or --form, and the workbooks beside it"
        )
        raise invalid_definition(path, "", finding)
    return read


def load_measurement(path: "str | Path | Measurement") -> Measurement:
    """A measurement from its TOML file; file names are taken from beside it.

    Raises FileError when it is not there, FormError for an unknown or wrong key, and
    UsageError for a setting's choice that does not exist.
    """
    if isinstance(path, Measurement):
        return path
    path = Path(path)
    taken = take(_read(path), _MEASUREMENT, file=path.name)
    try:
        check_index(taken.get("index", ()), taken.get("primary", ()))
    except UsageError as error:
        raise invalid_definition(path, "index", str(error)) from None
    phases = {
        name: _phase(values, path, f"phases.{name}")
        for name, values in taken.pop("phases", {}).items()
    }
    _check_bridge_cases(taken, path, "bridge_cases")
    settings = Settings.load(taken.pop("settings", {}), file=path.name)
    form = taken.get("form", "")
    if form.endswith(".toml"):
        taken["form"] = str(path.parent / form)
    if "recommendations" in taken:
        taken["recommendations"] = str(path.parent / taken["recommendations"])
    if "consulted" in taken:
        taken["consulted"] = _consulted(taken["consulted"], path)
    taken |= _changes(taken, path)
    if "limits" in taken:
        taken["limits"] = tuple(_beside(path, name) for name in taken["limits"])
    if taken.get("notat", NOTATS[0]) not in NOTATS:
        known = ", ".join(NOTATS)
        raise invalid_definition(path, "notat", f"known: {known}")
    if "margin" in taken:
        _check_margin(taken["margin"], path)
    if "locked" in taken:
        locked = take(taken["locked"], _LOCKED, file=path.name, where="locked")
        _check_bridge_cases(locked, path, "locked.bridge_cases")
        taken["locked"] = Locked(**locked)
    texts = _texts(taken.pop("texts", {}), path)
    known = {"phases": phases, "settings": settings, "texts": texts}
    return Measurement(file=str(shown_name(path)), **known, **taken)


def _changes(taken: Toml, path: Path) -> Toml:
    """The cases to leave out and the answers to correct, as records."""
    return {
        field: tuple(
            record(**take(row, schema, file=path.name, where=f"{written}[{number}]"))
            for number, row in enumerate(taken.get(field, ()))
        )
        for field, (written, record, schema) in _CHANGES.items()
    }


def check_themes(measurement: Measurement, themes: Iterable[str]) -> None:
    """Refuse a text about a theme that the form does not have; FormError names it."""
    known = list(themes)
    for place in measurement.texts:
        theme = place.partition(":")[2]
        if theme and theme not in known:
            near = nearest(theme, known)
            hint = f'Nearest: "{near}"' if near else f"Known: {', '.join(known)}"
            finding = f"the form has no such theme. {hint}"
            key = f"texts.themes.{redact(theme)}"
            raise invalid_definition(measurement.file or "[texts]", key, finding)


def _texts(values: Toml, path: Path) -> dict[str, tuple[str, ...]]:
    """The author's words by place; a place without any is left out."""
    taken = take(values, _TEXTS, file=path.name, where="texts")
    themes = taken.pop("themes", {})
    for theme, own in themes.items():
        where = f"texts.themes.{theme}"
        if not isinstance(own, dict):
            raise invalid_definition(path.name, where, "is not a table")
        found = take(own, _THEME_TEXTS, file=path.name, where=where)
        taken |= {f"{name}:{theme}": texts for name, texts in found.items()}
    parted = {name: tuple(_paragraphs(texts)) for name, texts in taken.items()}
    return {name: texts for name, texts in parted.items() if texts}


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    """Each paragraph in one line: a blank line parts them, as it does in a letter."""
    for text in texts:
        for one in re.split(r"\n[ \t]*\n", text):
            if line := " ".join(one.split()):
                yield redact(line)


def _check_bridge_cases(values: Toml, path: Path, key: str) -> None:
    if not all(case.strip() for case in values.get("bridge_cases", ())):
        finding = "holds an empty id. Write each case's number, or leave the key out"
        raise invalid_definition(path, key, finding)


def _check_margin(given: Raw, path: Path) -> None:
    """FormError unless it is a share, or one by measure."""
    shares = given.values() if isinstance(given, dict) else [given]
    for share in shares:
        if isinstance(share, bool) or not isinstance(share, int | float):
            raise invalid_definition(path, "margin", "is not a number, as 0.10")
        if not 0 < share < 1:
            raise invalid_definition(path, "margin", "does not lie in (0, 1)")


def check_index(index: Sequence[str], primary: Sequence[str]) -> None:
    """UsageError for an index beside primary measures, or of other than 2 to 6."""
    if index and primary:
        raise wrong_use("an index and primary measures cannot both decide", "Keep one")
    different = set(index)
    if index and not FEWEST <= len(different) == len(index) <= MOST:
        # FEWEST to MOST; spelt out, for its words in other languages are found by it.
        finding = "an index is not 2 to 6 different measures"
        raise wrong_use(finding, "Name other measures")


def _consulted(rows: Sequence[Toml], path: Path) -> tuple[Consulted, ...]:
    found: dict[str, Consulted] = {}
    for number, row in enumerate(rows):
        where = f"kilder[{number}]"
        taken = take(row, _CONSULTED, file=path.name, where=where)
        if taken["kind"] not in KINDS_OF_SOURCE:
            known = ", ".join(KINDS_OF_SOURCE)
            raise invalid_definition(path, f"{where}.kind", f"known: {known}")
        if taken.get("number", 1) < 1:
            raise invalid_definition(path, f"{where}.number", "is below 1")
        for key in ("name", "used_for"):
            taken[key] = redact(taken.get(key, "").strip())
        key = loose_key(taken["name"])
        if key in found:
            finding = "another source has the same"
            raise invalid_definition(path, f"{where}.name", finding)
        found[key] = Consulted(**taken)
    return tuple(found.values())


def _beside(path: Path, name: str) -> str:
    """A deadline file beside the measurement; else the name of a shipped one."""
    own = path.parent / name
    return str(own) if own.is_file() else name


def _phase(values: Raw, path: Path, where: str) -> PhasePlan:
    if not isinstance(values, dict):
        raise invalid_definition(path, where, "is not a table")
    taken = take(values, _PHASE, file=path.name, where=where)
    if taken.get("selection", "unknown") not in SELECTIONS:
        known = ", ".join(SELECTIONS)
        raise invalid_definition(path, f"{where}.selection", f"known: {known}")
    if taken.get("drawn_on", DRAWN_ON[0]) not in DRAWN_ON:
        known = ", ".join(DRAWN_ON)
        raise invalid_definition(path, f"{where}.drawn_on", f"known: {known}")
    if taken.get("population", 1) < 1:
        raise invalid_definition(path, f"{where}.population", "is below 1")
    taken["files"] = tuple(str(path.parent / name) for name in taken.get("files", ()))
    if "period" in taken:
        taken["period"] = _period(taken["period"], path, where)
    return PhasePlan(**taken)


def _period(value: Raw, path: Path, where: str) -> tuple[date, ...]:
    if not isinstance(value, list) or len(value) != 2:
        raise invalid_definition(path, f"{where}.period", "is not two dates")
    schema = {"period": Key("date")}
    first, last = (
        take({"period": day}, schema, file=path.name, where=where)["period"]
        for day in value
    )
    if last < first:
        raise invalid_definition(path, f"{where}.period", "ends before it begins")
    return first, last
