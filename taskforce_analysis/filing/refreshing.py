"""A document that someone has written on, with the figures of today.

The parts that came from here are found by their bookmarks and brought up to date; all
else, words and look, stays as it is. What changed is told figure by figure. Where
someone changed the words of a part, it is kept as it is and told of. A document of an
earlier version, with other chapters, is made anew around what its author wrote.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copy2
from typing import TYPE_CHECKING

from taskforce_analysis.disclosing import disclose
from taskforce_analysis.errors import FileError, file_error, wrong_use
from taskforce_analysis.languages import Language, load_language
from taskforce_analysis.reporting.author_places import check_final
from taskforce_analysis.reporting.blocks import Report
from taskforce_analysis.reporting.contents import outline
from taskforce_analysis.results import Results
from taskforce_analysis.writing.docx import REPORT
from taskforce_analysis.writing.method import compose_method_note
from taskforce_analysis.writing.notat import compose_notat
from taskforce_analysis.writing.picturing import Pictures
from taskforce_analysis.writing.word.document import (
    STRUCTURE,
    Account,
    account_of,
    opened,
    save_document,
    set_account,
)
from taskforce_analysis.writing.word.finding import (
    drop_places,
    empty_places_in,
    marked_parts,
)
from taskforce_analysis.writing.word.parts import Part, Splitter
from taskforce_analysis.writing.word.remaking import remake
from taskforce_analysis.writing.word.rendering import Page, has_turned_pages
from taskforce_analysis.writing.word.updating import (
    ADDED,
    KEPT,
    NO_PLACE,
    REMOVED,
    PartChange,
    Update,
    number_captions,
)

if TYPE_CHECKING:
    from docx.document import Document

KINDS: dict[str, Callable[[Results, Language], Report]] = {
    REPORT: outline,
    "notat": compose_notat,
    "method": compose_method_note,
}


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: the document, the kept former one, and every change.

    `path` is None where nothing was written. `is_remade` says that the document was of
    an earlier version and made anew; its changes are the texts that were carried over.
    """

    language: str
    changes: tuple[PartChange, ...]
    is_remade: bool = False
    path: Path | None = None
    former: Path | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every part of the document now says what the results say."""
        return all(one.what not in (KEPT, NO_PLACE) for one in self.changes)

    @property
    def has_changed(self) -> bool:
        """Whether any part was changed, added or removed."""
        return self.is_remade or any(
            one.what not in (KEPT, NO_PLACE) for one in self.changes
        )


def refresh(
    path: str | Path,
    results: Results,
    *,
    language: str | Language | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
) -> Refreshed:
    """Bring the figures of a report, a committee's paper or a method note up to date.

    Without `out` the document is replaced in one step and the former one kept beside
    it under another name; where nothing changed nothing is written. `language` is the
    document's own when left out. `overwrite` also replaces the parts whose words were
    changed by hand. Raises FileError where the document is not there or cannot be
    written, and UsageError for one without parts of ours, in another language or of
    another form, and where the measurement asks for a final paper that it is not.

    >>> from tempfile import TemporaryDirectory
    >>> from taskforce_analysis.results import run
    >>> from taskforce_analysis.shipped import data_folder
    >>> from taskforce_analysis.writing import write
    >>> results = run(measurement=data_folder("example") / "maaling.toml")
    >>> with TemporaryDirectory() as folder:
    ...     refresh(write(results, f"{folder}/rapport.docx"), results)
    Refreshed(language='da', changes=(), ...)
    """
    path = Path(path)
    document = opened(path)
    account = account_of(document)
    words = _language(account, language)
    _check_form(account, results)
    results = disclose(results)
    is_earlier = bool(account.kind) and account.structure != STRUCTURE
    # Where a template says what stands where, its tags are the structure.
    is_remade = is_earlier and not account.places
    if is_remade:
        changes = _remade(document, account, results, words=words)
    else:
        changes = _updated(document, account, results, words=words, overwrite=overwrite)
    dropped = False
    if results.measurement.final:
        check_final(empty_places_in(document), results, words)
        dropped = drop_places(document)
    done = Refreshed(words.id, tuple(changes), is_remade)
    if not done.has_changed and not dropped and out is None:
        return done
    return _saved(document, path, done, out=out)


def empty_places_of(path: str | Path) -> list[str]:
    """The author's places of a document that are empty, by their headings.

    Raises FileError where it is not there, UsageError where it is no Word document.
    """
    return empty_places_in(opened(path))


def language_of(path: str | Path) -> str:
    """The language that a document was written in; "" where it does not tell.

    Raises FileError where it is not there, UsageError where it is no Word document.
    """
    return account_of(opened(path)).language


def _language(account: Account, asked: str | Language | None) -> Language:
    words = load_language(asked or account.language or "da")
    if account.language and words.id != account.language:
        raise wrong_use(
            f'the document is written in the language "{account.language}"',
            f"Refresh it with --language {account.language}, or make a new report",
        )
    return words


def _check_form(account: Account, results: Results) -> None:
    if account.form and account.form != results.form.id:
        raise wrong_use(
            f'the document is of the form "{account.form}", '
            f'and the workbooks of "{results.form.id}"',
            "Name the workbooks that the document is about, or make a new report",
        )


def _updated(
    document: "Document",
    account: Account,
    results: Results,
    *,
    words: Language,
    overwrite: bool,
) -> list[PartChange]:
    parts = _parts(account, results, words)
    keys = {part.key for part in parts if part.key}
    if not keys & {one.mark.key for one in marked_parts(document)}:
        raise wrong_use(
            "the document has no part of this report in it",
            "Make a new one with taskforce report",
        )
    page = Page(document, words, turns=has_turned_pages(document))
    # A copy that does not tell what it was given has had parts deleted, not missed.
    known = frozenset(account.parts or keys)
    work = Update(page, known, overwrite)
    work.run(parts)
    moved = {one.what for one in work.changes if one.kind == "caption"}
    if moved & {ADDED, REMOVED}:
        for label in ("table", "figure"):
            number_captions(document, words.word(f"report.caption.{label}"))
    if account.kind:
        given = [part.key for part in parts if part.key in keys - work.without_place]
        set_account(document, replace(account, parts=tuple(given)))
    return [_with_measure(one, results, words) for one in work.changes]


def _remade(
    document: "Document", account: Account, results: Results, *, words: Language
) -> list[PartChange]:
    parts = _parts(account, results, words)
    moved = remake(Page(document, words), parts)
    given = tuple(part.key for part in parts if part.key)
    set_account(document, replace(account, structure=STRUCTURE, parts=given))
    return moved


def _with_measure(change: PartChange, results: Results, words: Language) -> PartChange:
    """A table's change with the measure that its row begins with."""
    if not change.row:
        is_one = change.measure in results.form.measure_ids
        return change if is_one else replace(change, measure="")
    labels = {words.label(one): one.id for one in results.form.measures}
    first = change.row.partition("\n")[0]
    fitting = [label for label in labels if first.startswith(label)]
    return replace(change, measure=labels[max(fitting, key=len)]) if fitting else change


def _parts(account: Account, results: Results, words: Language) -> list[Part]:
    """The parts that the document would be given today."""
    kind = account.kind if account.kind in KINDS else REPORT
    splitter = Splitter(results, words, kind, Pictures(results, words))
    if account.places:
        return [part for inside in splitter.at(account.places) for part in inside]
    return list(splitter.report(KINDS[kind](results, words)))


def _saved(
    document: "Document", path: Path, done: Refreshed, *, out: str | Path | None
) -> Refreshed:
    target = Path(out) if out else path
    former = _former_name(path, done.language) if target == path else None
    try:
        if former:
            copy2(path, former)
        save_document(document, target)
    except (OSError, FileError) as error:
        if former:
            former.unlink(missing_ok=True)
        if isinstance(error, PermissionError):
            raise file_error("FILE_NOT_WRITABLE", target) from None
        raise
    return replace(done, path=target, former=former)


def _former_name(path: Path, language: str) -> Path:
    """A name that no file has yet: rapport_tidligere.docx, then -2, -3, ..."""
    word = load_language(language).word("refresh.former")
    number, name = 1, path.with_stem(f"{path.stem}_{word}")
    while name.exists():
        number += 1
        name = path.with_stem(f"{path.stem}_{word}-{number}")
    return name
