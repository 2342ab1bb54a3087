"""The templates, the stylesheet and the scripts of the page, and the policy that names them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {style}; img-src data:; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass(frozen=True)
class Assets:
    """What is put into the page as it is; all of it comes with the package.

    Attributes:
        style: The stylesheet.
        early: The script that runs before anything is drawn.
        script: The script that runs once all is there.
        policy: The content security policy, with the hashes of these three.
    """

    style: str
    early: str
    script: str
    policy: str


@cache
def environment() -> Environment:
    """Jinja2 with autoescaping of all templates; a name that is not there is an error."""
    return Environment(
        loader=PackageLoader("factcheck.formats.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def page_assets() -> Assets:
    """The assets, read once."""
    style, early, script = (_read(name) for name in ("page.css", "early.js", "page.js"))
    policy = _POLICY.format(scripts=f"{_hash(early)} {_hash(script)}", style=_hash(style))
    return Assets(style, early, script, policy)


def _read(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text("utf-8")


def _hash(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"
