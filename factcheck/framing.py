"""The patterns by which frames are found: what stands before, after and around their verbs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from factcheck.clauses import FINITE, IRREGULAR
from factcheck.verbs import (
    BODIES,
    FALSELY,
    MANNERS,
    NOUNS,
    PARTICIPLES,
    PLAIN,
    STATES,
    TAKES,
    THIRDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_I = re.IGNORECASE


def _any(forms: Iterable[str]) -> str:
    return "|".join(sorted(forms, key=len, reverse=True))


NUMBER = re.compile(r"\s*(?:[-*•]\s+)?(?:(?:\d{1,3}(?:\.\d{1,3}){0,4}[.)]|\(\w{1,6}\))\s+)?")
FORM = re.compile(rf"\b(?:{_any(TAKES)})\b", _I)
ADVERB = (
    rf"(?:(?!assembly|family|ally|italy|july|reply|{FALSELY})\w+ly|also|further|again|still"
    r"|once more|then|has|have|had|wish(?:es)? to|would like to"
    r"|do|does|hereby|thus|therefore|now|long|even|all)"
)
STATE = re.compile(
    rf"\b(?:am|is|are|was|were|remain(?:s|ed)?|feels?|felt)\s+(?:{ADVERB}\s+){{0,3}}"
    rf"(?P<state>{STATES})(?:\s+(?:about|over|by|at|of|to)|(?=\s+that))(?=\s)",
    _I,
)
ADVERBS_LAST = re.compile(rf"(?:\s+{ADVERB}){{0,4}}\s*$", _I)
JOINED = re.compile(rf"\s+(?:{ADVERB}\s+)?(?P<verb>\w{{2,20}}),?\s+and\s*$", _I)
JOINING = re.compile(r"(?:and|but|so|yet|thus|therefore|hence)\s", _I)
LEAD = re.compile(
    r"(?:in|on|at|with|as|for|to|towards?|through|amid|among|under|during|after|before|by|from|since|while|despite"
    r"|given|recalling|however|moreover|last|today|yesterday|here|mindful|convinced|aware|also|thus"
    r"|therefore|and|but|so|yet|already|meanwhile|nevertheless|though|although|when|\w+ly|\w{3,}ing"
    r"|(?:sign|ask|bas|adopt|found|writ|speak|publish|releas|issu)(?:ed|ten) \w+)\b",
    _I,
)
NO_SPEAKER = re.compile(
    rf"\b(?:{FALSELY}|no|nothing|little|neither|without|unless|whether|(?<!a )few|refus\w+"
    r"|fail\w+|declin\w+|might"
    r"|shall|is|are|was|were|be|been|has|have|had|will|would|that|which|who|whom|what|where|when|how"
    r"|if|not|never|nor|nobody|none|may|can|could|must|should|but|because|there|to|\w+n['’]t)\b"
    r"|\b(?:says?|said|tells?|told|took|went|came|gave|knew|began|ran|stood|spoke|fell|rose|broke|drove"
    r"|fled|saw|wrote|became|sat|thanked)\b|[“”«»\"();:?!]|['’]s?$|^[\W_]*$",
    _I,
)
NO_NOUN = re.compile(
    r"(?:(?:very|small|large|big|poor|rich|new|old|young|other|member|neutral|more|less)\s*)+"
    r"|(?:the|an?|this|that|these|those|his|her|its|our|their|your|my|no|any|every|each|such)"
    r"(?:\s+(?!general|marshal|official|journal|tribunal|hospital|cardinal|admiral|principal|rival"
    r"|executive|representative|detective|critic|cleric|academic|public|clinic)"
    r"(?:\w+(?:al|ive|ous|ic|ful)|major|minor|prior|senior|junior|main))?",
    _I,
)
NO_END = re.compile(
    r"\b(?:and|or|up|out|in|on|at|by|of|for|with|an?|the|all|both|these|those|other|member)$", _I
)
PLURAL = re.compile(r"\b(?:we|i|they|you|people|women|men|many|some|most|\w*[^\Ws]s)$", _I)
BODY = re.compile(rf"\b(?:we|{BODIES})s?\b", _I)
MANNER = re.compile(
    rf"(?:\s*,?\s+(?:with\s+(?:\w+\s+){{0,2}}(?:{MANNERS})"
    rf"(?:,?\s+and\s+(?:\w+\s+){{0,2}}(?:{MANNERS}))?|in particular|in the strongest terms"
    r"|(?:late |early )?on \w+day|in an? (?:\w+ )?(?:statement|report|letter|speech|interview)"
    rf"|yesterday|today|last (?:week|month|year)|again|(?!{FALSELY})\w+ly|once more)"
    r",?(?=\s)){0,3}",
    _I,
)
THAT = re.compile(r",?\s+that,?\s+(?=\w|[“«\"'(])", _I)
TOLD = re.compile(r"\s+(?:[\w.’'-]+\s+){1,7}?that\s+", _I)
TO = re.compile(r"\s+to\s+(?!(?:the|an?|our|its|their|this|that|all|him|her|them)\b)(?=[a-z])")
QUOTED = re.compile(r"\s*[:,]\s*(?=[“«\"])")
FACT = re.compile(r"\s+the\s+fact\s+that\s+", _I)
NEED = re.compile(r"\s+(?:the|an?)\s+(?=(?:\w+\s+){0,2}need\s+(?:for|to)\s)", _I)
COMMITTED = re.compile(
    rf"\s+(?:(?:our|its|their|his|her|the)\s+)?(?:\w[\w-]*\s+){{0,3}}?(?:{NOUNS})s?"
    r"\s+(?:that|to|for|about|over|at|in|of)\s+",
    _I,
)
OWN = re.compile(r"\s+(?:our|its|their|his|her)\s", _I)
ASIDE = re.compile(r"\s[–—]\s[^–—]{1,300}\s[–—]$|,\s(?:who|which)\s[^,]{1,120},$|,$")
WHEN = re.compile(
    r"\s(?:this|last|next) (?:week|month|year|\w+day)$|\s(?:on \w+day|yesterday|today)$", _I
)
SINCE = re.compile(
    r"(?:in\s+(?:\w+\s+)?\d{4}|on\s+\w+day|(?:\w+\s+){1,2}(?:later|ago|earlier|before))\s+(?=\w)",
    _I,
)
NO_START = re.compile(
    r"(?:and|or|nor|of|such|including|than|in|on|at|with|for|to|under|during|after|before|by|from"
    r"|since|while|despite|given|when|although|though)\b|.*-$",
    _I,
)
THING = re.compile(
    r"\s+(?!(?:that|nothing|him|her|us|them|it|me|you|so|if|whether|why|how|what)\b)(?=[\w“«\"‘])"
    r"(?!(?:in|on|at|by|for|to|of|with|from|about|as|and|or|too|after|before|during|under|across"
    r"|against|through|into|over|between|among|within|upon|since|until)\b)"
)
_DID = (
    r"\w+ed(?=[.,;:”\"]|$|\s+(?:the|an?|in|on|at|to|by|from|for|with|its|their|his|her|our|as|more|less|up"
    r"|down|out|over|off|into|about|nearly|almost|than|no|any|some|all|after|before|during|since|until"
    r"|when|that|\d|\w+ly)\b)"
)
CLAUSE = re.compile(
    rf"\s+(?!(?:nothing|something|so|yes|who|which|than|and|or|as|whether|if|why|how|what|me|us|him"
    rf"|them)\b)(?!(?:in|on|at|by|for|to|of|with|from|about)\b)(?!{FINITE})"
    rf"(?=(?:(?!(?:that|which|who|whose|because|when|where|while|although|after|before|if|since|whether"
    rf"|and\s+(?:it|they|he|she|hardly|{FINITE}|\w+ed\b|{IRREGULAR}\b))\b)[\w“”\"'’%.-]+(?:,\s+(?!and\b)|\s+)){{1,14}}?"
    rf"(?:{FINITE}|{_DID}|{IRREGULAR}\b))",
    _I,
)
SAY = _any(form for form, takes in TAKES.items() if "B" in takes and form not in PARTICIPLES)
_TELL = _any(form for form, takes in TAKES.items() if "T" in takes and form not in PARTICIPLES)
_SAYS = (
    r"says?|said|writes|wrote|asks|asked|added|adds|cried|warned|warns|explained|explains|argued"
    r"|argues"
)
NAME = r"(?:[^\s,;:“”«»\"()?!]{1,30}\s+){0,9}?[^\s,;:“”«»\"()?!]{1,30}"
BY = rf"(?:(?P<who>{NAME})\s+(?P<said>{SAY})|(?P<says>{_SAYS})\s+(?P<whom>{NAME}))"
_MORE = (
    r"(?:adding|saying|noting|citing|arguing|stressing|warning|insisting|claiming|urging|recalling"
    r"|emphasi[sz]ing|describing|calling|referring|pointing)"
)
TAIL = re.compile(
    rf"(?P<close>,[”\"»]?|[?!.][”\"»])\s+"
    rf"(?:{BY}|(?P<teller>{NAME})\s+(?P<tells>told)\s+(?:[\w’'-]+\s+){{0,4}}[\w’'-]+"
    rf"|(?P<by>according to)\s+(?P<source>{NAME}))"
    r"(?:\s+(?:last|on|yesterday|today|(?:in|at)\s+(?:an?\b|[A-Z]\w*))\b[^,“\"]{0,40})?"
    rf"(?:,\s+{_MORE}\b[^“\"]{{0,300}}|(?(whom),\s[^“\"]{{0,120}}|))?\.?$"
)
MORE = re.compile(rf",\s+(?:and\s+)?{_MORE}\b")
MIDDLE = re.compile(
    rf"(?P<close>,[”\"»]?)\s+{BY},\s+(?=(?:because|although|though|since|while|when|where|which|who|as|after"
    r"|before|until)\b|\w{2,}ing\b)"
)
FRONT = re.compile(
    r"(?:(?P<verb>According to)\s+(?P<who>[^,;:]{2,120})"
    rf"|As\s+(?P<by>{NAME})\s+(?P<said>{SAY}|{_TELL})),\s+(?!(?:which|who|whose|where)\b)",
    _I,
)
IMPERSONAL = re.compile(
    rf"(?:It\s+(?:is|was|has been|should be|must be|bears)\s+(?:{ADVERB}\s+)?"
    rf"(?P<verb>worth \w+ing|{PLAIN}|{_any(f for f, takes in TAKES.items() if 'T' in takes)})"
    r"|There (?:is|was) (?P<sure>no doubt))\s+that\s+",
    _I,
)
OPENING = re.compile(
    rf"(?:(?:\w+ly|Also|Further)\s+)?(?P<verb>(?:{_any(THIRDS | PARTICIPLES)})\b|(?:{STATES})\b)"
    r"(?:\s+(?:of|by|about|at|over)(?=\s))?",
    _I,
)
