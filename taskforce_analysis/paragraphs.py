"""References to a paragraph, read into their parts so that spellings do not matter.

`§ 52, stk. 3, nr. 7`, `§52 stk.3 nr.7` and `52 stk 3 nr 7` are one provision; copies
from PDF lose the sign. A rule for a whole paragraph covers its parts, never the other
way round: what is not said is not guessed. A cell may name several: `§§ 41 og 42` and
`§ 41, § 52, stk. 3, nr. 2` are two each, and a benefit named beside them is kept. The
laws' names and spellings, what a paragraph of the old law became in barnets lov, and
the benefits that took each other's place stand in definitions/laws.toml.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from taskforce_analysis.schemas import Toml, read_definition
from taskforce_analysis.shipped import definitions_folder

_REFERENCE = re.compile(
    r"(?P<sign>§{1,2}|paragraf(?:ferne|fer|fen)?)?\s*"
    r"(?:(?P<number>\d{1,3})(?:\.0)?\s?(?P<letter>[a-zæøå](?![a-zæøå]))?"
    r"(?:\s*[-–]\s*(?P<to>\d{1,3}))?)?"
    r"(?:\s*stk\.?\s*(?P<stykke>\d{1,2}))?"
    r"(?:\s*nr\.?\s*(?P<first>\d{1,2})(?:\s*[-–]\s*(?P<last>\d{1,2}))?)?\Z"
)
_FILLERS = re.compile(r"\b(?:i|efter|jf)\b\.?|[()]")
_AND = re.compile(r"[,;/+&]|\b(?:og|samt|eller)\b|(?<=[\w.])\s*(?=§)")
_DOTTED = re.compile(r"(?<=\d)(\s?[a-zæøå])?\.([1-9]\d?)(?:\.([1-9]\d?))?(?![\w.])")
_ASIDE = re.compile(r"\((?![^()]*lov)[^()\d§]*\)")
_HIGHEST_PART = 20  # no paragraph has so many stykker or numbers that a case may cite


@dataclass(frozen=True)
class Provision:
    """One provision: section with its letter, stykke and numbers, and law if said.

    `benefit` is the benefit that was named beside it, where two are of one paragraph.
    """

    section: str
    stykke: int | None = None
    numbers: frozenset[int] = frozenset()
    law: str = ""
    benefit: str = ""

    def covers(self, other: "Provision") -> bool:
        """Whether a rule for this provision holds for the other.

        >>> parse_provision("§ 52, stk. 3").covers(parse_provision("§ 52 stk. 3 nr. 7"))
        True
        >>> parse_provision("§ 52, stk. 3").covers(parse_provision("§ 52"))
        False
        """
        return (
            self.section == other.section
            and self.law in ("", other.law or self.law)
            and self.stykke in (None, other.stykke)
            and (not self.numbers or bool(other.numbers))
            and (not self.numbers or other.numbers <= self.numbers)
        )

    def meets(self, other: "Provision") -> bool:
        """Whether one of the two covers the other."""
        return self.covers(other) or other.covers(self)

    @property
    def depth(self) -> int:
        """How closely it is described: 0 the paragraph, more with stykke and number."""
        return (self.stykke is not None) + bool(self.numbers)

    def __str__(self) -> str:
        section = re.sub(r"(?<=\d)(?=[^\d])", " ", f"§ {self.section}")
        stykke = f"stk. {self.stykke}" if self.stykke else ""
        ends = (
            dict.fromkeys((min(self.numbers), max(self.numbers)))
            if self.numbers
            else ()
        )
        numbers = f"nr. {'-'.join(map(str, ends))}" if ends else ""
        cited = ", ".join(part for part in (section, stykke, numbers) if part)
        return " ".join(part for part in (self.law, cited, self.benefit) if part)


@cache
def parse_provisions(text: str) -> tuple[Provision, ...]:
    """The provisions that a text names, in its order; none where one cannot be read.

    A law holds for all; where several are named, each for what stands before it, or
    behind it where the text begins with a law.

    >>> [str(one) for one in parse_provisions("§ 41, § 52 stk. 3 nr. 2 og 7")]
    ['§ 41', '§ 52, stk. 3, nr. 2', '§ 52, stk. 3, nr. 7']
    >>> [str(one) for one in parse_provisions("SEL § 41 og BL §§ 114-115")]
    ['SEL § 41', 'BL § 114', 'BL § 115']
    >>> parse_provisions("§ 41 eller noget andet")
    ()
    """
    plain, benefit = _without_benefit(" ".join(text.casefold().split()))
    plain = _without_names(plain)
    cited = [_without_law(piece) for piece in _AND.split(plain)]
    pieces = [_FILLERS.sub(" ", piece).strip(" .-–:") for piece, _ in cited]
    found: list[tuple[Provision, int]] = []
    for number, piece in enumerate(pieces):
        if not piece:
            continue
        last = found[-1][0] if found else None
        # "§ 41, stk. 2, og 11, stk. 3" are two paragraphs.
        after = "".join(pieces[number + 1 : number + 2])
        read = list(_read(piece, last, whole=after.startswith("stk")))
        if not read:
            return ()
        if last and _completes(read[0], last):
            found.pop()
        found += [(one, number) for one in read]
    laws = _laws([law for _, law in cited], leads=_begins_with_law(plain))
    named = (replace(one, law=laws[at], benefit=benefit) for one, at in found)
    return tuple(dict.fromkeys(named))


def parse_provision(text: str) -> Provision | None:
    """The provision that a text names, or None when it does not name just one.

    >>> str(parse_provision("Serviceloven § 32 a, stk. 6"))
    'SEL § 32 a, stk. 6'
    >>> parse_provision("§§ 41 og 42") is None
    True
    """
    found = parse_provisions(text)
    return found[0] if len(found) == 1 else None


def with_benefit(paragraph: str, named: str) -> str:
    """A paragraph's text with the benefit that another text names, if it names one.

    Only benefits that took each other's place tell rules apart; no other word of a
    benefit may make the paragraph beside it unreadable.

    >>> with_benefit("§ 86", "Kompensationsydelse, standardbeløb")
    '§ 86 kompensationsydelse'
    >>> with_benefit("§ 87", "Tabt arbejdsfortjeneste")
    '§ 87'
    """
    _, benefit = _without_benefit(named.casefold())
    return f"{paragraph} {benefit}".strip()


def _read(piece: str, last: Provision | None, *, whole: bool) -> Iterator[Provision]:
    """What one part of a list says; a part of a paragraph belongs to the last one.

    A bare number goes on as the last one ended (nr. 2 og 7, stk. 1 og 2), where it is
    not `whole` and no paragraph has so many parts.
    """
    matched = _REFERENCE.match(piece)
    if not matched:
        return
    sign, number, letter, to, stykke, first, end = matched.groups()
    own = whole or sign or not last or stykke or first or not last.depth
    if number and (own or int(number) >= _HIGHEST_PART):
        alone = Provision(number + (letter or ""))
        numbers = range(int(number), int(to or number) + 1)
        sections = [alone] if letter or not to else [Provision(str(n)) for n in numbers]
    elif number and last and not letter:
        if last.numbers:
            numbers = range(int(number), int(to or number) + 1)
            yield replace(last, numbers=frozenset(numbers))
        else:
            yield replace(last, stykke=int(number))
        return
    elif not number and not sign and last:
        sections = [last if first and not stykke else Provision(last.section)]
    else:
        return
    for section in sections:
        yield replace(
            section,
            stykke=int(stykke) if stykke else section.stykke,
            numbers=frozenset(
                range(int(first), int(end or first) + 1) if first else ()
            ),
        )


def _completes(one: Provision, last: Provision) -> bool:
    """Whether a part only says more of the last one: § 52, then stk. 3, then nr. 7."""
    return one.depth > last.depth and last.covers(one)


def _laws(named: list[str], *, leads: bool) -> list[str]:
    """The law of each part of a list, from those that name one."""
    if len(set(filter(None, named))) == 1:
        return [next(filter(None, named))] * len(named)
    order = named if leads else named[::-1]
    law, laws = "", []
    for one in order:
        law = one or law
        laws.append(law)
    return laws if leads else laws[::-1]


@cache
def law_table() -> Toml:
    """The content of definitions/laws.toml: laws, benefits and moved paragraphs."""
    return read_definition(definitions_folder("deadlines").parent / "laws.toml")


def _law_spellings() -> dict[str, str]:
    return {law["id"]: "|".join(law["spellings"]) for law in law_table()["laws"]}


def _without_law(plain: str) -> tuple[str, str]:
    for law, spellings in _law_spellings().items():
        found = re.search(rf"(?<!\w)(?:{spellings})(?![^\W\d])", plain)
        if found:
            return f"{plain[: found.start()]} {plain[found.end() :]}", law
    return plain, ""


def _begins_with_law(plain: str) -> bool:
    return bool(re.match(rf"(?:{'|'.join(_law_spellings().values())})(?!\w)", plain))


def _without_names(plain: str) -> str:
    """A text without the names of the help, and with § 52.3.7 as it is written out."""
    for name in law_table()["names"]["help"]:
        plain = re.sub(rf"(?<!\w){name}(?!\w)", " ", plain)
    plain = _ASIDE.sub(
        lambda found: found[0] if _without_law(found[0])[1] else " ", plain
    )
    if "§" not in plain:
        return plain
    return _DOTTED.sub(_written_out, plain)


def _written_out(dotted: re.Match[str]) -> str:
    letter, stykke, number = dotted.groups(default="")
    return f"{letter} stk. {stykke}" + (f" nr. {number}" if number else "")


def _without_benefit(plain: str) -> tuple[str, str]:
    for benefit in dict.fromkeys(one["benefit"] for one in law_table()["regimes"]):
        found = re.search(rf"(?<!\w){benefit}(?:n|r|rne)?(?!\w)", plain)
        if found:
            return f"{plain[: found.start()]} {plain[found.end() :]}", benefit
    return plain, ""


def counterparts(wanted: Provision) -> tuple[Provision, ...]:
    """What a provision was in serviceloven, or has become in barnets lov.

    >>> [one.section for one in counterparts(Provision("86", law="BL"))]
    ['41']
    >>> [one.section for one in counterparts(Provision("41"))]
    ['86']
    """
    found = dict.fromkeys(successors(wanted))
    for old, new in _moved():
        if any(one.covers(wanted) for one in new):
            found[old] = None
    return tuple(found)


def successors(wanted: Provision) -> tuple[Provision, ...]:
    """What a provision of serviceloven is in barnets lov; none where none is known.

    For a warning's text too: the two laws do not always measure the same rule.

    >>> [str(one) for one in successors(parse_provision("§ 50, stk. 7"))]
    ['BL § 20', 'BL § 18', 'BL § 19', 'BL § 21', 'BL § 22']
    >>> successors(parse_provision("BL § 41"))
    ()
    """
    return next((new for old, new in _moved() if old.covers(wanted)), ())


@cache
def _moved() -> tuple[tuple[Provision, tuple[Provision, ...]], ...]:
    return tuple(
        (
            *parse_provisions(f"SEL {row['sel']}"),
            tuple(one for text in row["bl"] for one in parse_provisions(f"BL {text}")),
        )
        for row in law_table()["moved"]
    )  # type: ignore[return-value]


@cache
def is_settled(wanted: Provision) -> bool:
    """Whether it is known which rules hold for a case of a provision.

    A general rule is for such cases only: that it is for one of another paragraph too
    is what no source says.

    >>> [is_settled(Provision(section)) for section in ("41", "86", "112", "58")]
    [True, True, True, False]
    """
    return any(one.meets(wanted) for one in _settled())


@cache
def _settled() -> tuple[Provision, ...]:
    cited = law_table()["settled"]["paragraphs"]
    others = [one for text in cited for one in parse_provisions(text)]
    moved = [one for old, new in _moved() for one in (old, *new)]
    return (*moved, *others)


@dataclass(frozen=True)
class Unconfirmed:
    """What no source says about the law, and which cases lean on it.

    `label` names it, `affects` says what it decides. A measure with one of the `bases`
    leans on it, in a case of the `paragraphs` decided from `since` to `until`; what is
    empty rules nothing out.
    """

    label: str
    label_en: str
    affects: str
    bases: tuple[str, ...]
    paragraphs: tuple[Provision, ...]
    since: date
    until: date

    def is_for(self, day: date | None, cited: Iterable[Provision]) -> bool:
        """Whether a case of this day and these paragraphs leans on it."""
        named = [each for one in cited for each in (one, *successors(one))]
        own = any(one.meets(each) for one in self.paragraphs for each in named)
        in_time = day is not None and self.since <= day <= self.until
        return in_time and (own or not self.paragraphs)


@cache
def unconfirmed_facts() -> tuple[Unconfirmed, ...]:
    """What no source confirms beyond the provisions and limits that say so themselves.

    >>> unconfirmed_facts()[0].label
    'serviceloven § 50 i en sag alene efter §§ 41 og 42'
    """
    return tuple(
        Unconfirmed(
            label=one["label"],
            label_en=one["label_en"],
            affects=one["affects"],
            bases=tuple(one.get("bases", ())),
            paragraphs=tuple(
                each
                for text in one.get("paragraphs", ())
                for each in parse_provisions(text)
            ),
            since=one.get("from", date.min),
            until=one.get("to", date.max),
        )
        for one in law_table()["unconfirmed"]
    )


def law_title(law: str) -> str:
    """A law's name in full by its abbreviation; what is none stays as it is.

    >>> law_title("RSL"), law_title("Offentlighedsloven")
    ('retssikkerhedsloven', 'Offentlighedsloven')
    """
    return next((one["title"] for one in law_table()["laws"] if one["id"] == law), law)


def law_began(law: str) -> date:
    """The first day of a law; of one that is older than any case, no day is known.

    Barnets lov took serviceloven's place for children.

    >>> law_began("BL")
    datetime.date(2024, 1, 1)
    """
    begun = {one["id"]: one["from"] for one in law_table()["laws"] if "from" in one}
    return begun.get(law, date.min)


def is_changed(day: date, cited: Iterable[Provision]) -> bool:
    """Whether a rule that changed on a day did so for a case of these paragraphs.

    Where a benefit took another's place that day, only its own paragraphs changed; what
    cites nothing is taken for one of them.

    >>> change = date(2025, 9, 1)
    >>> [is_changed(change, parse_provisions(text)) for text in ("§ 41", "§ 87", "")]
    [True, False, True]
    """
    begun = [one for one in law_table()["regimes"] if one.get("from") == day]
    own = [
        each
        for one in begun
        for text in one["paragraphs"]
        for each in parse_provisions(text)
    ]
    named = [each for one in cited for each in (one, *successors(one))]
    return not own or not named or any(one.meets(each) for one in own for each in named)


def days_of_benefit(benefit: str) -> tuple[date, date]:
    """The first and last day on which decisions are of a benefit that they do not name.

    The benefit that a decision does name goes first: a running merudgiftsydelse is one
    also after kompensationsydelse took its place, until it is assessed anew.

    >>> days_of_benefit("kompensationsydelse")[0], days_of_benefit("")
    (datetime.date(2025, 9, 1), (datetime.date(1, 1, 1), datetime.date(9999, 12, 31)))
    """
    regimes = law_table()["regimes"]
    own = next((one for one in regimes if one["benefit"] == benefit), {})
    return own.get("from", date.min), own.get("to", date.max)
