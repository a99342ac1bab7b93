"""Style sheets without what no page uses: the theme's 400 kB become a file of a tenth.

A rule stays if each tag, class, id and attribute its selector asks for is somewhere in the pages or in a script of the
book. Then colours and sizes that nobody reads, animations that nobody starts and the icon fonts go, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

DROPPED = re.compile(r"--fa-|font ?awesome|--pst-icon-|--pst-breadcrumb-divider", re.IGNORECASE)  # icons are drawn
NESTING = ("@media", "@supports", "@layer", "@container")
STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NAME = r"-?[_a-zA-Z\u0080-\uffff](?:[\w\u0080-\uffff-]|\\.)*"


@dataclass
class Used:
    """What pages and scripts name: tags, classes and ids, attributes (lower case), and any word of a script."""

    tags: set[str] = field(default_factory=lambda: {"html", "head", "body"})
    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)

    def page(self, text: str) -> None:
        """Take in the HTML of a page."""
        self.tags |= {tag.lower() for tag in set(re.findall(r"<([a-zA-Z][\w-]*)", text))}
        for attribute, value in set(re.findall(r'\s([a-zA-Z][\w:-]*)="([^"]*)"', text)):
            self.attributes.add(attribute.lower())
            if attribute in ("class", "id"):
                self.names.update(value.split())
            elif attribute == "style":
                self.properties.update(re.findall(r"var\((--[\w-]+)", value))
        self.attributes |= {name.lower() for name in set(re.findall(r"<[^<>]*\s([a-z-]+)(?=[\s>])", text))}

    def script(self, text: str) -> None:
        """Take in a script: any word of it may become a tag, a class, an id or an attribute."""
        self.words |= set(re.findall(r"[\w-]+", text))
        self.properties |= set(re.findall(r"--[\w-]+", text))


def purged(sheets: Iterable[str], used: Used) -> str:
    """The ``sheets`` in their order without what ``used`` does not need; ``ValueError`` where braces do not match."""
    rules = [rule for sheet in sheets for rule in _kept(_rules(_plain(sheet)), used)]
    rules = _drop_unread(rules, used)
    started = {word for rule in _flat(rules) for word in re.findall(r"[\w-]+", _value_of(rule.body, "animation"))}
    frames = re.compile(r"@(?:-webkit-)?keyframes\s+([\w-]+)")
    kept = [rule for rule in rules if not (moves := frames.match(rule.head)) or moves[1] in started]
    return "".join(map(_written, kept))


@dataclass
class _Rule:
    head: str
    body: str  # declarations, "" for a rule that nests others
    inside: list[_Rule] | None = None


def _plain(sheet: str) -> str:
    """Without comments and without space that means nothing; strings stay as they are."""
    parts = STRING.split(COMMENT.sub("", sheet)) if '"/*' not in sheet else STRING.split(sheet)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", parts[i]))
    return "".join(parts).strip()


def _rules(text: str) -> list[_Rule]:
    rules, at = [], 0
    while at < len(text):
        stop = _find(text, at, "{;")
        if stop < 0:
            if text[at:].strip():
                raise ValueError(f"style sheet: {text[at : at + 60]!r} ends without a brace")
            break
        head = text[at:stop].strip()
        if text[stop] == ";":  # @charset, @import: what they name is joined anyway
            at = stop + 1
            continue
        end = _closing(text, stop)
        body = text[stop + 1 : end]
        rules.append(_Rule(head, "", _rules(body)) if head.startswith(NESTING) else _Rule(head, body.strip("; ")))
        at = end + 1
    return rules


def _find(text: str, at: int, signs: str) -> int:
    """Where the first of ``signs`` stands outside strings and brackets, or -1."""
    depth, quote, i = 0, "", at
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 1
        elif quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c in signs and depth == 0:
            return i
        elif c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        i += 1
    return -1


def _closing(text: str, opening: int) -> int:
    depth, at = 1, opening + 1
    while depth:
        at = _find(text, at, "{}")
        if at < 0:
            raise ValueError(f"style sheet: the brace after {text[max(0, opening - 60) : opening]!r} is not closed")
        depth += 1 if text[at] == "{" else -1
        at += 1
    return at - 1


def _split(text: str, sign: str) -> list[str]:
    parts, at = [], 0
    while (stop := _find(text, at, sign)) >= 0:
        parts.append(text[at:stop])
        at = stop + 1
    return [part for part in (*parts, text[at:]) if part.strip()]


def _kept(rules: list[_Rule], used: Used) -> list[_Rule]:
    kept = []
    for rule in rules:
        if rule.inside is not None:
            if inside := _kept(rule.inside, used):
                kept.append(_Rule(rule.head, "", inside))
            continue
        body = ";".join(part.strip() for part in _split(rule.body, ";") if not DROPPED.search(part))
        if rule.head.startswith("@"):
            if body and not (rule.head == "@font-face" and DROPPED.search(rule.body)):
                kept.append(_Rule(rule.head, body))
            continue
        selectors = [s.strip() for s in _split(rule.head, ",") if _matches(s, used)]
        if selectors and body:
            kept.append(_Rule(",".join(selectors), body))
    return kept


def _matches(selector: str, used: Used) -> bool:
    """Whether the pages may have what ``selector`` asks for; what stands in :not(), :is() and the like is not asked."""
    while (stripped := re.sub(r":[\w-]+\([^()]*\)", "", selector)) != selector:
        selector = stripped
    for attribute in re.findall(rf"\[\s*({NAME})", selector):
        if attribute.lower() not in used.attributes and attribute.removeprefix("data-") not in used.words:
            return False
    selector = re.sub(r"::?[\w-]+", "", re.sub(r"\[[^\]]*\]", "", selector))
    for sign, name in re.findall(rf"([.#]?)({NAME})", selector):
        name = re.sub(r"\\(.)", r"\1", name)
        known = used.names if sign else used.tags
        if (name if sign else name.lower()) not in known and name not in used.words:
            return False
    return True


def _flat(rules: list[_Rule]) -> list[_Rule]:
    return [r for rule in rules for r in (_flat(rule.inside) if rule.inside is not None else [rule])]


def _value_of(body: str, name: str) -> str:
    return " ".join(p.partition(":")[2] for p in _split(body, ";") if p.partition(":")[0].strip().startswith(name))


def _drop_unread(rules: list[_Rule], used: Used) -> list[_Rule]:
    """Without custom properties that are set and never read, until nothing more goes."""
    while True:
        read = set(used.properties)
        for rule in _flat(rules):
            read |= set(re.findall(r"var\(\s*(--[\w-]+)", rule.body))
        before = sum(len(rule.body) for rule in _flat(rules))
        for rule in _flat(rules):
            parts = _split(rule.body, ";")
            rule.body = ";".join(p for p in parts if not p.startswith("--") or p.partition(":")[0].strip() in read)
        rules = _filled(rules)
        if sum(len(rule.body) for rule in _flat(rules)) == before:
            return rules


def _filled(rules: list[_Rule]) -> list[_Rule]:
    kept = []
    for rule in rules:
        if rule.inside is not None:
            rule.inside = _filled(rule.inside)
        # the frames of an animation count as declarations
        if rule.inside or rule.body:
            kept.append(rule)
    return kept


def _written(rule: _Rule) -> str:
    if rule.inside is not None:
        return f"{rule.head}{{{''.join(map(_written, rule.inside))}}}"
    return f"{rule.head}{{{rule.body}}}"
