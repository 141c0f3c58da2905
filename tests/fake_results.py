"""Results built by hand, for tests of what is drawn and written.

The first twelve measures are typed out and hold every case that a figure or a table
must survive; further ones are generated from a seed. The intervals of the rates are
Wilson's; those of the differences are Newcombe's, which stand in for the exact ones
and agree with the verdicts that stand beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from taskforce_analysis import tables
from taskforce_analysis.forms import Form, Grade, LegalBasis, Measure, Phase, Theme
from taskforce_analysis.measurements import Measurement, PhasePlan
from taskforce_analysis.results import Results, Source
from taskforce_analysis.settings import Settings

THEMES = (
    Theme(
        id="assessment",
        label="Udredning, vurdering og afgørelse",
        label_en="Assessment and decision",
    ),
    Theme(id="follow_up", label="Opfølgning", label_en="Follow-up"),
    Theme(id="involvement", label="Inddragelse", label_en="Involvement"),
    Theme(id="deadlines", label="Tidsfrister", label_en="Deadlines"),
)
LABELS = (
    ("Der er foretaget en helhedsvurdering", "A holistic assessment was made"),
    ("Sagen er tilstrækkeligt oplyst", "The case is sufficiently informed"),
    ("Der er foretaget partshøring", "The parties were heard"),
    ("Afgørelsen er begrundet", "The decision is reasoned"),
    ("Klagevejledningen er korrekt", "The appeal guidance is correct"),
    (
        "Der er fulgt op senest tre måneder efter, at indsatsen blev iværksat",
        "Followed up within three months of the start of the measure",
    ),
    (
        "Der er fulgt op mindst hver sjette måned",
        "Followed up at least every sixth month",
    ),
    (
        "Barnets plan er revideret efter opfølgningen",
        "The child's plan was revised after follow-up",
    ),
    ("Barnet eller den unge er inddraget", "The child or young person was involved"),
    (
        "Forældremyndighedens indehaver er inddraget",
        "The holder of custody was involved",
    ),
    (
        "Afgørelsen er truffet inden for kommunens frist",
        "The decision was made in time",
    ),
    (
        "Ved overskridelse er der givet skriftlig besked om, hvornår afgørelsen ventes",
        "When late, written notice was given of when to expect the decision",
    ),
)
LONG = (
    (
        "Der er foretaget en børnefaglig undersøgelse, som afdækker udvikling og "
        "adfærd, familieforhold, skoleforhold, sundhedsforhold, fritidsforhold og "
        "venskaber samt andre relevante forhold"
    ),
    (
        "A child assessment was made that covers development and behaviour, family, "
        "school, health, leisure and friends and other relevant circumstances"
    ),
)


@dataclass(frozen=True)
class Counted:
    """One measure in one phase: compliant, applicable, and what is not known."""

    compliant: int
    applicable: int
    missing: int = 0
    not_assessable: int = 0


class Row(NamedTuple):
    """One measure before and after; None where a phase does not have it."""

    before: Counted | None
    after: Counted | None
    verdict: str
    robust: bool = True
    reservation: str = ""


TYPED = (
    Row(Counted(8, 20), Counted(14, 20), "uncertain"),
    Row(Counted(3, 20), Counted(16, 20), "improved"),
    Row(Counted(19, 20), Counted(9, 20), "worsened"),
    Row(Counted(20, 20), Counted(20, 20), "uncertain"),
    Row(Counted(0, 20), Counted(0, 20), "uncertain"),
    Row(Counted(4, 8), Counted(9, 12), "too_few"),
    Row(Counted(0, 0), Counted(5, 20), "too_few"),
    Row(None, Counted(11, 20), "not_comparable"),
    Row(Counted(1, 3), Counted(2, 2), "too_few"),
    Row(Counted(9, 15, missing=3), Counted(15, 19), "uncertain", robust=False),
    Row(Counted(0, 0), Counted(0, 0), "too_few"),
    Row(
        Counted(5, 20),
        Counted(14, 17, not_assessable=2),
        "improved",
        robust=False,
        reservation="applicable_shift",
    ),
)


def fake_results(
    measures: int = 12,
    *,
    labels: str = "normal",
    groups: Sequence[str] = ("all",),
    phases: Sequence[str] = ("analysis", "status"),
    cases: int = 20,
    primary: int = 2,
    scaled: int = 0,
    settings: Settings | None = None,
) -> Results:
    """Results with so many measures in four themes.

    `labels` is short, normal or long (about 190 characters). `groups` other than all
    give each its own counts. More than two `phases` give a series, and the first and
    the last are compared. `scaled` adds measures with an ordered scale of four.
    """
    settings = settings or Settings()
    form = fake_form(measures, labels=labels, phases=phases, scaled=scaled)
    counted = {group: _counted(form, group, phases, cases) for group in groups}
    rows = [
        _tally_row(key, one, cases, settings)
        for group in groups
        for key, one in counted[group].items()
        if one is not None
    ]
    chosen = form.measure_ids[:primary]
    compared = [
        _comparison_row((group, measure), counted[group], phases, chosen, settings)
        for group in groups
        for measure in form.measure_ids
    ]
    return Results(
        form=form,
        form_was_matched=False,
        measurement=Measurement(
            form=form.id,
            title="Sagsbehandlingen på børnehandicapområdet",
            municipality="Eksempelkøbing Kommune",
            primary=chosen,
            phases={phase: PhasePlan(selection="criteria") for phase in phases},
        ),
        settings=settings,
        sources=tuple(
            Source(file=f"{phase}.xlsx", sha256="0" * 64, size=9000, units=cases)
            for phase in phases
        ),
        phases=tuple(phases),
        before=phases[0],
        after=phases[-1],
        answers=tables.build([], tables.answers),
        issues=tables.build([], tables.issues),
        issue_cells=tables.build([], tables.issues),
        tally=tables.build(rows, tables.tally),
        comparison=tables.build(compared, tables.comparison),
        distribution=tables.build(_distribution(form, rows), tables.distribution),
        durations=tables.build([], tables.durations),
    )


def fake_form(
    measures: int,
    *,
    labels: str = "normal",
    phases: Sequence[str] = ("analysis", "status"),
    scaled: int = 0,
) -> Form:
    """A form with so many measures, spread evenly over up to four themes."""
    named = {"analysis": ("Analyse", "Analysis"), "status": ("Status", "Status")}
    total = measures + scaled
    return Form(
        id="prøveskema",
        title="Måleskema for børnehandicapområdet",
        title_en="Form for children with disabilities",
        version="1",
        unit="sag",
        case=("Sagsnr.",),
        phases=tuple(
            Phase(id=p, label=named.get(p, (p, p))[0], label_en=named.get(p, (p, p))[1])
            for p in phases
        ),
        themes=THEMES,
        measures=tuple(
            _measure(i, total, labels, scaled=i >= measures) for i in range(total)
        ),
    )


def _measure(number: int, total: int, labels: str, *, scaled: bool) -> Measure:
    danish, english = LABELS[number % len(LABELS)]
    again = f" ({number // len(LABELS) + 1})" if number >= len(LABELS) else ""
    if labels == "short":
        danish, english = f"Punkt {number + 1}", f"Point {number + 1}"
    elif labels == "long":
        danish, english = LONG
        again = f" ({number + 1})"
    steps = ("I høj grad", "I nogen grad", "I mindre grad", "Slet ikke")
    english_steps = ("To a high degree", "To some degree", "To a lesser degree", "No")
    scale = [
        Grade(id=f"g{i}", label=one, label_en=other)
        for i, (one, other) in enumerate(zip(steps, english_steps, strict=True))
    ]
    return Measure(
        id=f"m{number + 1}",
        label=danish + again,
        label_en=english + again,
        columns=(danish + again,),
        theme=THEMES[number * len(THEMES) // total].id,
        kind="ordered" if scaled else "answer",
        scale=tuple(scale) if scaled else (),
        compliant=("g0", "g1") if scaled else ("yes",),
        legal_basis=(LegalBasis(text="RSL § 5"),),
        target=0.9 if number == 0 else None,
    )


def _counted(
    form: Form, group: str, phases: Sequence[str], cases: int
) -> dict[tuple[str, str, str], Counted | None]:
    counted: dict[tuple[str, str, str], Counted | None] = {}
    for number, measure in enumerate(form.measure_ids):
        typed = number < len(TYPED) and group == "all" and len(phases) == 2
        drawn = TYPED[number][:2] if typed else None
        for at, phase in enumerate(phases):
            one = drawn[at] if drawn else _drawn(f"{group}{measure}{phase}", at, cases)
            counted[group, measure, phase] = one
    return counted


def _drawn(seed: str, at: int, cases: int) -> Counted:
    random = Random(seed)
    applicable = random.randint(cases * 3 // 5, cases)
    rate = min(0.95, 0.35 + 0.3 * random.random() + 0.05 * at)
    return Counted(sum(random.random() < rate for _ in range(applicable)), applicable)


def _tally_row(key, one: Counted, cases: int, settings: Settings) -> dict:
    group, measure, phase = key
    low, high = wilson(one.compliant, one.applicable, settings.confidence)
    left = cases - one.applicable - one.missing - one.not_assessable
    known = max(one.applicable + one.missing + one.not_assessable, 1)
    rate = one.compliant / one.applicable if one.applicable else nan
    unknown = one.missing + one.not_assessable
    return {
        "form": "prøveskema",
        "group": group,
        "phase": phase,
        "measure": measure,
        "basis": "crude",
        "headline": True,
        "cases": cases,
        "units": cases,
        "compliant": one.compliant,
        "noncompliant": one.applicable - one.compliant,
        "not_applicable": left,
        "not_assessable": one.not_assessable,
        "not_due": 0,
        "missing": one.missing,
        "unrecognised": 0,
        "applicable": one.applicable,
        "rate": rate,
        "rate_low": low,
        "rate_high": high,
        "rate_lowest": min(one.compliant / known, rate) if one.applicable else nan,
        "rate_highest": (one.compliant + unknown) / known if one.applicable else nan,
        "confidence": settings.confidence,
        "interval": "wilson",
        "target": 0.9 if measure == "m1" else nan,
        "against_target": "cannot_tell" if measure == "m1" else "",
    }


def _comparison_row(key, counted, phases, chosen, settings) -> dict:
    group, measure = key
    before = counted[group, measure, phases[0]] or Counted(0, 0)
    after = counted[group, measure, phases[-1]] or Counted(0, 0)
    number = int(measure[1:]) - 1
    typed = number < len(TYPED) and group == "all" and len(phases) == 2
    low, high = newcombe(before, after, settings.confidence)
    both = before.applicable and after.applicable
    verdict = TYPED[number].verdict if typed else _verdict(before, after, low, high)
    settled = verdict in ("improved", "worsened")
    robust = TYPED[number].robust if typed else True
    return {
        "form": "prøveskema",
        "group": group,
        "measure": measure,
        "basis": "crude",
        "headline": True,
        "primary": measure in chosen,
        "role": _role(measure, chosen),
        "margin": nan,
        "no_worse": None,
        "before": phases[0],
        "after": phases[-1],
        "compliant_before": before.compliant,
        "applicable_before": before.applicable,
        "rate_before": _share(before),
        "compliant_after": after.compliant,
        "applicable_after": after.applicable,
        "rate_after": _share(after),
        "difference": _share(after) - _share(before) if both else nan,
        "difference_low": low,
        "difference_high": high,
        "confidence": settings.confidence,
        "method": "chan_zhang",
        "p_value": (0.004 if settled else 0.21) if both else nan,
        "p_adjusted": (0.008 if settled else 0.42) if both else nan,
        "adjustment": "bonferroni" if measure in chosen else "none",
        "verdict": verdict,
        "decided_by": _decided_by(verdict),
        "robust": robust if settled or verdict == "uncertain" else None,
        "reservation": TYPED[number].reservation if typed else "",
    }


def _decided_by(verdict: str) -> str:
    without = {"not_comparable": "only_one_phase", "too_few": "minimum_verdict"}
    return without.get(verdict, "interval")


def _share(one: Counted) -> float:
    return one.compliant / one.applicable if one.applicable else nan


def _verdict(before: Counted, after: Counted, low: float, high: float) -> str:
    if min(before.applicable, after.applicable) < 10:
        return "too_few"
    return "improved" if low > 0 else "worsened" if high < 0 else "uncertain"


def wilson(compliant: int, applicable: int, confidence: float) -> tuple[float, float]:
    """Wilson's interval; not a number for 0 of 0."""
    if not applicable:
        return nan, nan
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    rate = compliant / applicable
    middle = (rate + z * z / (2 * applicable)) / (1 + z * z / applicable)
    half = z * sqrt(rate * (1 - rate) / applicable + (z / (2 * applicable)) ** 2)
    half /= 1 + z * z / applicable
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(before: Counted, after: Counted, level: float) -> tuple[float, float]:
    """Newcombe's interval for the difference after less before."""
    if not before.applicable or not after.applicable:
        return nan, nan
    p1, p2 = _share(before), _share(after)
    l1, u1 = wilson(before.compliant, before.applicable, level)
    l2, u2 = wilson(after.compliant, after.applicable, level)
    below = sqrt((p2 - l2) ** 2 + (u1 - p1) ** 2)
    above = sqrt((u2 - p2) ** 2 + (p1 - l1) ** 2)
    return p2 - p1 - below, p2 - p1 + above


def _distribution(form: Form, rows: list[dict]) -> list[dict]:
    found = []
    for row in rows:
        measure = form.measure(row["measure"])
        counts = {
            "yes": row["compliant"],
            "no": row["noncompliant"],
            "not_applicable": row["not_applicable"],
            "not_assessable": row["not_assessable"],
            "missing": row["missing"],
        }
        if measure.scale:
            met, unmet = counts.pop("yes"), counts.pop("no")
            counts |= {"g0": met // 2, "g1": met - met // 2}
            counts |= {"g2": unmet // 2, "g3": unmet - unmet // 2}
        key = {name: row[name] for name in ("form", "group", "phase", "measure")}
        found += [{**key, "answer": a, "count": c} for a, c in counts.items() if c]
    return found


def _role(measure, chosen) -> str:
    if not chosen:
        return "unplanned"
    return "primary" if measure in chosen else "exploratory"
