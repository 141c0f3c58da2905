"""What is told about a measure beside its verdict, where there is something to tell.

Its twin out of all cases, the checks that do not decide (case mix, the stock of cases,
the whole scale), whether delvist may be read either way, how many caseworkers stand
behind the cases, and whether a target is reached.
"""

from math import isnan
from typing import Any

from taskforce_analysis.reporting.rows import is_withheld
from taskforce_analysis.reporting.sentences import Sentences


def asides(sentences: Sentences, row: Any) -> list[str]:
    """The further sentences about a crude row, in the order of their weight."""
    if is_withheld(row) or row.verdict == "not_comparable":
        return []
    others = sentences.beside.get((row.group, row.measure), [])
    said = [aside(sentences, other) for other in others]
    said += [*_partly(sentences, row), *_clusters(sentences, row)]
    return [text for text in (*said, *target(sentences, row)) if text]


def aside(sentences: Sentences, row: Any) -> str:
    """A sentence for a row that is not the crude one; nothing for a law's part."""
    if row.basis == "unconditional":
        return sentences.twin(row)
    if not sentences.has_difference(row):
        return ""
    if row.basis == "ordered":
        return _ordered(sentences, row)
    values = {
        "points": sentences.language.points(row.difference),
        "low": sentences.limit(row.difference_low),
        "high": sentences.limit(row.difference_high),
        "level": sentences.level(row),
        "before": sentences.language.percent(row.rate_before),
        "after": sentences.language.percent(row.rate_after),
        "before_phase": sentences.phase(row.before),
        "after_phase": sentences.phase(row.after),
    }
    known = row.basis in ("stratified", "standardised", "stock")
    return sentences.language.word(f"sentences.{row.basis}", **values) if known else ""


def _ordered(sentences: Sentences, row: Any) -> str:
    direction = "higher" if row.difference > 0 else "lower"
    direction = direction if row.difference else "same"
    number = sentences.language.number
    return sentences.language.word(
        "sentences.ordered",
        direction=sentences.word(f"direction.{direction}"),
        after_phase=sentences.phase(row.after),
        delta=number(row.difference, 2),
        low=number(row.difference_low, 2),
        high=number(row.difference_high, 2),
        level=sentences.level(row),
    )


def _partly(sentences: Sentences, row: Any) -> list[str]:
    stands = str(row.stands_under_partly)
    if stands not in ("True", "False"):
        return []
    if stands == "True":
        return [sentences.language.word("sentences.partly_same")]
    counts_as = sentences.results.settings.partly
    other = "noncompliant" if counts_as == "compliant" else "compliant"
    value = sentences.word(f"choice.{other}")
    return [sentences.language.word("sentences.partly_differs", other=value)]


def _clusters(sentences: Sentences, row: Any) -> list[str]:
    if row.verdict not in ("improved", "worsened") or isnan(row.tipping):
        return []
    word, number = sentences.language.word, sentences.language.number
    return [
        sentences.language.counted("sentences.clusters", number(int(row.clusters))),
        word("sentences.tipping", factor=number(row.tipping, 1)),
    ]


def target(sentences: Sentences, row: Any) -> list[str]:
    """Whether the later phase reaches the measure's target, by Clopper-Pearson."""
    wanted = sentences.results.form.measure(str(row.measure)).target
    verdict = sentences.against_target.get((row.group, row.measure, row.after), "")
    if wanted is None or not verdict or not sentences.has_percent(row.applicable_after):
        return []
    from taskforce_analysis.methods.rates import clopper_pearson

    percent = sentences.language.percent
    interval = clopper_pearson(
        row.compliant_after, row.applicable_after, confidence=row.confidence
    )
    values = {"low": float(interval.low), "high": float(interval.high)}
    return [
        sentences.language.word(
            f"sentences.target_{verdict}",
            target=percent(wanted),
            level=sentences.level(row),
            **{name: percent(share) for name, share in values.items()},
        )
    ]
