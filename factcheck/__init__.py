"""factcheck: each claim of an official text next to the statements that run against it.

    from factcheck import CrossEncoderStance, compare, read_claim_files, resolve_stance

    files = read_claim_files(["claims"])
    stance = CrossEncoderStance(resolve_stance("contrast"))
    report = compare(files.claims, files.statements, stance=stance, k=3)
    print(report.model_dump_json(indent=2))

Names are loaded when first used, so that `import factcheck` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factcheck.cache import CachedEncoder, CachedStance, VectorCache
    from factcheck.compare import compare
    from factcheck.encoders import Encoder, SentenceEncoder
    from factcheck.errors import FactcheckError
    from factcheck.inputs import read_claim_files, read_sources
    from factcheck.records import Claim, ClaimSet, Quote, Source, Statement
    from factcheck.report import Counterpoint, Finding, Report
    from factcheck.running import Execution
    from factcheck.stance.cross_encoder import CrossEncoderStance
    from factcheck.weights import resolve, resolve_stance

__version__ = "0.1.0"

_HOMES = {
    "CachedEncoder": "cache",
    "CachedStance": "cache",
    "Claim": "records",
    "ClaimSet": "records",
    "Counterpoint": "report",
    "CrossEncoderStance": "stance.cross_encoder",
    "Encoder": "encoders",
    "Execution": "running",
    "FactcheckError": "errors",
    "Finding": "report",
    "Quote": "records",
    "Report": "report",
    "SentenceEncoder": "encoders",
    "Source": "records",
    "Statement": "records",
    "VectorCache": "cache",
    "compare": "compare",
    "read_claim_files": "inputs",
    "read_sources": "inputs",
    "resolve": "weights",
    "resolve_stance": "weights",
}

__all__ = [
    "CachedEncoder",
    "CachedStance",
    "Claim",
    "ClaimSet",
    "Counterpoint",
    "CrossEncoderStance",
    "Encoder",
    "Execution",
    "FactcheckError",
    "Finding",
    "Quote",
    "Report",
    "SentenceEncoder",
    "Source",
    "Statement",
    "VectorCache",
    "__version__",
    "compare",
    "read_claim_files",
    "read_sources",
    "resolve",
    "resolve_stance",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'factcheck' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"factcheck.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
