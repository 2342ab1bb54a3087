"""How `factcheck index build` and `add` put statements in: by this process, or by a cluster."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.cli.console import note, work_progress
from factcheck.cli.index_shown import done_text, many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from factcheck.cli.engine import Spread
    from factcheck.cli.loading import Models
    from factcheck.cluster.building import Workers
    from factcheck.encoders import Encoder
    from factcheck.index.reading import Item, Unreadable
    from factcheck.index.writing import Written


@dataclass(frozen=True)
class How:
    """How statements are put in: what the options say.

    Attributes:
        ann: Whether to make the index over vectors.
        skip: Whether to leave out documents that cannot be read.
        replace: Whether to empty an index that is there.
        replace_sources: Whether sources that are there are put in anew.
        spread: On which cluster; None for this process.
    """

    ann: bool
    skip: bool
    replace: bool = False
    replace_sources: bool = False
    spread: Spread | None = None


def put(place: str, corpus: list[str], models: Models, model: str, quiet: bool, how: How) -> None:
    """Put the statements of a corpus into an index, and tell how many.

    Raises:
        InputError: A document cannot be read, or an index is none, or made otherwise.
        OutputError: The index cannot be written.
        ClusterError: The workers die whatever they do.
    """
    from factcheck.index.building import prepared
    from factcheck.index.reading import items_of

    items = items_of(corpus)
    encoder = models.encoder(model)
    left_out: list[Unreadable] = []

    def skipped(one: Unreadable) -> None:
        left_out.append(one)
        note(f"warning: {one.reason}; skipped")

    with ExitStack() as stack:
        if how.spread:  # before anything is written: it may not answer
            workers = stack.enter_context(_workers(how.spread, models, model, encoder))
        prepared(place, encoder, replace=how.replace)
        progress = stack.enter_context(work_progress(quiet, "Indexing"))

        def told(written: Written) -> None:
            done = written.added + written.changed + written.same
            progress(done, done + 1)  # how many there are is not known before they are read

        options: Any = {
            "replace_sources": how.replace_sources,
            "ann": how.ann,
            "told": told,
        }
        skip = skipped if how.skip else None
        if how.spread:
            done = _by_cluster(place, items, encoder, workers, skip, options)
        else:
            done = _here(place, items, encoder, skip, options)
    if not quiet:
        more = f", {many(len(left_out), 'document')} skipped" if left_out else ""
        note(f"{place}: {done_text(done)}{more}")


def _here(
    place: str,
    items: Sequence[Item],
    encoder: Encoder,
    skipped: Callable[[Unreadable], None] | None,
    options: Any,
) -> Written:
    from factcheck.index.building import build as run
    from factcheck.index.reading import statements_of

    stdin = sys.stdin.buffer if sys.stdin else None
    return run(place, statements_of(items, stdin, skipped), encoder, **options)


def _by_cluster(
    place: str,
    items: Sequence[Item],
    encoder: Encoder,
    workers: Workers,
    skipped: Callable[[Unreadable], None] | None,
    options: Any,
) -> Written:
    from factcheck.cluster.building import build, build_from_outside

    run = build_from_outside if workers.outside else build
    standard = any(item.found.path is None for item in items) and sys.stdin
    stdin = sys.stdin.buffer.read() if standard else None
    return run(place, items, encoder, workers, stdin=stdin, skipped=skipped, **options)


@contextmanager
def _workers(spread: Spread, models: Models, model: str, encoder: Encoder) -> Iterator[Workers]:
    from factcheck.cluster.building import Workers
    from factcheck.cluster.session import connected
    from factcheck.cluster.work import finder_of

    find = finder_of(model, encoder, models.execution(), allow_download=models.allow_download)
    with connected(spread.address, spread.concurrency) as session:
        gpu = models.device == "cuda"
        yield Workers(session.workers, find, gpu, outside=session.client)
