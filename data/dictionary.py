"""Print the data dictionary from the declared tables, and put it into data/README.md.

.venv/bin/python data/dictionary.py
"""

from pathlib import Path

from taskforce_analysis.tables import DECLARED, LABEL, PHASE_LABELS, Schema

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- data dictionary: begin -->", "<!-- data dictionary: end -->"


def section_of(table: Schema) -> str:
    """One table: its meaning, its key, and a line per column."""
    key = ", ".join(table.key) or "none"
    lines = [f"### {table.name}", "", f"{table.meaning.capitalize()}. Key: {key}.", ""]
    lines += ["| column | type | meaning |", "|---|---|---|"]
    lines += [f"| {one.name} | {one.dtype} | {one.meaning} |" for one in table.columns]
    if table.open:
        lines += ["", "And one text column for each attribute of the form."]
    if table.labelled:
        names = [LABEL, *(PHASE_LABELS[n] for n in table.names if n in PHASE_LABELS)]
        said = ", ".join(f"`{name}`" for name in names)
        lines += ["", f"`Results` hands it out with names for a reader: {said}."]
    return "\n".join(lines)


def dictionary() -> str:
    """All tables, in the order in which the stages make them."""
    return "\n\n".join(section_of(table) for table in DECLARED)


def with_dictionary(text: str) -> str:
    """The page with the dictionary between its two marks."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{dictionary()}\n\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_dictionary(README.read_text("utf-8")), "utf-8")
