"""Options that several verbs share, under one name, with one explanation and in one panel of the help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gustibus.cli.run_file import read_run_file
from gustibus.cli.session import Session

__all__ = [
    "EVALUATION",
    "AllowDownload",
    "Columns",
    "Config",
    "CovariatesFile",
    "DataFile",
    "DataFormat",
    "Debug",
    "EncoderName",
    "Json",
    "ModelFolder",
    "NewPromptVectors",
    "NewVectors",
    "PromptVectors",
    "Rejects",
    "Seed",
    "Shots",
    "SkipBad",
    "Source",
    "Store",
    "VectorsFile",
    "examples",
    "numbers",
    "prose",
]

EVALUATION, JUDGEMENTS, ENCODER, RUN = "Evaluation", "Judgements", "Encoder", "This run"


def _debug(context: typer.Context, wanted: bool) -> bool:
    if wanted:
        Session.of(context).debug = True
    return wanted


DataFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="Judgements: parquet, jsonl, csv, tsv or json; the text formats also .gz."),
]
ModelFolder = Annotated[Path, typer.Argument(metavar="MODEL", help="The folder of a fitted model.")]

Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="FIELD=COLUMN,...",
        help="Where the file's names differ: user_id=worker,prompt=question. An empty column leaves a field out.",
        rich_help_panel=JUDGEMENTS,
    ),
]
DataFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="How the file says it: gustibus, trl, crowd-kit, arena, votes, ratings, rankings, argilla, ...; "
        "gustibus convert --help names all. [dim]default: told by the columns[/dim]",
        rich_help_panel=JUDGEMENTS,
    ),
]
SkipBad = Annotated[
    bool,
    typer.Option(
        "--skip-bad",
        metavar="",
        help="Go on without the rows that cannot be used, and write them with the reasons to the rejects file.",
        rich_help_panel=JUDGEMENTS,
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        metavar="PATH",
        help="That file. [dim]default: FILE.rejects.jsonl[/dim]",
        rich_help_panel=JUDGEMENTS,
    ),
]

Source = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="NAME",
        help="Only the judgements that come from there, such as human; may be repeated. [dim]default: all[/dim]",
        rich_help_panel=JUDGEMENTS,
    ),
]

EncoderName = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="NAME|PATH",
        help="What turns responses into vectors: minilm (text, needs no network), one-hot (items that recur), or a "
        "transformers model by folder or name. [dim]default: minilm[/dim]",
        rich_help_panel=ENCODER,
    ),
]
VectorsFile = Annotated[
    Path | None,
    typer.Option(
        "--vectors",
        metavar="TABLE",
        help="Features you have, instead of an encoder: parquet, csv or npz, an id column with the responses and "
        "numeric columns.",
        rich_help_panel=ENCODER,
    ),
]
PromptVectors = Annotated[
    Path | None,
    typer.Option(
        "--prompt-vectors",
        metavar="TABLE",
        help="The same for prompts, beside --vectors; only pal-b looks at it.",
        rich_help_panel=ENCODER,
    ),
]
NewVectors = Annotated[
    Path | None,
    typer.Option(
        "--vectors",
        metavar="TABLE",
        help="Features of responses that were not in the table the model was fitted with.",
        rich_help_panel=ENCODER,
    ),
]
NewPromptVectors = Annotated[
    Path | None,
    typer.Option(
        "--prompt-vectors",
        metavar="TABLE",
        help="Features of prompts that were not in the table the model was fitted with.",
        rich_help_panel=ENCODER,
    ),
]
CovariatesFile = Annotated[
    Path | None,
    typer.Option(
        "--covariates",
        metavar="TABLE",
        help="What is known of people: csv, jsonl or parquet, a column user_id and numbers or words. New people start "
        "where theirs place them; only hierarchical looks at it, and only where it helps.",
    ),
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="FOLDER|none",
        help="Where vectors of texts are kept for the next run; none keeps nothing. "
        "[dim]default: ~/.cache/gustibus/embeddings[/dim]",
        rich_help_panel=ENCODER,
    ),
]
AllowDownload = Annotated[
    bool,
    typer.Option(
        "--allow-download",
        metavar="",
        help="Fetch the encoder's model by its name from the hub.",
        rich_help_panel=ENCODER,
    ),
]

Shots = Annotated[
    str,
    typer.Option(
        "--shots",
        metavar="N,...",
        help="Numbers of answers from which new people are predicted, each in turn.",
        rich_help_panel=EVALUATION,
    ),
]

Seed = Annotated[
    int, typer.Option("--seed", min=0, metavar="N", help="Equal seeds give equal results.", rich_help_panel=RUN)
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="run.yaml",
        callback=read_run_file,
        is_eager=True,
        help="Take options from a file, by their names; the command line wins over it.",
        rich_help_panel=RUN,
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json",
        metavar="",
        help="Print the result as JSON on standard output; all else goes to standard error.",
        rich_help_panel=RUN,
    ),
]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug",
        metavar="",
        callback=_debug,
        is_eager=True,
        help="Show the traceback of an error, and the warnings of other libraries.",
        rich_help_panel=RUN,
    ),
]


def examples(*lines: str) -> str:
    """The end of a verb's help."""
    return "[bold]Examples[/bold]\n" + "\n".join(lines)


def prose(text: str) -> str:
    """Paragraphs without line breaks inside, so that the terminal can wrap them.

    >>> prose("One\\n    line.\\n\\n    Two.")
    'One line.\\n\\nTwo.'
    """
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def numbers(text: str, option: str, *, least: int, example: str | None = None) -> tuple[int, ...]:
    """Distinct whole numbers in a list such as ``"1,2,4"``, in the order given.

    ``example`` is shown where the text is no such list; default: three small numbers.

    Raises
    ------
    GustibusError
        If something is no whole number or too small.

    Examples
    --------
    >>> numbers("1, 2,4,2", "--prototypes", least=1)
    (1, 2, 4)
    """
    from gustibus.comparisons import GustibusError

    found: list[int] = []
    for part in text.split(","):
        try:
            number = int(part)
        except ValueError:
            number = least - 1
        if number < least:
            raise GustibusError(
                f"{option} {text!r}: {part.strip()!r} is not a whole number of at least {least}. "
                f"Give numbers with commas between them, such as {option} "
                f"{example or f'{least},{least + 1},{least + 4}'}."
            )
        if number not in found:
            found.append(number)
    return tuple(found)
