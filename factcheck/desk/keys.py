"""The keys of the desk, the same in the terminal and in the browser."""

from __future__ import annotations

KEYS = (
    ("o or ←", "the statement opposes the claim"),
    ("n or ↓", "neither: it only touches the claim, or has nothing to do with it"),
    ("s or →", "the statement supports the claim"),
    ("space or ↑", "skip: leave the pair for another sitting"),
    ("u", "undo the last step, and the one before, back to the start of the sitting"),
    ("t", "write a note; it is saved with the decision"),
    ("m", "show or hide what the model holds of the pair"),
    ("PgUp, PgDn", "scroll the texts, where they are long"),
    ("d", "change the colours: the terminal's or system's own, dark, light"),
    ("?", "show these keys"),
    ("q", "quit; what is decided is saved already"),
)
"""Each key, and what it does."""

QUESTION = "Which of the three holds of what the two texts say? The question is not who is right."
"""What a reviewer decides."""
