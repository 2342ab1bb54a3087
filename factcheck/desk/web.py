"""The desk in a browser: one page on this machine, for whoever was given its address.

The address holds a random token, and without it there is nothing to see. A request must name
this host, so that no other name can be made to lead here (DNS rebinding); what changes
something must come by POST, as JSON, from this page itself, so that no other page can send
it. The page may load nothing but its own two files.
"""

from __future__ import annotations

import json
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from factcheck.desk.keys import KEYS
from factcheck.desk.shared import EndedError, NoSuchActionError, SharedDesk

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from factcheck.desk.desk import Desk

HOST = "127.0.0.1"
MAX_BODY = 64 * 1024
_JSON = "application/json"
_PAGE = {
    "": ("desk.html", "text/html; charset=utf-8"),
    "desk.css": ("desk.css", "text/css; charset=utf-8"),
    "desk.js": ("desk.js", "text/javascript; charset=utf-8"),
    "desk.svg": ("desk.svg", "image/svg+xml"),
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class WrongRequestError(Exception):
    """A request that is not answered; the status and the reason go to whoever sent it."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        """Keep both."""
        super().__init__(reason)
        self.status = status


class DeskServer:
    """Serves a desk on this machine until it is closed.

    Attributes:
        url: The page's address, its token included.
    """

    def __init__(self, desk: Desk, *, blind: bool = True, port: int = 0) -> None:
        """Take a port; 0 takes one that is free.

        Raises:
            OSError: The port is taken.
        """
        shared, token = SharedDesk(desk, blind=blind), secrets.token_urlsafe(24)

        class Handler(_Handler):
            """Answers for this desk."""

            desk_shared = shared
            desk_token = token

        self._shared = shared
        self._server = ThreadingHTTPServer((HOST, port), Handler)
        self._server.daemon_threads = True
        Handler.desk_port = self._server.server_port
        self.url = f"http://{HOST}:{self._server.server_port}/{token}/"

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the port back, and answer nobody any more."""
        self._shared.end()
        self._server.server_close()

    def serve(self) -> None:
        """Answer requests until `stop` is called from elsewhere, or the process interrupted."""
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """End `serve`, which runs in another thread."""
        self._server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60  # a connection that says nothing is closed
    desk_shared: SharedDesk
    desk_token: str
    desk_port: int

    def do_GET(self) -> None:
        """A file of the page, or what it shows; changes nothing."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """An action."""
        self._answer(self._post)

    def version_string(self) -> str:
        """No more than the name of the tool."""
        return "factcheck"

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is the reviewer's, and addresses hold the token."""

    def _answer(self, find: Any) -> None:
        try:
            self._check_sender()
            content, kind = find(self._name())
            status = HTTPStatus.OK
        except WrongRequestError as error:
            content, kind, status = f"{error}\n".encode(), "text/plain; charset=utf-8", error.status
            self.close_connection = True  # what else was sent is not read
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": kind}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def _hosts(self) -> list[str]:
        return [f"{name}:{self.desk_port}" for name in (HOST, "localhost")]

    def _check_sender(self) -> None:
        """Refuse other names of this host, and other pages."""
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or hosts[0] not in self._hosts():
            raise WrongRequestError(HTTPStatus.FORBIDDEN, "this host is not called so")
        own = f"http://{hosts[0]}"
        origin = self.headers.get("Origin")
        if origin not in ({own} if self.command == "POST" else {own, None}):
            raise WrongRequestError(HTTPStatus.FORBIDDEN, "only the desk's own page may ask")
        if self.headers.get("Sec-Fetch-Site") not in {None, "same-origin", "none"}:
            raise WrongRequestError(HTTPStatus.FORBIDDEN, "only the desk's own page may ask")

    def _name(self) -> str:
        """What is asked for, below the token."""
        _, token, *rest = [*self.path.split("/"), ""]
        same = secrets.compare_digest(token.encode(), self.desk_token.encode())
        if not same or len(rest) != 2:  # noqa: PLR2004 - a name, and the end that was added
            message = "nothing here; the whole address is what factcheck printed"
            raise WrongRequestError(HTTPStatus.NOT_FOUND, message)
        return rest[0]

    def _get(self, name: str) -> tuple[bytes, str]:
        if name in _PAGE:
            file, kind = _PAGE[name]
            return (files(__package__) / "page" / file).read_bytes(), kind
        told: dict[str, Any]
        match name:
            case "state":
                told = self.desk_shared.state()
            case "model":
                told = self.desk_shared.model()
            case "keys":
                told = {"keys": KEYS}
            case _:
                raise WrongRequestError(HTTPStatus.NOT_FOUND, "nothing here by GET")
        return json.dumps(told).encode(), _JSON

    def _post(self, name: str) -> tuple[bytes, str]:
        if name != "do":
            raise WrongRequestError(HTTPStatus.NOT_FOUND, "nothing here by POST")
        if self.headers.get_content_type() != _JSON:
            raise WrongRequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "only JSON is read")
        length = self.headers.get("Content-Length") or ""
        if not (length.isascii() and length.isdigit()):
            raise WrongRequestError(HTTPStatus.LENGTH_REQUIRED, "no length is given")
        if int(length) > MAX_BODY:
            raise WrongRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too long")
        try:
            wanted = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            wanted = None
        if not isinstance(wanted, dict):
            raise WrongRequestError(HTTPStatus.BAD_REQUEST, "no JSON object")
        try:
            return json.dumps(self.desk_shared.act(wanted)).encode(), _JSON
        except NoSuchActionError:
            raise WrongRequestError(HTTPStatus.BAD_REQUEST, "no such action") from None
        except EndedError:
            raise WrongRequestError(HTTPStatus.SERVICE_UNAVAILABLE, "the desk has ended") from None
