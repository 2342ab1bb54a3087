"""The text of a claim file with another expectation on one claim, and nothing else changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from factcheck.claims import read_claim_file
from factcheck.desk.yaml_text import YamlText, child, number_of
from factcheck.drafting.scalars import inline
from factcheck.errors import ClaimFileError, InputError
from factcheck.records import Expectation

if TYPE_CHECKING:
    from factcheck.claims import ReadFile
    from factcheck.records import ClaimFile, Decision


def sound_file(raw: bytes, path: str) -> tuple[ReadFile, ClaimFile]:
    """A claim file that has no errors.

    Raises:
        ClaimFileError: It has.
    """
    file = read_claim_file(raw, path)
    if file.content is None:
        raise ClaimFileError(file.problems)
    return file, file.content


def rewritten(raw: bytes, path: str, content: ClaimFile, number: int, expect: Expectation) -> bytes:
    """A claim file in which a claim is held to something else.

    Args:
        raw: The file's bytes.
        path: Its name in errors.
        content: What it holds.
        number: Which of its claims.
        expect: What that is held to from now on; what is empty is not written.

    Raises:
        InputError: The file is written in a way in which this cannot be done by a small edit.
    """
    text = raw.decode("utf-8")
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")
    whole = YamlText(text, newline)
    section = child(whole.root, "claims")
    node = section.value[number]
    if section.flow_style or node.flow_style:
        start, end = whole.span(node)
    else:
        start, end = whole.whole_lines(section, number)
    claims = content.claims or ()
    entry = _Entry(text[start:end], newline, in_list=not (section.flow_style or node.flow_style))
    entry.change(claims[number].expect or Expectation(), expect)
    new = (text[:start] + entry.text + text[end:]).encode("utf-8")
    wanted = claims[number].model_copy(update={"expect": expect if _said(expect) else None})
    told = content.model_copy(update={"claims": (*claims[:number], wanted, *claims[number + 1 :])})
    if read_claim_file(new, path).content != told:
        where = f"{path}:{node.start_mark.line + 1}"
        raise InputError(
            f"{where}: the claim {claims[number].id!r} is written in a way that cannot be added to "
            "without touching the rest; write its `expect` in lines of its own"
        )
    return new


def flow(decision: Decision) -> str:
    """A decision on one line."""
    told = {
        "statement": inline(decision.statement),
        "stance": decision.stance,
        "reviewer": inline(decision.reviewer),
        "date": decision.date.isoformat(),
    }
    if decision.note:
        told["note"] = inline(decision.note)
    return f"{{{', '.join(f'{key}: {value}' for key, value in told.items())}}}"


def _said(expect: Expectation) -> bool:
    return expect != Expectation()


class _Entry:
    """The text of one claim, changed step by step; each step parses only this text anew."""

    def __init__(self, text: str, newline: str, *, in_list: bool) -> None:
        self.text = text
        self._newline = newline
        self._in_list = in_list

    def change(self, old: Expectation, new: Expectation) -> None:
        """Additions come first, so that nothing is empty on the way."""
        if not _said(new):
            self._drop((), "expect")
            return
        if not self._write_expect(new):
            self._write_decisions(old, new)
            self._write_counterpoints(old, new)
        if old.uncovered and not new.uncovered:
            self._drop(("expect",), "uncovered")
        elif new.uncovered and not old.uncovered:
            yaml_text, expect, _ = self._list("uncovered")
            self.text = yaml_text.put_key(expect, "uncovered", "true", ())

    def _write_expect(self, new: Expectation) -> bool:
        """A whole `expect` where there is none to add to; tells whether it was written."""
        yaml_text, entry = self._parsed()
        node = child(entry, "expect")
        if isinstance(node, yaml.MappingNode):
            return False
        lists = {
            "counterpoints": [inline(key) for key in new.counterpoints],
            "decisions": [flow(each) for each in new.decisions],
        }
        inlined = ", ".join(f"{key}: [{', '.join(each)}]" for key, each in lists.items() if each)
        if node is not None:  # `expect:` or `expect: null`
            self.text = yaml_text.replace(node, f"{{{inlined}}}")
            return True
        lines = [
            line
            for key, each in lists.items()
            if each
            for line in (f"{key}:", *(f"  - {item}" for item in each))
        ]
        self.text = yaml_text.add_key(entry, "expect", f"{{{inlined}}}", lines)
        return True

    def _write_decisions(self, old: Expectation, new: Expectation) -> None:
        before = {(each.statement, each.reviewer): each for each in old.decisions}
        after = {(each.statement, each.reviewer): each for each in new.decisions}
        for name, decision in after.items():
            yaml_text, expect, items = self._list("decisions")
            if name in before:
                if before[name] != decision:
                    place = list(before).index(name)
                    self.text = yaml_text.replace(items.value[place], flow(decision))
            elif items is None:
                item = flow(decision)
                self.text = yaml_text.add_key(expect, "decisions", f"[{item}]", [f"- {item}"])
            else:
                self.text = yaml_text.add_item(items, flow(decision))
        for place, name in reversed(list(enumerate(before))):
            if name not in after:
                self._remove("decisions", place)

    def _write_counterpoints(self, old: Expectation, new: Expectation) -> None:
        for key in new.counterpoints:
            if key not in old.counterpoints:
                yaml_text, expect, items = self._list("counterpoints")
                item = inline(key)
                self.text = (
                    yaml_text.put_key(expect, "counterpoints", f"[{item}]", [f"- {item}"])
                    if items is None
                    else yaml_text.add_item(items, item)
                )
        for place, key in reversed(list(enumerate(old.counterpoints))):
            if key not in new.counterpoints:
                self._remove("counterpoints", place)

    def _remove(self, key: str, place: int) -> None:
        yaml_text, expect, items = self._list(key)
        if len(items.value) == 1:
            self.text = yaml_text.remove(expect, number_of(expect, key))
        else:
            self.text = yaml_text.remove(items, place)

    def _parsed(self) -> tuple[YamlText, Any]:
        found = YamlText(self.text, self._newline)
        return found, found.root.value[0] if self._in_list else found.root

    def _drop(self, above: tuple[str, ...], key: str) -> None:
        yaml_text, mapping = self._parsed()
        for name in above:
            mapping = child(mapping, name)
        if child(mapping, key) is not None:
            self.text = yaml_text.remove(mapping, number_of(mapping, key))

    def _list(self, key: str) -> tuple[YamlText, Any, Any]:
        yaml_text, entry = self._parsed()
        expect = child(entry, "expect")
        return yaml_text, expect, child(expect, key)
