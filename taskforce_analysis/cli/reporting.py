"""The commands that compare two measurements: compare, report, chart, papers, caselist.

`compare` shows the numbers; `report` makes the whole folder, or one for each group;
`chart` draws one figure; `papers` writes what goes to the committee; `caselist` lists,
for the leader alone, the cases to follow up. `demo` does it all on what is shipped.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from taskforce_analysis.cli import options as use
from taskforce_analysis.cli import terminal
from taskforce_analysis.cli.preparing import Changes, Named, prepare_files
from taskforce_analysis.errors import DataError, wrong_use
from taskforce_analysis.languages import Language

if TYPE_CHECKING:
    from taskforce_analysis.results import Prepared, Results

OUT = Path("output")
PICTURES = (".png", ".svg", ".pdf")
_SLIDES = (".potx", ".pptx")
PAPERS = {
    "notat.docx": "notat",
    "notat.txt": "notat",
    "praesentation.pptx": "report",
    "metodenotat.docx": "method",
    "databeskrivelse.md": "description",
}


def compare(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    as_json: use.Json = False,
    force: use.Force = False,
    insist: use.Insist = False,
    confidence: use.Confidence = None,
    adjustment: use.Adjustment = None,
    by: use.By = None,
    before: use.BeforePhase = None,
    after: use.AfterPhase = None,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Compare two measurements and show the numbers."""
    from taskforce_analysis.writing.json import results_contract

    named = Named(files=files, form=form, layout=layout, phase=phase)
    changes = Changes(
        confidence=confidence, adjustment=adjustment, by=by, insist=insist
    )
    pair = (before, after)
    results = _compared(
        named, changes, context.obj, pair=pair, force=force, quiet=as_json
    )
    if results is None:
        return 1
    if as_json:
        terminal.say_json(results_contract(results))
    else:
        terminal.say_comparison(results, context.obj)
    return int((results.issues["severity"] == "error").any())


def _compared(
    named: Named,
    changes: Changes,
    words: Language,
    *,
    force: bool,
    pair: tuple[str | None, str | None] = (None, None),
    quiet: bool = False,
) -> "Results | None":
    """The results; None where the data have errors, which have been told."""
    from taskforce_analysis.results import compare_prepared
    from taskforce_analysis.writing.json import contract

    with terminal.while_reading(words, quiet=quiet) as begin:
        prepared = prepare_files(named, changes, begin=begin)
    try:
        before, after = pair
        results = compare_prepared(prepared, before=before, after=after, force=force)
    except DataError as error:
        if quiet:
            terminal.say_json(contract(prepared, tally=None, issues=error.issues))
        else:
            terminal.say_prepared(prepared, error.issues, words)
        return None
    if not quiet:
        paired = results.settings.paired
        terminal.say_reservations(results.issues, results.form, words, paired=paired)
    return results


def report(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    out: use.Out = OUT,
    force: use.Force = False,
    insist: use.Insist = False,
    replace: use.Replace = False,
    confidence: use.Confidence = None,
    adjustment: use.Adjustment = None,
    publish: use.Publish = None,
    by: use.By = None,
    per: use.Per = None,
    before: use.BeforePhase = None,
    after: use.AfterPhase = None,
    final: use.Final = False,
    pdf: use.Pdf = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
    template: use.Template = None,
) -> int:
    """Make the whole report and say where it lies."""
    from taskforce_analysis.filing.folder import write_folder

    named = Named(files=files, form=form, layout=layout, phase=phase)
    changes = Changes(
        confidence=confidence,
        adjustment=adjustment,
        publish=publish,
        by=by,
        insist=insist,
        final=final,
        pdf=pdf,
    )
    if per and by:
        raise wrong_use("--per and --by are both given", "Give one of them")
    if per and (before or after):
        finding = "--per compares the first and the last measurement"
        raise wrong_use(finding, "Leave out --before and --after")
    if per:
        with terminal.progress(context.obj.word("cli.reading"), quiet=False):
            prepared = prepare_files(named, changes)
        return _report_per(
            prepared,
            out,
            context.obj,
            per=per,
            force=force,
            template=template,
            standing=_Standing(insist, replace),
        )
    pair = (before, after)
    results = _compared(named, changes, context.obj, pair=pair, force=force)
    if results is None:
        return 1
    former = _Standing(insist, replace).clashing(results, out, context.obj)
    if former is None:
        return 2
    with terminal.progress(context.obj.word("cli.working"), quiet=False):
        written = write_folder(results, out, language=context.obj, template=template)
    _remove(former, out, context.obj)
    terminal.say_changed_limits(results.changed_limits, results.form, context.obj)
    terminal.say_written(written, context.obj)
    if results.measurement.pdf and out / "rapport.pdf" not in written:
        terminal.say(context.obj.word("cli.no_pdf"))
    return 0


@dataclass(frozen=True)
class _Standing:
    """What was asked about publications that a new one may not stand beside."""

    insist: bool
    replace: bool

    def clashing(
        self, results: "Results", out: Path, words: Language, *, per: str = ""
    ) -> list[Path] | None:
        """The folders that the new one takes the place of; None where it is refused.

        What speaks against it is told.
        """
        from taskforce_analysis.filing.clashing import clashing_reports

        found = clashing_reports(results, out, per=per)
        for folder, reason in found:
            said = words.word(f"disclosure.clash.{reason}", folder=folder.name)
            terminal.warn(said)
        if found and not (self.insist or self.replace):
            terminal.warn(words.word("disclosure.refused"))
            return None
        return [folder for folder, _ in found] if self.replace else []


def _remove(former: list[Path], out: Path, words: Language) -> None:
    """Remove what a new publication has taken the place of; itself it wrote anew."""
    from taskforce_analysis.filing.clashing import remove_report

    for folder in former:
        if folder != out.resolve():
            remove_report(folder)
        terminal.warn(words.word("disclosure.removed", folder=folder.name))


def _report_per(
    prepared: "Prepared",
    out: Path,
    words: Language,
    *,
    per: str,
    force: bool,
    template: Path | None,
    standing: _Standing,
) -> int:
    """Write a report for each group and say how each went; 1 where any failed."""
    from taskforce_analysis.filing.per_group import write_per_group
    from taskforce_analysis.issues import fold, issues_table
    from taskforce_analysis.results import compare_prepared
    from taskforce_analysis.results.running import plan_issues

    lacking = issues_table(fold(plan_issues(prepared)))
    terminal.say_reservations(lacking, prepared.form, words)
    former: list[Path] | None = []
    try:
        if prepared.settings.publish != "internal":
            results = compare_prepared(prepared, by=(per,), force=force)
            former = standing.clashing(results, out, words, per=per)
        if former is None:
            return 2
        with terminal.making(words.word("cli.working")) as tell:
            made = write_per_group(
                prepared,
                out,
                per=per,
                force=force,
                language=words.id,
                template=template,
                tell=tell,
            )
    except DataError as error:
        terminal.say_prepared(prepared, error.issues, words)
        return 1
    for one in made:
        name = {"group": one.group or one.folder.name, "folder": one.folder}
        if one.error:
            terminal.warn(words.word("per_group.failed", error=one.error, **name))
        else:
            terminal.say(words.word("per_group.made", **name))
    _remove(former, out, words)
    failed = sum(bool(one.error) for one in made)
    counts = {"made": len(made) - failed, "all": len(made)}
    terminal.say(words.word("per_group.counted", **counts))
    return int(failed > 0)


def chart(
    context: typer.Context,
    *,
    name: use.Name,
    files: use.Files,
    form: use.Form = None,
    out: use.Out = OUT,
    force: use.Force = False,
    insist: use.Insist = False,
    by: use.By = None,
    before: use.BeforePhase = None,
    after: use.AfterPhase = None,
    title: use.Title = None,
    measures: use.Measures = None,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Draw one figure and save it as png, svg and pdf with its text and numbers."""
    from taskforce_analysis.charts import charts, draw
    from taskforce_analysis.writing.figure import export

    charts[name]  # an unknown name is refused before any file is read
    named = Named(files=files, form=form, layout=layout, phase=phase)
    changes = Changes(by=by, insist=insist)
    results = _compared(named, changes, context.obj, pair=(before, after), force=force)
    if results is None:
        return 1
    asked: dict[str, object] = {} if title is None else {"title": title}
    if measures:
        asked["measures"] = [one.strip() for one in measures.split(",")]
    figure = draw(name, results, language=context.obj.id, **asked)
    # A picture's name is that of the picture, any other that of a folder.
    target = out if out.suffix.lower() in PICTURES else out / name
    terminal.say_written(export(figure, target), context.obj)
    return 0


def papers(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    out: use.Out = OUT,
    force: use.Force = False,
    insist: use.Insist = False,
    replace: use.Replace = False,
    publish: use.Publish = None,
    final: use.Final = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
    template: use.Template = None,
) -> int:
    """Write the committee's paper, slides, method note and data description."""
    from taskforce_analysis.results import compare_prepared

    named = Named(files=files, form=form, layout=layout, phase=phase)
    changes = Changes(publish=publish, insist=insist, final=final)
    prepared = prepare_files(named, changes)
    results = compare_prepared(prepared, force=force)
    paired = results.settings.paired
    terminal.say_reservations(results.issues, results.form, context.obj, paired=paired)
    former = _Standing(insist, replace).clashing(results, out, context.obj)
    if former is None:
        return 2
    written = _write_papers(results, out, language=context.obj, template=template)
    _remove(former, out, context.obj)
    terminal.say_written(written, context.obj)
    return 0


def _write_papers(
    results: "Results",
    folder: Path,
    *,
    language: Language,
    template: Path | None = None,
) -> list[Path]:
    """Write everything that follows a report into a folder; returns the paths.

    A template of PowerPoint's is for the slides, any other for the Word documents.
    """
    from taskforce_analysis.filing.provenance import write_account
    from taskforce_analysis.writing import write

    is_for_slides = template is not None and template.suffix.lower() in _SLIDES
    takes = ".pptx" if is_for_slides else ".docx"
    written = []
    for name, kind in PAPERS.items():
        fits = template is not None and name.endswith(takes)
        own = {"template": template} if fits else {}
        path = folder / name
        written.append(write(results, path, kind=kind, language=language, **own))
    write_account(results, written, folder)
    return written


def caselist(
    context: typer.Context,
    *,
    files: use.Files,
    form: use.Form = None,
    out: use.Out = Path("sagsliste_intern.docx"),
    of: use.Of = None,
    force: use.Force = False,
    layout: use.Layout = None,
    phase: use.PhaseOf = None,
) -> int:
    """Write the internal list of the cases to follow up."""
    from taskforce_analysis.results import compare_prepared
    from taskforce_analysis.writing import write

    prepared = prepare_files(Named(files=files, form=form, layout=layout, phase=phase))
    results = compare_prepared(prepared, force=force)
    write(results, out, kind="caselist", language=context.obj, phase=of)
    terminal.say(context.obj.word("caselist.internal"))
    terminal.say_written([out], context.obj)
    return 0


def demo(
    context: typer.Context,
    *,
    out: use.Out = OUT,
) -> int:
    """Run the main job on the synthetic example and on published counts."""
    from taskforce_analysis.filing.folder import write_folder
    from taskforce_analysis.results import run
    from taskforce_analysis.shipped import data_folder

    for folder, kind in {"eksempel": "example", "rebild": "published"}.items():
        results = run(measurement=data_folder(kind) / "maaling.toml")
        terminal.say_comparison(results, context.obj)
        written = write_folder(results, out / folder, language=context.obj)
        written += _write_papers(results, out / folder, language=context.obj)
        terminal.say_written(written, context.obj)
    return 0
