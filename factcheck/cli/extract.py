"""`factcheck extract`: a document to a draft claim file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import setup
from factcheck.cli.console import (
    QuietOption,
    VerboseOption,
    check_output,
    emit,
    note,
    work_progress,
)
from factcheck.errors import EmptyInputError, InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.drafts import About
    from factcheck.extract import Draft
    from factcheck.merging import Merged
    from factcheck.paths import Found
    from factcheck.records import Document, Kind
    from factcheck.statements import PlacedSentence

KindChoice = Literal["official", "ngo", "analysis", "press"]


def extract(
    document: Annotated[
        str,
        typer.Argument(
            help="A document; '-' reads plain text from standard input.", show_default=False
        ),
    ],
    kind: Annotated[
        KindChoice, typer.Option(help="What its source is; official sources hold claims.")
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="The claim file; one that exists is added to and keeps all that was written.",
        ),
    ] = "-",
    every: Annotated[
        bool, typer.Option("--all", help="Propose every sentence, also what cannot be checked.")
    ] = False,
    min_checkworthiness: Annotated[
        float | None,
        typer.Option(
            help="Propose sentences from this probability on; by default the model's own.",
            min=0,
            max=1,
            show_default=False,
        ),
    ] = None,
    interactive: Annotated[
        bool,
        typer.Option(
            "--interactive", "-i", help="Accept, edit or skip each draft, one key each; resumes."
        ),
    ] = False,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    batch_size: setup.BatchSizeOption = 32,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Draft a claim file from a document: an entry for each sentence that can be checked.

    A draft is a proposal: read it against the document before it is used. Exit status: 0, or
    2 on an error.
    """
    from factcheck.extract import drafts_of
    from factcheck.statements import statements_of

    if every and min_checkworthiness is not None:
        raise InputError("--all and --min-checkworthiness exclude each other")
    _check_ways(document, output, interactive=interactive)
    existing = _existing(output)
    found, loaded = _load(document)
    for warning in loaded.warnings:
        note(f"warning: {found.name}: {warning}")
    sentences = statements_of(loaded)
    models = setup.Models(
        batch_size=batch_size,
        cache_dir=cache_dir,
        no_cache=no_cache,
        cache_size=cache_size,
        allow_download=allow_download,
        verbose=verbose and not quiet,
    )
    scores, least = None, min_checkworthiness
    if not (every and model == "none"):
        scores, usual = _scores(models, model, sentences, quiet=quiet)
        least = usual if least is None else least
    drafts = drafts_of(loaded.text, sentences, _propositions(sentences), scores)
    wanted = [d for d in drafts if every or (d.score or 0) >= (least or 0)]
    about = _about(found, loaded, kind, output)
    result = _written(existing, output, about, loaded, wanted)
    _check_result(result.text, found.name)
    if output == "-" or existing is None or result.text.encode() != existing:
        emit(result.text, output)
    if not quiet:
        note(f"{'stdout' if output == '-' else output}: {_told(result, len(sentences))}")
    if interactive:
        from factcheck.cli.deciding import decide

        decide(output)


def _check_ways(document: str, output: str, *, interactive: bool) -> None:
    """Refuse at once what would fail after the work is done."""
    check_output(output, [document])
    if interactive and output == "-":
        raise InputError("--interactive keeps what is decided in the claim file; name one by -o")
    if interactive and not (sys.stdin and sys.stdin.isatty()):
        raise InputError("--interactive needs a terminal to read keys from")
    if output != "-" and not Path(output).resolve().parent.is_dir():
        raise OutputError(f"{output}: there is no folder {Path(output).parent}; make it first")


def _existing(output: str) -> bytes | None:
    """The claim file that is there; None for a new one, or what is no regular file."""
    from factcheck.located import MAX_BYTES
    from factcheck.merging import read_draft

    path = Path(output)
    if output == "-" or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{output}: cannot be read: {error.strerror}") from None
    read_draft(raw, output)
    return raw


def _load(document: str) -> tuple[Found, Document]:
    from factcheck import documents
    from factcheck.errors import DocumentError
    from factcheck.paths import find, read_bytes

    if document != "-" and Path(document).is_dir():
        raise InputError(f"{document}: is a folder; name one document")
    found: Found = find([document])[0]
    suffix = found.suffix if found.path else ".txt"
    if suffix not in documents.LOADERS:
        what = f"documents ending in {suffix!r}" if suffix else "documents without an extension"
        known = ", ".join(documents.LOADERS)
        raise DocumentError(f"{found.name}: {what} are not read; these are: {known}")
    raw = read_bytes(found, documents.MAX_BYTES, sys.stdin.buffer if sys.stdin else None)
    return found, documents.LOADERS[suffix](raw, found.name)


def _scores(
    models: setup.Models, name: str, sentences: Sequence[PlacedSentence], *, quiet: bool
) -> tuple[list[float], float]:
    """How worth checking each sentence is, and from where on it is proposed."""
    from factcheck import checkworthiness

    texts = [each.text for each in sentences]
    encoder = models.encoder(name)
    with work_progress(quiet, "Encoding") as progress:
        vectors = encoder.encode(texts, progress)
    found = checkworthiness.checkworthy(vectors, texts, encoder_sha256=encoder.sha256)
    return [float(each) for each in found], checkworthiness.default_model().threshold


def _propositions(sentences: Sequence[PlacedSentence]) -> list[str]:
    """What each sentence asserts; a denial stays whole, as its proposition is not asserted."""
    from factcheck.frames import parse_frame

    frames = [parse_frame(each.text) for each in sentences]
    return [
        each.text if frame is None or frame.denies else frame.text
        for each, frame in zip(sentences, frames, strict=True)
    ]


def _about(found: Found, document: Document, kind: Kind, output: str) -> About:
    from factcheck.drafts import About
    from factcheck.extract import clean
    from factcheck.paths import source_id

    stem = found.path.stem if found.path else "stdin"
    title = clean(document.metadata.title or "")[:1000].strip()
    path, elsewhere = _document_path(found, output)
    return About(
        id=source_id(stem if output == "-" else Path(output).stem),
        kind=kind,
        title=title or clean(os.fsencode(stem).decode("utf-8", "replace")) or "untitled",
        has_title=bool(title),
        metadata=document.metadata,
        sha256=document.sha256,
        document=path,
        elsewhere=elsewhere,
    )


def _document_path(found: Found, output: str) -> tuple[str | None, str | None]:
    """The document's path relative to the claim file, where a claim file may name it.

    `validate` opens documents below the claim file's folder or the working folder only.
    """
    if found.path is None:
        return None, None
    folder = os.path.realpath("." if output == "-" else Path(output).parent)
    real = Path(os.path.realpath(found.path))
    relative = Path(os.path.relpath(real, folder)).as_posix()
    allowed = any(real.is_relative_to(root) for root in (folder, os.path.realpath(".")))
    if allowed and relative.isprintable() and len(relative) <= 1000:  # noqa: PLR2004 - a line's
        return relative, None
    return None, found.shown


def _written(
    existing: bytes | None,
    output: str,
    about: About,
    document: Document,
    drafts: Sequence[Draft],
) -> Merged:
    from factcheck.drafts import new_file
    from factcheck.merging import Merged, merged

    if existing is not None:
        return merged(existing, output, about, document.text, drafts)
    if not drafts:
        message = "no sentence of it is worth checking; --all proposes every one"
        raise EmptyInputError(f"{document.path}: {message}")
    return Merged(new_file(about, drafts), len(drafts))


def _check_result(text: str, document: str) -> None:
    """Hold the file to what `validate` asks before it takes the place of another."""
    from factcheck.decisions import problems_of
    from factcheck.errors import ClaimFileError
    from factcheck.located import MAX_BYTES

    if len(text.encode()) > MAX_BYTES:
        size = f"{MAX_BYTES // 2**20} MiB"
        message = f"the draft would be larger than {size}, which no claim file may be"
        raise InputError(f"{document}: {message}; raise --min-checkworthiness or split it")
    if problems := problems_of(text.encode(), "the draft"):
        raise ClaimFileError(problems)


def _told(result: Merged, sentences: int) -> str:
    """What was done, in one line."""
    told = [f"{result.added} of {sentences} sentences proposed"]
    told += [f"{result.kept} entries kept"] * bool(result.kept)
    told += [f"{result.changed} quotes adapted"] * bool(result.changed)
    told += [f"{result.gone} quotes gone"] * bool(result.gone)
    return ", ".join(told)
