"""A calibration: temperature, rank weights and limits fitted to a user's own labels.

A small JSON file that a configuration names. It belongs to the two models that its figures
were fitted on and is refused with others; it moves no model's weights.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, ValidationError

from factcheck.errors import InputError
from factcheck.fields import Line, Sha256  # noqa: TC001 - pydantic reads them at run time
from factcheck.records import Record
from factcheck.report import Model
from factcheck.stance.ranking import FEATURES, Ranking, default_ranking

if TYPE_CHECKING:
    from factcheck.inference import Identified

MAX_BYTES = 64 * 1024
MEND = "make it anew: factcheck eval calibrate LABELS -o"
"""What mends a calibration that cannot be used, but for the name of its file."""

# Bounds within which scores can be computed; figures that were fitted lie far inside.
Temperature = Annotated[float, Field(ge=0.05, le=20, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=-20, le=20, allow_inf_nan=False)]
Intercept = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
Limit = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Figure = Annotated[float, Field(allow_inf_nan=False)]


class RankWeights(Record):
    """The weights of the contrast score, one a feature."""

    similarity: Weight
    log_opposes: Weight
    log_neutral: Weight
    log_supports: Weight


class FittedModel(Record):
    """A model whose figures a calibration fits."""

    name: Line
    sha256: Sha256


class Basis(Record):
    """What a calibration was fitted on, and how it did on claims that it had not seen.

    `others` are pairs known only not to oppose. `before` and `after` are cross-validated.
    """

    sha256: Sha256 = Field(description="Of the labels.")
    claims: Count
    opposes: Count
    neutral: Count
    supports: Count
    others: Count
    folds: Count
    repeats: Count
    before: Annotated[dict[Line, Figure | None], Field(max_length=50)]
    after: Annotated[dict[Line, Figure | None], Field(max_length=50)]


class CalibrationFile(Record):
    """A calibration as it is written."""

    version: Literal[1] = 1
    encoder: FittedModel
    stance_model: FittedModel
    temperature: Temperature
    intercept: Intercept
    weights: RankWeights
    opposes_at: Limit
    supports_at: Limit
    labels: Basis

    @property
    def ranking(self) -> Ranking:
        """What scores, ranks and verdicts are made of."""
        return Ranking(
            intercept=self.intercept,
            weights=tuple(getattr(self.weights, name) for name in FEATURES),
            opposes_at=self.opposes_at,
            supports_at=self.supports_at,
            temperature=self.temperature,
        )


@dataclass(frozen=True)
class Calibration:
    """A calibration that was read.

    Attributes:
        path: Its file, as the user names it.
        model: The file's name, which holds no path, and its sha256, as reports record them.
        content: What it says.
    """

    path: str
    model: Model
    content: CalibrationFile

    def check(self, encoder: Identified, stance: Identified) -> None:
        """Refuse models that it was not fitted on.

        Raises:
            InputError: One of the two is another.
        """
        for role, fitted, given in (
            ("stance model", self.content.stance_model, stance),
            ("encoder", self.content.encoder, encoder),
        ):
            if fitted.sha256 != given.sha256:
                raise InputError(
                    f"{self.path}: fitted on the {role} {fitted.name!r} of sha256 "
                    f"{fitted.sha256[:12]}…, not on {given.name!r} of {given.sha256[:12]}…; "
                    f"{MEND} {self.path}, or go without: --calibration none"
                )


def ranking_for(
    calibration: Calibration | None, encoder: Identified, stance: Identified | None
) -> Ranking:
    """The ranking of a run: the calibration's, or the one that comes with the package.

    Without a stance model there is nothing to calibrate.

    Raises:
        InputError: The calibration was fitted on other models.
    """
    if calibration is None or stance is None:
        return default_ranking()
    calibration.check(encoder, stance)
    return calibration.content.ranking


def recorded(calibration: Calibration | None, stance: Identified | None) -> Model | None:
    """What a report or a lock tells of the calibration: nothing, where it had no part."""
    return calibration.model if calibration and stance else None


def read_calibration(raw: bytes, path: str) -> Calibration:
    """A calibration from the bytes of its file.

    Args:
        raw: The bytes.
        path: Its name in errors.

    Raises:
        InputError: It is no calibration, or holds figures that none can have.
    """
    try:
        content = CalibrationFile.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        at = ".".join(map(str, first["loc"]))
        where = f"{at}: " if at else ""
        raise InputError(
            f"{path}: is no calibration: {where}{first['msg']}; {MEND} {path}"
        ) from None
    # Line ends are Git's to change; the figures are not.
    digest = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()
    name = PurePath(path).name.encode("utf-8", "backslashreplace").decode()
    return Calibration(path, Model(name=name, sha256=digest), content)


def render(content: CalibrationFile) -> str:
    """The file's text; the same figures, the same bytes."""
    told = content.model_dump(mode="json")
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
