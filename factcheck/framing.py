"""The patterns by which frames are found: what stands before, after and around their verbs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from factcheck.verbs import BODIES, MANNERS, NOUNS, PARTICIPLES, STATES, TAKES, THIRDS

if TYPE_CHECKING:
    from collections.abc import Iterable

_I = re.IGNORECASE


def _any(forms: Iterable[str]) -> str:
    return "|".join(sorted(forms, key=len, reverse=True))


NUMBER = re.compile(r"\s*(?:[-*•]\s+)?(?:(?:\d{1,3}(?:\.\d{1,3}){0,4}[.)]|\(\w{1,6}\))\s+)?")
FORM = re.compile(rf"\b(?:{_any(TAKES)})\b", _I)
ADVERB = (
    r"(?:(?!assembly|family|ally|italy|july|reply)\w+ly|also|further|again|still|once more"
    r"|then|has|have|had|wish(?:es)? to|would like to"
    r"|do|does|hereby|thus|therefore|now|long|even|all)"
)
STATE = re.compile(
    rf"\b(?:am|is|are|was|were|remain(?:s|ed)?|feels?|felt)\s+(?:{ADVERB}\s+){{0,3}}"
    rf"(?P<state>{STATES})(?:\s+(?:about|over|by|at|of|to)|(?=\s+that))(?=\s)",
    _I,
)
ADVERBS_LAST = re.compile(rf"(?:\s+{ADVERB}){{0,4}}\s*$", _I)
JOINED = re.compile(rf"\s+(?:{ADVERB}\s+)?(?P<verb>\w{{2,20}}),?\s+and\s*$", _I)
JOINING = re.compile(r"(?:and|but|so|yet)\s", _I)
LEAD = re.compile(
    r"(?:in|on|at|with|as|for|to|towards?|under|during|after|before|by|from|since|while|despite"
    r"|given|recalling|however|moreover|last|today|yesterday|here|mindful|convinced|aware|also|thus"
    r"|therefore|and|but|so|yet|already|meanwhile|nevertheless|though|although|when|\w+ly|\w{3,}ing)\b",
    _I,
)
NO_SPEAKER = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|that|which|who|whom|what|where|when|how"
    r"|if|not|never|nor|nobody|none|may|can|could|must|should|but|because|there|to|\w+n['’]t)\b"
    r"|[“”«»\"();:?!]|['’]s?$|^[\W_]*$",
    _I,
)
NO_NOUN = re.compile(
    r"(?:the|an?|this|that|these|those|his|her|its|our|their|your|my|no|any|every|each|such)"
    r"(?:\s+\w+(?:al|ive|ous|ic|ful|or|main))?",
    _I,
)
NO_END = re.compile(r"\b(?:in|on|at|by|of|for|with|an?|the|all|both|these|those|other|member)$", _I)
PLURAL = re.compile(r"\b(?:we|i|they|you|people|women|men|many|some|most|\w*[^\Ws]s)$", _I)
BODY = re.compile(rf"\b(?:we|{BODIES})s?\b", _I)
MANNER = re.compile(
    rf"(?:\s*,?\s+(?:with\s+(?:\w+\s+){{0,2}}(?:{MANNERS})"
    rf"(?:\s+and\s+(?:\w+\s+){{0,2}}(?:{MANNERS}))?|in particular|in the strongest terms"
    r"|on \w+day|yesterday|today|last (?:week|month|year)|again|\w+ly|once more),?(?=\s)){0,3}",
    _I,
)
THAT = re.compile(r",?\s+that,?\s+(?=\w|[“«\"'(])", _I)
TOLD = re.compile(r"\s+(?:[\w.’'-]+\s+){1,7}?that\s+", _I)
TO = re.compile(r"\s+to\s+(?!(?:the|an?|our|its|their|this|that|all|him|her|them)\b)(?=[a-z])")
QUOTED = re.compile(r"\s*[:,]\s*(?=[“«\"])")
COMMITTED = re.compile(
    rf"\s+(?:(?:our|its|their|his|her|the)\s+)?(?:\w[\w-]*\s+){{0,3}}?(?:{NOUNS})s?"
    r"\s+(?:that|to|for|about|over|at|in|of)\s+",
    _I,
)
OWN = re.compile(r"\s+(?:our|its|their|his|her)\s", _I)
ASIDE = re.compile(r"\s[–—]\s[^–—]{1,300}\s[–—]$")
NO_START = re.compile(r"(?:and|or|nor|of|such|including|than)\b|.*-$", _I)
THING = re.compile(
    r"\s+(?!(?:that|nothing|him|her|us|them|it|me|you|so|if|whether|why|how|what)\b)(?=[\w“«\"‘])"
    r"(?!(?:in|on|at|by|for|to|of|with|from|about|as|and|or|too|after|before|during|under|across"
    r"|against|through|into|over|between|among|within|upon|since|until)\b)"
)
FINITE = (
    r"(?:is|are|was|were|has|had|have|will|would|could|can|may|might|must|should|shall|does|did"
    r"|cannot|\w+n['’]t)\b"
)
CLAUSE = re.compile(
    rf"\s+(?!(?:nothing|something|so|yes|who|which|than|and|or|as|whether|if|why|how|what)\b)"
    rf"(?!(?:in|on|at|by|for|to|of|with|from|about)\b)(?!{FINITE})"
    rf"(?=(?:[\w“”\"'’%.-]+,?\s+){{1,14}}?(?:{FINITE}|\w+ed\b))",
    _I,
)
SAY = _any(form for form, takes in TAKES.items() if "B" in takes and form not in PARTICIPLES)
NAME = r"(?:[^\s,;:“”«»\"()?!]{1,30}\s+){0,9}?[^\s,;:“”«»\"()?!]{1,30}"
BY = rf"(?:(?P<who>{NAME})\s+(?P<said>{SAY})|(?P<says>{SAY})\s+(?P<whom>{NAME}))"
TAIL = re.compile(
    rf"(?P<close>,[”\"»]?|[?!.][”\"»])\s+{BY}"
    r"(?:\s+(?:last|on|in|at|yesterday|today)\b[^,“\"]{0,40}|(?(whom),\s[^“\"]{0,120}|))?\.?$"
)
MIDDLE = re.compile(
    rf"(?P<close>,[”\"»]?)\s+{BY},\s+(?=(?:because|although|though|since|while|when|where|which|who|as|after"
    r"|before|until)\b|\w{2,}ing\b)"
)
FRONT = re.compile(
    r"(?:(?P<verb>According to)\s+(?P<who>[^,;:]{2,120})"
    rf"|As\s+(?P<by>{NAME})\s+(?P<said>{SAY})),\s+",
    _I,
)
IMPERSONAL = re.compile(
    r"It\s+(?:is|was|has been|should be|must be|bears)\s+(?:(?:\w+ly|also|further|again)\s+)?"
    rf"(?P<verb>worth \w+ing|{_any(f for f, takes in TAKES.items() if 'T' in takes)})\s+that\s+",
    _I,
)
OPENING = re.compile(
    rf"(?:(?:\w+ly|Also|Further)\s+)?(?P<verb>(?:{_any(THIRDS | PARTICIPLES)})\b|(?:{STATES})\b)"
    r"(?:\s+(?:of|by|about|at|over)(?=\s))?",
    _I,
)
