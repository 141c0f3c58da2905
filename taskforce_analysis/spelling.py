"""When two spellings are the same word, and when they are nearly so.

`silent_key` forgives what no reader sees: case, blanks, line breaks, non-breaking
blanks, soft hyphens, invisible characters, composed or decomposed letters, dash
variants, a closing dot or colon. `loose_key` also forgives footnote marks, a lost
question mark, a leading number or question code: such a match is told. Anything further
is not a match.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import permutations

_INVISIBLE = dict.fromkeys(
    [
        *(0xAD, 0x61C, 0x180E, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
    ]
)
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D], "-")
_TABLE = {**_INVISIBLE, **_DASHES}
_BLANKS = re.compile(r"[\s\x00-\x1f]+")
_MARKS = "[*†‡§#¹²³⁰⁴-⁹₀-₉]+"
_FOOTNOTE = re.compile(
    rf"[\s]*(?:{_MARKS}|\(\d{{1,2}}\)|\[\d{{1,2}}\]|(?<=\D)\d{{1,2}}\))+$"
)
# What survey tools put before a question: G01Q04. , Q1_2: , s_3. , Q4 - .
_CODE = re.compile(
    r"^(?:[a-z]{1,3}_?\d{1,3}(?:[a-z_][a-z0-9_]{0,11})?(?:\[[^\]]{0,20}\])?\s*[.:]"
    r"|q\d{1,3}(?:[._]\d{1,3})?(?:\s*[.:\-]|\s))\s*(?=\S{2})"
)
_NUMBERING = re.compile(
    r"^(?:(?:nr\.?|spm\.?|pkt\.?|spørgsmål)\s*)?(?:\d{1,2}(?:\.\d{1,2})*[a-z]?"
    r"|[a-z])\s*[.):]\s*(?=\S{2})|^\d{1,2}(?:\.\d{1,2})*[a-z]?\s*-\s*(?=\S{2})"
    r"|^\d{1,2}(?:\.\d{1,2})*\s+(?=\D{2})"
)
_FOLDED = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ö": "o", "ä": "ae"})
_QUOTES = "\"'“”„»«"
_LOST = re.compile(r"\ufffd|\?(?=.*\w)")
_ENCODINGS = ("utf-8", "cp1252", "latin-1", "cp850", "mac_roman")


def visible(text: str) -> str:
    r"""The text as a reader sees it: one blank for many, nothing invisible.

    >>> visible(" Nord\u00adby  Kommune ")
    'Nordby Kommune'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_TABLE)
    elif text.isprintable() and "  " not in text:
        return text.strip()
    return _BLANKS.sub(" ", text).strip()


def silent_key(text: str) -> str:
    r"""The text as it is compared when nothing need be told.

    >>> silent_key("  Er der\u00a0fulgt op? ") == silent_key("er der fulgt op?")
    True
    """
    key = visible(text).strip(" .:").casefold()
    return key if key.isascii() else unicodedata.normalize("NFC", key)


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts, each once however it is spelt; the first spelling stays.

    >>> distinct(["S-1", "S-2", " s-1"])
    ('S-1', 'S-2')
    """
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(silent_key(text), text)
    return tuple(found.values())


def without_footnote(text: str) -> str:
    """The text without the footnote marks at its end.

    >>> without_footnote("Nej *"), without_footnote("Ja (2)")
    ('Nej', 'Ja')
    """
    return _FOOTNOTE.sub("", text)


def loose_key(text: str) -> str:
    """The text without footnote, question and quotation marks, leading numbers as well.

    >>> loose_key("3. Er der fulgt op *") == loose_key("Er der fulgt op?")
    True
    >>> loose_key("G01Q04. Er der fulgt op?") == loose_key("Er der fulgt op?")
    True
    """
    plain = without_footnote(silent_key(text).strip(_QUOTES).rstrip("? "))
    plain = silent_key(unicodedata.normalize("NFKC", plain))
    plain = _NUMBERING.sub("", _CODE.sub("", plain, count=1), count=1)
    return without_footnote(plain.rstrip("? ")).rstrip("? .:")


def folded_key(text: str) -> str:
    """The text without blanks, dashes and dots, ø as o: what a quick typist writes.

    >>> folded_key("For-måling") == folded_key("Førmåling")
    True
    """
    # A sign that stands for letters brings capitals of its own: ㎴ is pV.
    plain = silent_key(unicodedata.normalize("NFKC", silent_key(text)))
    key = re.sub(r"[\s.\-_/]+", "", plain).translate(_FOLDED)
    # What stood apart may now meet: a letter and its accent become one again.
    return key if key == text or key.isascii() else folded_key(key)


def group_key(text: str) -> str:
    """The text as groups are compared: without blanks and a trailing Kommune.

    >>> group_key("Nordby  kommune") == group_key("NORDBY")
    True
    """
    plain = unicodedata.normalize("NFC", silent_key(text).replace(" ", ""))
    return plain.removesuffix("kommune") or plain


def repaired(text: str) -> Iterator[str]:
    r"""What a text of broken letters may have been, the likeliest first.

    >>> "Opfølgning" in repaired("Opf\xc3\xb8lgning")
    True
    """
    for wrong, right in permutations(_ENCODINGS, 2):
        try:
            found = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if found != text:
            yield found


def same_but_lost(text: str, known: Iterable[str]) -> str | None:
    r"""The one known text that this is, apart from letters that were lost.

    A lost letter is U+FFFD, or a question mark inside the text.

    >>> same_but_lost("opf\ufffdlgning", ["opfølgning", "opfyldt"])
    'opfølgning'
    """
    if not _LOST.search(text):
        return None
    pattern = re.compile(".{1,2}".join(map(re.escape, _LOST.split(text))))
    found = [one for one in known if pattern.fullmatch(one)]
    return found[0] if len(found) == 1 else None
