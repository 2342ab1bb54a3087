"""The options by which claims are set against an index, in the place of files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import setup, worth
from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.cluster.comparing import Workers
    from factcheck.corpus import Corpus
    from factcheck.index.corpus import IndexCorpus
    from factcheck.records import Claim

Retrieve = Literal["dense", "lexical", "hybrid"]

IndexOption = Annotated[
    str | None,
    typer.Option(
        "--index",
        help="An index made by `factcheck index build`, in the place of --against.",
        envvar="FACTCHECK_INDEX",
    ),
]
WhereOption = Annotated[
    str | None,
    typer.Option(
        help="Of an index only the statements that a filter leaves: kind = 'ngo' AND date >= "
        "'2020-01-01'. Columns: source, kind, publisher, date, language, topics and others."
    ),
]
AnnOption = Annotated[
    bool,
    typer.Option(
        "--ann",
        help="Search a large index approximately; the recall is measured on a sample.",
    ),
]
RetrieveOption = Annotated[
    Retrieve,
    typer.Option(
        help="How candidates are found in an index: by vectors, by words, or by both.",
        envvar="FACTCHECK_RETRIEVE",
    ),
]


@dataclass(frozen=True)
class Searching:
    """What the options say.

    Attributes:
        index: The index; None where files are read.
        where: A filter.
        ann: Whether to search approximately.
        retrieve: How candidates are found.
        kinds: Of sources.
        against_by_hand: Whether --against is on the command line.
        workers: Of a cluster, who search; None for this process.
    """

    index: str | None
    where: str | None
    ann: bool
    retrieve: Retrieve
    kinds: Sequence[setup.CritiqueKind] | None
    against_by_hand: bool = False
    workers: Workers | None = None


def read_both(
    claims: Sequence[str] | None,
    against: Sequence[str] | None,
    chooser: worth.Worth,
    options: Searching,
) -> tuple[tuple[Claim, ...], Corpus]:
    """Claims as `worth.read_both` gives them, and what they are set against.

    Raises:
        InputError: There are none, a path cannot be read, or options do not go together.
    """
    from factcheck.corpus import Listed

    if options.index is None:
        needing = {"--ann": options.ann, "--where": options.where is not None}
        needing |= {"--engine ray": options.workers is not None}
        if asked := [name for name, given in needing.items() if given]:
            raise InputError(f"{asked[0]} needs --index INDEX")
        chosen, statements = worth.read_both(claims, against, options.kinds, chooser)
        return chosen, Listed(statements)
    if chooser.locked:
        raise InputError("--locked and --index do not go together: a lock holds no index")
    if against and options.against_by_hand:
        raise InputError("--against and --index do not go together; add the files to the index")
    chosen = _claims(claims, chooser)
    return chosen, opened(options)


def opened(options: Searching) -> IndexCorpus:
    """The index, at its last complete version.

    Raises:
        InputError: There is none, or the filter is none.
    """
    from factcheck.cli.console import note
    from factcheck.index.corpus import IndexCorpus, Search
    from factcheck.index.table import open_table
    from factcheck.index.where import check_on, checked, of_kinds

    assert options.index is not None
    table = open_table(options.index)
    where = None if options.where is None else checked(options.where)
    check_on(table, where)
    where = of_kinds(where, [kind.value for kind in options.kinds or ()])
    if table.unfinished:
        note(
            f"warning: {options.index}: a build was stopped before its end, or goes on just now; "
            "what is in is searched"
        )
    search = Search(where, options.retrieve, options.ann)
    if options.workers is None:
        return IndexCorpus(table, search)
    options.workers.connect()  # an address where nothing answers is told before there is work
    return IndexCorpus(table, search, options.workers.nearest)


def told(corpus: Corpus) -> str | None:
    """What to say of how an index was searched, where that is worth a line."""
    searched = corpus.searched
    if searched is None or not searched.approximate:
        return None
    return f"searched approximately: recall {searched.recall:.3f} on a sample"


def _claims(claims: Sequence[str] | None, chooser: worth.Worth) -> tuple[Claim, ...]:
    from factcheck.inputs import read_sources

    paths = list(claims or setup.DEFAULT_PATHS)
    given = read_sources(paths, "claims", sys.stdin.buffer if sys.stdin else None)
    setup.check_claims(given, paths)
    return worth.chosen(given, chooser)


def by_hand(context: typer.Context, parameter: str) -> bool:
    """Whether an option was given on the command line, rather than by a configuration."""
    source = context.get_parameter_source(parameter)
    return source is not None and source.name == "COMMANDLINE"
