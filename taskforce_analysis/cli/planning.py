"""The commands for the time before a measurement: draw the cases, and how many.

`plan` says what a number of cases can show before anyone reviews them.
"""

from math import isnan
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import typer

from taskforce_analysis.atomic import whole_file
from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.cli.preparing import share
from taskforce_analysis.errors import wrong_use
from taskforce_analysis.languages import Language
from taskforce_analysis.measurements import check_index
from taskforce_analysis.settings import Settings

if TYPE_CHECKING:
    from taskforce_analysis.forms import Form
    from taskforce_analysis.methods.planning import Strategy
    from taskforce_analysis.planning.locking import Plan

MEASURES = 4  # as many are shown, where the plan names none


def sample(
    context: typer.Context,
    file: use.File,
    *,
    cases: use.Drawn = 20,
    seed: use.Seed,
    by: use.ByColumns = None,
    allocation: use.Allocation = "proportional",
    replacements: use.Replacements = 5,
    without: use.Without = None,
    out: use.OutFile = Path("udtraek.xlsx"),
) -> int:
    """Draw cases at random from a case list, with a protocol."""
    from taskforce_analysis.planning.caselists import case_list
    from taskforce_analysis.planning.sampling import draw_cases, draw_workbook
    from taskforce_analysis.reading import read_cells

    columns = _parts(by)
    former = [case_list(read_cells(path)) for path in without or ()]
    found = draw_cases(
        case_list(read_cells(Path(file)), columns),
        cases=cases,
        seed=seed,
        allocation=allocation,
        replacements=replacements,
        without=[case.id for earlier in former for case in earlier.cases],
    )
    with whole_file(out) as temporary:
        temporary.write_bytes(draw_workbook(found, language=context.obj))
    terminal.say_written([out], context.obj)
    return 0


class Found(TypedDict):
    """What so many cases can show, by the names that the JSON has."""

    rate_before: float
    rate_after: float
    cases: int
    confidence: float
    power: float
    cases_needed: int | None
    smallest_rise: float


class Several(TypedDict):
    """The same of several measures, adjusted for each other or as an index."""

    measures: int
    adjusted_power: float
    adjusted_cases_needed: int | None
    strategies: "list[Strategy]"
    finds_most: str


class Further(TypedDict, total=False):
    """What else was asked: of an index, of stocks, of a margin."""

    index_measures: int
    index_cases_needed: list[int | None]
    population: int
    stock_power: float
    margin: float
    margin_power: float


def plan(
    context: typer.Context,
    *,
    before: use.Before,
    after: use.After,
    cases: use.Cases = 20,
    confidence: use.Level = "0.95",
    lock: use.Lock = None,
    form: use.Form = None,
    primary: use.Primary = None,
    index: use.Index = None,
    population: use.Population = None,
    margin: use.Margin = None,
    adjustment: use.Adjustment = None,
    selection: use.Selection = "random",
    bridge: use.Bridge = None,
    as_json: use.Json = False,
) -> int:
    """Say what so many cases in each phase can show, and how many it takes.

    With `lock` the plan is written as a dated measurement file as well.
    """
    settings = Settings(confidence=share(confidence), adjustment=adjustment or "auto")
    chosen, members = _parts(primary), _parts(index)
    check_index(members, chosen)
    allowed = None if margin is None else share(margin)
    level, rates = settings.confidence, (share(before), share(after))
    measures = len(members or chosen) or MEASURES
    found = _found(*rates, cases=cases, confidence=level)
    several = _several(*rates, cases=cases, confidence=level, measures=measures)
    more = Further()
    if members:
        more |= _index(*rates, confidence=level, measures=len(members))
    if population:
        more |= _stock(*rates, cases=cases, confidence=level, population=population)
    if allowed:
        more |= _margin(rates[0], cases=cases, confidence=level, margin=allowed)
    if as_json:
        rise = found["smallest_rise"]
        known = {**found, "smallest_rise": None if isnan(rise) else rise}
        told = several or {}
        if several:
            named = [one._asdict() for one in several["strategies"]]
            told = {**several, "strategies": named}
        terminal.say_json({**known, **told, **more})
    else:
        _say_plan(found, context.obj)
        if several:
            _say_several(several, context.obj)
        _say_more(found, more, context.obj)
    if lock:
        from taskforce_analysis.planning.locking import Plan

        decided = Plan(
            form=_form_to_lock(lock, form),
            form_name=_name_from(lock, str(form)),
            primary=chosen,
            index=members,
            margin=allowed,
            selection=selection,
            cases=cases,
            bridge_cases=_parts(bridge),
            settings=settings,
        )
        _lock(lock, decided, context.obj)
        if not as_json:
            terminal.say_written([lock], context.obj)
    return 0


def _found(before: float, after: float, *, cases: int, confidence: float) -> Found:
    from taskforce_analysis.methods import planning

    return {
        "rate_before": before,
        "rate_after": after,
        "cases": cases,
        "confidence": confidence,
        "power": planning.power(before, after, cases, confidence=confidence),
        "cases_needed": planning.cases_needed(before, after, confidence=confidence),
        "smallest_rise": planning.smallest_change(before, cases, confidence=confidence),
    }


def _say_plan(found: Found, words: Language) -> None:
    values = {
        "before": words.percent(found["rate_before"]),
        "after": words.percent(found["rate_after"]),
        "cases": found["cases"],
        "power": words.percent(found["power"]),
        "level": words.percent(found["confidence"]),
        "needed": found["cases_needed"],
        "rise": words.points(found["smallest_rise"]),
    }
    terminal.say(words.word("plan.power", **values))
    key = "plan.needed" if found["cases_needed"] else "plan.never"
    terminal.say(words.word(key, **values))
    rise = found["smallest_rise"]
    terminal.say(words.word("plan.no_rise" if isnan(rise) else "plan.rise", **values))


def _several(
    before: float, after: float, *, cases: int, measures: int, confidence: float
) -> "Several | None":
    """What is found of several measures, adjusted for each other or as an index.

    A fall is found as often as the rise of what is not kept. None for one measure.
    """
    if measures < 2:
        return None
    from taskforce_analysis.methods import planning

    first, second = (before, after) if after >= before else (1 - before, 1 - after)
    level = planning.adjusted_confidence(confidence, measures)
    strategies = planning.strategies(
        first, second, cases, measures=measures, confidence=confidence
    )
    return {
        "measures": measures,
        "adjusted_power": planning.power(first, second, cases, confidence=level),
        "adjusted_cases_needed": planning.cases_needed(first, second, confidence=level),
        "strategies": strategies,
        "finds_most": planning.finds_most(strategies, measures).name,
    }


def _say_several(found: Several, words: Language) -> None:
    values = {"measures": found["measures"], "needed": found["adjusted_cases_needed"]}
    power = words.percent(found["adjusted_power"])
    needed = "adjusted" if found["adjusted_cases_needed"] else "adjusted_never"
    terminal.say(words.word(f"plan.{needed}", power=power, **values))
    for one in found["strategies"]:
        low, high = words.percent(one.low), words.percent(one.high)
        shown = low if low == high else words.word("plan.range", low=low, high=high)
        told = {"moved": one.moved, "power": shown, "measures": found["measures"]}
        terminal.say(words.word(f"plan.strategy.{one.name}", **told))
    terminal.say(words.word(f"plan.most.{found['finds_most']}", **values))


def _index(before: float, after: float, *, confidence: float, measures: int) -> Further:
    """How many cases an index takes where all of it moves, at least and at most.

    They hang together in a case more or less, as in the strategies.
    """
    from taskforce_analysis.methods import planning

    first, second = (before, after) if after >= before else (1 - before, 1 - after)
    needed = [
        planning.index_cases_needed(
            [first] * measures,
            [second] * measures,
            correlation=correlation,
            confidence=confidence,
        )
        for correlation in planning.HANG_TOGETHER
    ]
    return {"index_measures": measures, "index_cases_needed": needed}


def _stock(
    before: float, after: float, *, cases: int, confidence: float, population: int
) -> Further:
    """How often the difference of two stocks of so many cases is found."""
    from taskforce_analysis.methods import planning

    found = planning.stock_power(
        before, after, cases, population, confidence=confidence
    )
    return {"population": population, "stock_power": found}


def _margin(before: float, *, cases: int, confidence: float, margin: float) -> Further:
    """How often it is shown that a rate that stays the same has not fallen so much."""
    from taskforce_analysis.methods import planning

    found = planning.margin_power(
        before, before, cases, margin=margin, confidence=confidence
    )
    return {"margin": margin, "margin_power": found}


def _say_more(found: Found, more: Further, words: Language) -> None:
    """What was found of an index, of stocks and of a margin, where they were asked."""
    values = {"before": words.percent(found["rate_before"]), "cases": found["cases"]}
    if needed := more.get("index_cases_needed"):
        low, high = (words.number(one) if one else "" for one in needed)
        shown = low if low == high else words.word("plan.range", low=low, high=high)
        key = "index_needed" if low and high else "index_from" if low else "index_never"
        values |= {
            "measures": more.get("index_measures"),
            "needed": shown,
            "least": low,
        }
        terminal.say(words.word(f"plan.{key}", **values))
    if "stock_power" in more and "population" in more:
        power = words.percent(more["stock_power"])
        values |= {"power": power, "population": words.number(more["population"])}
        terminal.say(words.word("plan.stock", **values))
    if "margin_power" in more and "margin" in more:
        power = words.percent(more["margin_power"])
        points = 100 * more["margin"]
        margin = words.number(points, 0 if points == round(points) else 1)
        values |= {"power": power, "margin": margin}
        terminal.say(words.word("plan.margin", **values))


def _form_to_lock(path: Path, name: str | None) -> "Form":
    from taskforce_analysis.forms import load_form

    if not name:
        raise wrong_use("a plan is locked for a form", "Name it with --form")
    if path.exists():
        raise wrong_use("the plan is there already", "Choose another name")
    return load_form(name)


def _name_from(path: Path, form: str) -> str:
    # A measurement's file names are taken from beside it.
    own = relpath(form, path.parent) if form.endswith(".toml") else form
    return Path(own).as_posix()


def _lock(path: Path, plan: "Plan", words: Language) -> None:
    from taskforce_analysis.planning.locking import locked_plan

    text = locked_plan(plan, language=words)
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
