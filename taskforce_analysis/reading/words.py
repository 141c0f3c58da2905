"""The answer words that every form shares: as they are written, and as they may be.

WORDS and PARTLY are matched silently, the NEAR ones are told, MARKS mean that there is
no answer. TRUTH and BITS are codes, which only a whole column can confirm.
"""

WORDS = {
    "Ja": "yes",
    "Nej": "no",
    "Ikke relevant": "not_applicable",
    "Kan ikke vurderes": "not_assessable",
}
PARTLY = {"Delvist": "partly"}
NEAR = {
    "j": "yes",
    "n": "no",
    "ir": "not_applicable",
    "i.r": "not_applicable",
    "i/r": "not_applicable",
    "i r": "not_applicable",
    "ikke rel": "not_applicable",
    "ikke-relevant": "not_applicable",
    "ikkerelevant": "not_applicable",
    "ikke relevante": "not_applicable",
    "ej relevant": "not_applicable",
    "irrelevant": "not_applicable",
    "irr": "not_applicable",
    "kiv": "not_assessable",
    "kan ikke vurd": "not_assessable",
    "kan ikke bedømmes": "not_assessable",
    "ikke muligt at vurdere": "not_assessable",
}
NEAR_PARTLY = {
    "delvis": "partly",
    "delv": "partly",
    "ja delvist": "partly",
    "ja, delvist": "partly",
    "ja (delvist)": "partly",
}
MARKS = frozenset(
    (
        "-",
        "--",
        "---",
        "?",
        "??",
        "n/a",
        "ved ikke",
        "vides ikke",
        "uoplyst",
        "ikke oplyst",
        "ikke besvaret",
        "ubesvaret",
        "ukendt",
    )
)
UNCLEAR = ("na", "n.a", "ia", "i.a", "i/a")
TRUTH = {"sand": "yes", "falsk": "no", "true": "yes", "false": "no"}
BITS = {"1": "yes", "0": "no"}
