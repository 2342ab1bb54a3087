"""ZIP archives that are documents: read part by part, within bounds."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from factcheck.errors import DocumentError

MAX_MEMBERS = 5_000
MAX_MEMBER = 64 * 1024 * 1024
MAX_TOTAL = 192 * 1024 * 1024
"""Bounds on what an archive holds, unpacked; pictures count with the rest."""

_ENCRYPTED = 0x1
_DECLARES = re.compile(
    rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I)"
)
_MARKUP = (".xml", ".rels", ".opf", ".ncx")


def open_bounded(raw: bytes, path: str) -> zipfile.ZipFile:
    """Open an archive of which every member is of a size that can be held.

    Raises:
        DocumentError: It is damaged, encrypted or too large unpacked, or its XML declares
            a document type, which no such document needs and bombs are made of.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(f"{path}: is a damaged or cut-off ZIP archive: {error}") from None
    if len(members) > MAX_MEMBERS:
        raise DocumentError(f"{path}: holds more than {MAX_MEMBERS} parts")
    total = 0
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise DocumentError(f"{path}: is encrypted; save it without a password")
        total += _unpacked(archive, member, path)
        if total > MAX_TOTAL:
            message = f"is larger than {MAX_TOTAL // 2**20} MiB unpacked"
            raise DocumentError(f"{path}: {message}")
    return archive


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> int:
    """How large a member is; what its head says of that is not believed."""
    size = 0
    last = b""
    is_markup = member.filename.lower().endswith(_MARKUP)
    try:
        with archive.open(member) as opened:
            while part := opened.read(1024 * 1024):
                size += len(part)
                if size > MAX_MEMBER:
                    message = f"part {member.filename[:80]!r} is larger than"
                    raise DocumentError(f"{path}: {message} {MAX_MEMBER // 2**20} MiB unpacked")
                if is_markup and _DECLARES.search(last + part):
                    message = f"part {member.filename[:80]!r} declares a document type or entities"
                    raise DocumentError(f"{path}: {message}; no such document needs them")
                last = part[-64:]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        message = f"part {member.filename[:80]!r} is damaged or cut off"
        raise DocumentError(f"{path}: {message}") from None
    return size
