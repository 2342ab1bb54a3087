"""The process that `apart` starts: one document in, its text out as JSON."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from factcheck.documents import read_here
from factcheck.errors import DocumentError

if TYPE_CHECKING:
    from factcheck.records import Document

_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec")


def _told(document: Document) -> dict[str, Any]:
    metadata = asdict(document.metadata)
    if document.metadata.date is not None:
        metadata["date"] = document.metadata.date.isoformat()
    return {
        "text": document.text,
        "path": document.path,
        "sha256": document.sha256,
        "blocks": [(b.start, b.end, b.kind, b.page, b.number) for b in document.blocks],
        "metadata": metadata,
        "warnings": document.warnings,
    }


def bound(memory: int) -> None:
    """Hold this process to its memory, and keep it from the network and from programs."""
    with suppress(ImportError, ValueError, OSError):  # no such limits on this system
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"a document asked for {event}")

    sys.addaudithook(refuse)


def main() -> None:
    """Read a document from standard input, and write what it holds to standard output."""
    given = json.loads(sys.stdin.buffer.readline())
    bound(given["memory"])
    raw = sys.stdin.buffer.read()
    try:
        told = _told(read_here(given["format"], raw, given["path"]))
    except DocumentError as error:
        told = {"error": str(error)}
    except MemoryError:
        told = {"error": f"{given['path']}: takes too much memory to read"}
    except RecursionError:
        told = {"error": f"{given['path']}: is nested too deep to be read"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
