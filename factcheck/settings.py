"""What `factcheck.toml` and `[tool.factcheck]` may set, as one table.

Values are judged by it (`cli/values.py`), and the JSON Schema of the file is made from
it. Defaults are not told here: they are those of the commands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["whole", "number", "text", "texts", "flag", "codes", "codes_by_pattern"]
Place = Literal["anywhere", "below"]

_NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]+$"
_LEADS_NOT_OUT = r"^(?!/)(?!(.*/)?\.\.(/|$))"


@dataclass(frozen=True)
class Setting:
    """A key of the file.

    Attributes:
        name: The key.
        kind: What its value must be.
        about: What it does, in one line.
        choices: The texts that it takes, where it takes only some.
        least: The lowest number.
        most: The highest number.
        place: For a path, where it may lead: what commands write must lie below the file,
            for the file comes along with whatever was cloned.
    """

    name: str
    kind: Kind
    about: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    place: Place | None = None

    @property
    def many(self) -> bool:
        """Whether its value is a list."""
        return self.kind in {"texts", "codes"}


_ALL = (
    Setting("claims", "texts", "Claim files, folders of them, or texts.", place="anywhere"),
    Setting(
        "against",
        "texts",
        "Critique sources; without them, the statements among the claims.",
        place="anywhere",
    ),
    Setting("documents", "text", "A folder of documents, to check quotes by.", place="anywhere"),
    Setting("k", "whole", "How many statements a claim.", least=1),
    Setting(
        "min_similarity", "number", "Leave out statements less similar than this.", least=-1, most=1
    ),
    Setting(
        "kind",
        "texts",
        "Only statements from sources of these kinds.",
        choices=("ngo", "analysis", "press"),
    ),
    Setting("rank", "text", "What to rank by.", choices=("contrast", "similarity")),
    Setting(
        "format",
        "text",
        "How `factcheck compare` shows its report.",
        choices=("terminal", "json", "jsonl", "markdown", "csv", "html"),
    ),
    Setting("model", "text", "A sentence-transformers model: a name, or a folder as ./model."),
    Setting("stance_model", "text", "A cross-encoder: 'contrast', a name, a folder, or 'none'."),
    Setting(
        "calibration",
        "text",
        "Figures fitted to your own labels, made by 'factcheck eval calibrate'.",
        place="anywhere",
    ),
    Setting("batch_size", "whole", "Texts encoded at once.", least=1),
    Setting("precision", "text", "What models compute in.", choices=("auto", "f32", "bf16")),
    Setting("device", "text", "Where models run.", choices=("auto", "cpu", "cuda", "mps")),
    Setting("cache_dir", "text", "Where vectors are kept.", place="anywhere"),
    Setting("cache_size", "whole", "What the cache may hold, in MiB.", least=1),
    Setting("reviewer", "text", "Who decides in `factcheck review`."),
    Setting("color", "text", "When to use colours.", choices=("auto", "always", "never")),
    Setting("lock", "text", "The lock file, of vectors and stance.", place="below"),
    Setting("locked", "flag", "Take vectors and stance from the lock only."),
    Setting("baseline", "text", "The file of findings that are known.", place="below"),
    Setting("select", "codes", "The rules that are on, in place of the defaults."),
    Setting("extend_select", "codes", "Rules that are on besides."),
    Setting("ignore", "codes", "Rules that are off."),
    Setting(
        "per_file_ignores",
        "codes_by_pattern",
        "Rules that are off in some files: patterns of paths, relative to this file.",
    ),
    Setting(
        "review_band",
        "number",
        "How near to its threshold a figure is left to a reader.",
        least=0,
        most=1,
    ),
    Setting(
        "fail_on",
        "text",
        "From which level on `factcheck check` fails.",
        choices=("error", "review", "never"),
    ),
    Setting("strict", "flag", "Whether borderline findings count as errors."),
)

SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _ALL}
"""All settings by their keys."""


def schema() -> dict[str, Any]:
    """The JSON Schema of `factcheck.toml`, but for its dialect."""
    from factcheck.rules import RULES  # noqa: PLC0415 - reading a file needs no rules

    prefixes = {code[:end] for code in RULES for end in range(1, len(code) + 1)}
    return {
        "title": "factcheck configuration",
        "description": "The file factcheck.toml, or the table tool.factcheck of pyproject.toml.",
        "type": "object",
        "properties": {setting.name: _schema_of(setting) for setting in _ALL},
        "additionalProperties": False,
        "$defs": {
            "codes": {
                "type": "array",
                "items": {
                    "description": "The code of a rule, the beginning of some, or ALL.",
                    "enum": ["ALL", *sorted(prefixes)],
                },
            }
        },
    }


def _schema_of(setting: Setting) -> dict[str, Any]:
    codes: dict[str, Any] = {"$ref": "#/$defs/codes"}
    text: dict[str, Any] = {"type": "string", "pattern": _NO_CONTROLS}
    item = {"enum": list(setting.choices)} if setting.choices else text
    shapes: dict[Kind, dict[str, Any]] = {
        "whole": {"type": "integer"},
        "number": {"type": "number"},
        "text": item,
        "texts": {"type": "array", "items": item},
        "flag": {"type": "boolean"},
        "codes": codes,
        "codes_by_pattern": {
            "type": "object",
            "propertyNames": {"pattern": _LEADS_NOT_OUT + _NO_CONTROLS},
            "additionalProperties": codes,
        },
    }
    limits = {"minimum": setting.least, "maximum": setting.most}
    told = {key: limit for key, limit in limits.items() if limit is not None}
    return {"description": setting.about, **shapes[setting.kind], **told}
