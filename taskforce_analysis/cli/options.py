"""The options that several commands share; their help texts are language keys."""

from pathlib import Path
from typing import Annotated

import typer
from typer.models import ArgumentInfo, OptionInfo


def _option(*names: str) -> OptionInfo:
    return typer.Option(*names, help=f"cli.option.{names[0].lstrip('-')}")


def _argument(word: str) -> ArgumentInfo:
    return typer.Argument(help=f"cli.option.{word}")


def _say_version(asked: bool) -> None:  # noqa: FBT001 - as typer calls it
    if asked:
        from taskforce_analysis import __version__

        typer.echo(__version__)
        raise typer.Exit


def _known_charts(incomplete: str) -> list[str]:
    """The charts that a word may become, for completion."""
    from taskforce_analysis.charts import available_charts

    return [name for name in available_charts() if name.startswith(incomplete)]


def _known_forms(incomplete: str) -> list[str]:
    """The forms that a word may become, for completion."""
    from taskforce_analysis.forms import available_forms

    return [name for name in available_forms() if name.startswith(incomplete)]


Files = Annotated[list[str], _argument("files")]
File = Annotated[str, _argument("file")]
Name = Annotated[
    str, typer.Argument(help="cli.option.chart", autocompletion=_known_charts)
]
FormName = Annotated[
    str, typer.Argument(help="cli.option.form", autocompletion=_known_forms)
]
Recommendations = Annotated[bool, _option("--recommendations")]
Folder = Annotated[Path, _argument("folder")]
Old = Annotated[str, _argument("old")]
New = Annotated[str, _argument("new")]
Document = Annotated[Path, _argument("document")]
FilesToday = Annotated[list[str] | None, _argument("refreshed")]
Form = Annotated[
    str | None,
    typer.Option("--form", help="cli.option.form", autocompletion=_known_forms),
]
Json = Annotated[bool, _option("--json")]
Force = Annotated[bool, _option("--force")]
Final = Annotated[bool, _option("--final")]
Pdf = Annotated[bool, _option("--pdf")]
Insist = Annotated[bool, _option("--insist")]
Replace = Annotated[bool, _option("--replace")]
ReplaceDraft = Annotated[
    bool, typer.Option("--replace", help="cli.option.replace_draft")
]
Spoken = Annotated[str | None, _option("--language")]
Confidence = Annotated[str | None, _option("--confidence")]
Adjustment = Annotated[str | None, _option("--adjustment")]
Publish = Annotated[str | None, _option("--publish")]
By = Annotated[str | None, _option("--by")]
Per = Annotated[str | None, _option("--per")]
Layout = Annotated[str | None, _option("--layout")]
PhaseOf = Annotated[list[str] | None, _option("--phase")]
Out = Annotated[Path, _option("--out", "-o")]
NewOut = Annotated[Path | None, _option("--out", "-o")]
OutFile = Annotated[Path, typer.Option("--out", "-o", help="cli.option.out_file")]
Draft = Annotated[Path | None, typer.Option("--out", "-o", help="cli.option.out_file")]
Drawn = Annotated[int, typer.Option("--cases", min=1, help="cli.option.drawn")]
Before = Annotated[str, _option("--before")]
After = Annotated[str, _option("--after")]
BeforePhase = Annotated[
    str | None, typer.Option("--before", help="cli.option.before_phase")
]
AfterPhase = Annotated[
    str | None, typer.Option("--after", help="cli.option.after_phase")
]
Title = Annotated[str | None, typer.Option("--title", help="cli.option.chart_title")]
Measures = Annotated[
    str | None, typer.Option("--measures", help="cli.option.chart_measures")
]
Shell = Annotated[str, _argument("shell")]
Cases = Annotated[int, typer.Option("--cases", min=1, help="cli.option.cases")]
Seed = Annotated[int, _option("--seed")]
ByColumns = Annotated[str | None, typer.Option("--by", help="cli.option.by_columns")]
Allocation = Annotated[str, _option("--allocation")]
Replacements = Annotated[int, _option("--replacements")]
Without = Annotated[list[Path] | None, _option("--without")]
Lock = Annotated[Path | None, _option("--lock")]
Primary = Annotated[str | None, _option("--primary")]
Index = Annotated[str | None, _option("--index")]
Population = Annotated[
    int | None, typer.Option("--population", min=1, help="cli.option.population")
]
Margin = Annotated[str | None, _option("--margin")]
Selection = Annotated[str, _option("--selection")]
Bridge = Annotated[str | None, _option("--bridge")]
Level = Annotated[str, _option("--confidence")]
Of = Annotated[str | None, _option("--of")]
Inputs = Annotated[Path | None, _option("--inputs")]
Overwrite = Annotated[bool, _option("--overwrite")]
Template = Annotated[Path | None, _option("--template")]
Annotate = Annotated[Path | None, _option("--annotate")]
Version = Annotated[
    bool,
    typer.Option(
        "--version", help="cli.option.version", is_eager=True, callback=_say_version
    ),
]
