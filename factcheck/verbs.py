"""Verbs of declarations, resolutions and reporting, and what each may be followed by.

T: that and a clause. B: a clause without that, or a quotation. I: to and a verb, where a body
or "we" speaks. J: the same, whoever speaks. N: a thing, where a body or "we" speaks or a manner
is told. S: a thing, whoever speaks. O: somebody, then that and a clause. C: a noun of commitment
or feeling that leads to more.
"""

from __future__ import annotations

_REGULAR = """
accept T, acknowledge TNC, add TB, admit TBS, advise TO, affirm TSC, agree TIB, allege TBS,
announce TBS, appreciate TN, appeal I, applaud TS, argue TB, assert TBS, assess TN, assume T,
assure TO, attest T, believe TB, caution TBO, cite N, claim TB, commend S, comment TB, commit I,
complain T, conclude TB, concur T, concede TB, condemn S, confirm TBSC, consider TN, contend TB,
criticise S, criticize S, declare TBC, decide TI, decry S, demand TI, denounce S, deny TS,
deplore TS, describe S, determine T, disclose TS, dismiss S, dispute TS, doubt T, emphasise TSC,
emphasize TSC, encourage S, endorse S, espouse S, estimate TB, expect TI, explain TB, express C,
highlight TS, hope TIB, imply T, inform O, indicate TB, insist TB, invite S, lament TS,
maintain TB, mention TBN, note TBNC, notify O, observe TBN, pledge TJ, praise S, predict TB,
proclaim TS, promise TJBO, propose TI, question S, reaffirm TSC, realise T, realize T, recall TN,
reckon TB, recognise TNC, recognize TNC, recommend TI, record T, reiterate TSC, reject TS,
remark TB, remind O, report TB, request TI, require T, resolve TI, respond TB, restate TSC,
reveal TBN, signal T, state TB, stipulate T, stress TSC, suggest TB, support N, surmise T,
suspect TB, testify TB, underline TSC, underscore TSC, urge TS, voice C, vow TJ, warn TBO,
welcome TS, worry T, refute TS, reply TB, document T, fear T, hint T, wish T, rebut TS,
share the view T, share the belief T, share the conviction T, share common beliefs T,
share the concern T, call upon S, call on S, call for S, point out TB, point to N, cry B,
ask B, draw attention to S, take note T, take note of S, make clear T, express the view T,
pay attention to N
"""
_IRREGULAR = """
say says said saying TB; tell tells told telling O; find finds found finding TB;
hold holds held holding T; think thinks thought thinking TB; know knows knew knowing T;
write writes wrote writing TB; show shows showed showing T; see sees saw seeing T;
foresee foresees foresaw foreseeing T; undertake undertakes undertook undertaking J;
admit admits admitted admitting TBS; submit submits submitted submitting TB;
learn learns learned learning T; regret regrets regretted regretting TNS;
commit commits committed committing I; rule rules ruled ruling T; feel feels felt feeling T
"""
_PAST = {"take": "took", "draw": "drew", "make": "made", "pay": "paid"}


def _forms(base: str) -> tuple[str, str, str, str]:
    """The base, the third person, the past and the participle of a regular verb."""
    stem = base.removesuffix("e")
    third, past = base + "s", stem + "ed"
    if base.endswith("y") and base[-2] not in "aeiou":
        third, past = base[:-1] + "ies", base[:-1] + "ied"
    elif base.endswith(("s", "sh", "ch")):
        third = base + "es"
    return base, third, _PAST.get(base, past), stem + "ing"


def _listed() -> tuple[dict[str, str], frozenset[str], frozenset[str], frozenset[str]]:
    takes: dict[str, str] = {}
    bases, thirds, participles = set(), set(), set()
    rows = []
    for entry in _REGULAR.replace("\n", " ").strip().split(","):
        *words, kinds = entry.split()
        tail = "".join(f" {word}" for word in words[1:])
        rows.append((tuple(form + tail for form in _forms(words[0])), kinds))
    for entry in _IRREGULAR.replace("\n", " ").strip().split(";"):
        *forms, kinds = entry.split()
        rows.append(((forms[0], forms[1], forms[2], forms[3]), kinds))
    for (base, third, past, participle), kinds in rows:
        takes.update(dict.fromkeys((base, third, past, participle), kinds))
        bases.add(base)
        thirds.add(third)
        participles.add(participle)
    return takes, frozenset(bases), frozenset(thirds), frozenset(participles)


TAKES, BASES, THIRDS, PARTICIPLES = _listed()
"""What each form takes; which forms are bases, third persons and participles."""

DENYING = ("den", "reject", "dismiss", "disput", "doubt", "refut", "rebut", "question")
"""How forms begin that turn a proposition round."""

UNSURE = ("hop", "wish", "fear", "hint", "suspect", "surmis")
"""How forms begin after which nothing is asserted yet."""

WANTING = ("demand", "request", "requir", "recommend", "urg", "propos", "ask", "advis")
"""How forms begin that mostly say what is to be, not what is."""

HEARSAY = (
    "sa",
    "report",
    "claim",
    "alleg",
    "believ",
    "thought",
    "argue",
    "suggest",
    "felt",
    "contend",
)
"""How forms begin that with `it is` tell what others say: "It is said that ..."."""

BARE = (
    *("say", "said", "think", "thought", "believ", "claim", "insist", "warn", "reckon", "suggest"),
    *("estimat", "predict", "admi", "add", "agree", "complain", "conced", "conclud", "announc"),
    *("alleg", "maintain", "argue", "arguing", "assert", "hop", "fear", "confirm", "find", "found"),
    *("not", "report", "contend", "promis"),
)
"""How forms begin after which a clause may stand without `that`."""

FALSELY = (
    "falsely|wrongly|mistakenly|incorrectly|erroneously|misleadingly|dishonestly|supposedly"
    "|purportedly|allegedly|reportedly|ironically|jokingly|hardly|scarcely|barely|rarely|seldom"
)
"""Adverbs that take an assertion back, as a pattern."""

STATES = (
    "concerned|alarmed|worried|convinced|mindful|aware|cognizant|conscious|committed|determined"
    "|confident|hopeful|dismayed|appalled|disturbed|encouraged|persuaded|certain|of the view"
    "|of the opinion|of the belief"
)
"""What one is when one asserts, as a pattern."""

NOUNS = (
    "commitment|resolve|determination|support|readiness|pledge|adherence|belief|conviction|concern"
    "|hope|view|regret|alarm|confidence|willingness|opposition|condemnation|dismay|opinion|fear"
    "|doubt|disappointment"
)
"""Nouns of commitment and feeling that lead to a proposition, as a pattern."""

MANNERS = (
    "concern|apprehension|interest|regret|satisfaction|appreciation|alarm|dismay|pride|pleasure|joy"
    "|sadness|sorrow|disappointment|approval|anxiety|unease|grief|shock|gratitude|hope"
)
"""With what one asserts, as a pattern."""

PLAIN = "clear|evident|obvious|undeniable|true|certain|a fact|well known|beyond doubt|no secret"
"""What a proposition is said to be by one who asserts it, as a pattern."""

BODIES = (
    "assembly|assemblies|commission|committee|council|court|conference|congress|delegate|delegation"
    "|expert|government|group|leader|letter|meeting|member|minister|ministry|mission|organi[sz]ation"
    "|panel|parliament|participant|party|parties|president|report|resolution|secretary|secretariat"
    "|senate|side|signator(?:y|ies)|speaker|state|statement|summit|tribunal|union|chair|board|agency"
    "|declaration|article|author|critic|activist|lawyer|rapporteur|spokes\\w+"
)
"""Who asserts rather than sees or takes, as a pattern."""
