"""The blocks that are said, in one format each: Word, slides, workbook, page, numbers.

Results come in, and a file that someone else can open goes out, whole or not at all.
A format is one module with one function under `@writer`, called by kind and suffix. A
report's is named after its suffix (docx.py, html.py), another kind's after the kind
(notat.py, method.py), so that writing one file loads one format. A writer computes
nothing and words nothing that `reporting` says already; what may not be published has
been taken out before it is called. Figures (figure.py), tables in a notebook
(showing.py) and answers to keep (parquet.py) have functions of their own, for they take
other things than Results and a path.
"""

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TypeVar

from taskforce_analysis.atomic import whole_file
from taskforce_analysis.disclosing import disclose
from taskforce_analysis.errors import nearest, unknown_name, wrong_use
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.registry import Entry, Registry
from taskforce_analysis.results import Results

__all__ = [
    "available_writers",
    "write",
    "writer",
    "writers",
]

Writer = TypeVar("Writer", bound=Callable[..., None])

writers: Registry[None, str] = Registry("writer")


def writer(
    kind: str, suffix: str, *, label: Mapping[str, str]
) -> Callable[[Writer], Writer]:
    """A decorator that enters a writer of a kind of output under its suffix.

    The function takes (results, path, language) and, keyword-only, its own options.
    """
    name = f"{kind}{suffix}"
    enter = writers.register(name, label=label, kind=kind, suffix=suffix)

    def checked(function: Writer) -> Writer:
        if not function.__module__.startswith(f"{__name__}."):
            _load(kind, suffix)  # one's own may not take the place of ours
        return enter(function)

    return checked


def write(
    results: Results,
    path: str | Path,
    *,
    kind: str = "report",
    language: str | Language | None = None,
    **options: object,
) -> Path:
    """Write results to a file, whole or not at all; the suffix says in which format.

    `options` are the writer's own, such as `template` for .docx. What the settings
    withhold from publication is not in the file. Returns the path.
    Raises UsageError for a kind, suffix or option that does not exist, with the known
    ones, and FileError where a template cannot be read.
    """
    path = Path(path)
    entry = _find(kind, path.suffix.lower())
    _check_options(entry, options)
    words = load_language(language)
    with whole_file(path) as temporary:
        entry(disclose(results), temporary, words, **options)
    return path


def _find(kind: str, suffix: str) -> Entry[None, str]:
    """The writer, looked for where it belongs first; all are loaded only to tell them.

    A writer that lies elsewhere, such as a user's own, is found as well.
    """
    _load(kind, suffix)
    name = f"{kind}{suffix}"
    if name not in writers or writers[name].facts["kind"] != kind:
        known = available_writers()
        if kind not in known:
            raise unknown_name("kind of output", kind, known)
        if suffix not in known[kind]:
            finding = f'no {kind} is written with the suffix "{suffix}"'
            if not suffix:
                finding = "the name of the file has no suffix, which says what it is"
            raise wrong_use(finding, f"Known: {', '.join(known[kind])}")
    return writers[name]


def _load(kind: str, suffix: str) -> None:
    home = suffix.removeprefix(".") if kind == "report" else kind
    if home in _modules():
        import_module(f"{__name__}.{home}")


def _modules() -> list[str]:
    return [module.name for module in iter_modules(__path__)]


def _check_options(entry: Entry[None, str], options: Mapping[str, object]) -> None:
    parameters = inspect.signature(entry.function).parameters.values()
    known = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]
    for name in options:
        if name not in known:
            near = nearest(name, known)
            hint = f'Nearest: "{near}"' if near else f"Known: {', '.join(known) or '-'}"
            raise wrong_use(f'{entry.name} has no option "{name}"', hint)


def available_writers() -> dict[str, list[str]]:
    """The suffixes that there are, by kind of output.

    >>> ".docx" in available_writers()["report"]
    True
    """
    for name in _modules():
        import_module(f"{__name__}.{name}")
    found: dict[str, list[str]] = {}
    for entry in map(writers.__getitem__, writers):
        found.setdefault(entry.facts["kind"], []).append(entry.facts["suffix"])
    return {kind: sorted(suffixes) for kind, suffixes in sorted(found.items())}
