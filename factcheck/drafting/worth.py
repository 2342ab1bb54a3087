"""How worth checking the sentences of a document are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck import checkworthiness
from factcheck.inference import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.encoders import Encoder


def worth_of(
    readings: Sequence[str | None], encoder: Encoder, progress: Progress = silent
) -> list[float]:
    """How worth checking each sentence is, 0..1; 0 for one that can be no claim.

    Args:
        readings: As `propositions.readings_of` gives them; only what may be a claim is encoded.
        encoder: The packaged one, for which the model was fitted.
        progress: Told how many texts are encoded.
    """
    read = [each for each in readings if each is not None]
    if not read:
        return [0.0] * len(readings)
    vectors = encoder.encode(read, progress)
    found = iter(checkworthiness.checkworthy(vectors, read, encoder_sha256=encoder.sha256))
    return [0.0 if each is None else float(next(found)) for each in readings]
