"""What can go wrong, in one tree.

    FactcheckError                 anything factcheck raises on purpose
    ├── InputError                 a path, option or text that cannot be used
    │   ├── EmptyInputError        files that hold nothing to compare
    │   ├── PlacedError            one or more problems in files, each with its place
    │   │   ├── ClaimFileError     claim files that cannot be used
    │   │   └── LockError          a lock file that is damaged, or lacks what is asked of it
    │   └── DocumentError          a document that cannot be read
    ├── ConfigError                a configuration file that cannot be used
    ├── ClusterError               a cluster whose workers die, or that has none
    ├── ModelError                 a model that is unknown, incomplete or will not load
    │   └── DamagedWeightsError    weights that are not the ones they should be
    └── OutputError                a result that could not be written

Errors of other libraries are turned into these where they arise, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a file, and where.

    Attributes:
        path: The file, as the user would name it.
        line: From 1; 0 where the problem is the file as a whole.
        column: From 1, in characters; 0 where the problem is the file as a whole.
        message: What is wrong and what would mend it.
        severity: A warning does not make a file unusable.
    """

    path: str
    line: int
    column: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """`path:line:column: message`, as editors and CI systems read it."""
        label = "warning: " if self.severity == "warning" else ""
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {label}{self.message}"


class FactcheckError(Exception):
    """The root of all that factcheck raises on purpose; its text is for the user."""


class InputError(FactcheckError):
    """A path, an option or a text that cannot be used."""


class EmptyInputError(InputError):
    """Files that hold nothing to compare: no claim file, no claim, no statement."""


class PlacedError(InputError):
    """Something wrong at places in files; `problems` holds all that was found, sorted."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems in the order of their places."""
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ClaimFileError(PlacedError):
    """Claim files that cannot be used."""


class LockError(PlacedError):
    """A lock file that cannot be used, or lacks what is asked of it."""


class DocumentError(InputError):
    """A document that cannot be read."""


class ConfigError(FactcheckError):
    """A configuration file that cannot be used."""


class ClusterError(FactcheckError):
    """A cluster whose workers die, fail or differ, or that has none."""


class ModelError(FactcheckError):
    """A model that is unknown, incomplete or will not load."""


class DamagedWeightsError(ModelError):
    """Weights whose sha256 is not the one they should have."""


class OutputError(FactcheckError):
    """A result that could not be written."""


class FactcheckWarning(UserWarning):
    """Something a user should know of that did not keep the work from being done."""
