"""The page of the rules of `factcheck check`."""

from __future__ import annotations

from tables import cell, table

from factcheck.rules import RULES, Rule


def page() -> str:
    """Every rule: what it finds, why, an example, and what mends it."""
    rows = (
        (
            f"[`{rule.code}`](#{rule.code.lower()}-{rule.name})",
            rule.name,
            "on" if rule.default else "off",
            cell(rule.summary),
        )
        for rule in RULES.values()
    )
    sections = "\n\n".join(_section(rule) for rule in RULES.values())
    return f"""\
# Rules

What `factcheck check` finds. A rule keeps its code for good. [The gate](../ci.md#rules) tells how
rules are turned on and off, and [what to do](../ci.md#fix-suppress-or-record) about a finding.
`factcheck rule FC203` shows one of them in the terminal.

{table(("code", "name", "by default", "what it finds"), rows)}

{sections}
"""


def _section(rule: Rule) -> str:
    on = "On by default." if rule.default else "Off by default; `--extend-select` turns it on."
    language = "text" if rule.example.startswith("$") else "yaml"
    return f"""\
## {rule.code} {rule.name}

{rule.summary} {on}

**Why.** {rule.why}

```{language}
{rule.example}
```

**What mends it.** {rule.fix}"""
