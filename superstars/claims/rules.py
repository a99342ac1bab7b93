"""How a verdict follows from results: the vocabulary in which the rules of this package are written.

A rule answers one claim. It names results that chapters export and, for each, the range in which the claim holds; the
ends of that range are the values that flip the verdict. An interval that leaves the range leaves the question open.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from superstars.results import Result

VERDICTS = ("holds", "holds in part", "depends", "fails", "not testable")


class ClaimError(ValueError):
    """A claim without an answer, an answer without a result, a row that cannot be right; the message names it."""


@dataclass(frozen=True)
class Check:
    """The claim needs the result ``key`` in [low, high]; the finite ends are the values that flip it."""

    key: str
    low: float = -math.inf
    high: float = math.inf

    def outcome(self, result: Result) -> bool | None:
        """Whether the result lies in the range; None where its interval reaches beyond an end of it."""
        low = result.value if result.low is None else result.low
        high = result.value if result.high is None else result.high
        if self.low <= low and high <= self.high:
            return True
        return None if high >= self.low and low <= self.high else False


def at_least(key: str, low: float) -> Check:
    """The claim needs the result to be ``low`` or more."""
    return Check(key, low=low)


def at_most(key: str, high: float) -> Check:
    """The claim needs the result to be ``high`` or less."""
    return Check(key, high=high)


def between(key: str, low: float, high: float) -> Check:
    """The claim needs the result in [low, high]."""
    return Check(key, low, high)


def near(key: str, stated: float, within: float = 0.1) -> Check:
    """The claim states a number: the result may differ from it by the factor 1 + ``within`` either way."""
    ends = sorted((stated / (1 + within), stated * (1 + within)))
    return Check(key, *ends)


@dataclass(frozen=True)
class Rule:
    """The answer to one claim. ``answer`` is a sentence or two; ``{name}`` in it stands for a result as printed."""

    answer: str
    checks: tuple[Check, ...] = ()
    depends: str = ""
    necessary: bool = False
    because: str = ""
    score: str = ""


def rule(answer: str, *checks: Check, necessary: bool = False, score: str = "") -> Rule:
    """The claim holds if all checks do and fails if none does, in part if some do.

    ``necessary``: one failed check is enough to fail. ``score``: for a forecast, the result that scores it so far.
    """
    return Rule(answer, checks, necessary=necessary, score=score)


def depends(on: str, answer: str, *checks: Check, score: str = "") -> Rule:
    """The checks are stated settings of what nobody has measured: if they disagree, the claim depends ``on`` it."""
    return Rule(answer, checks, depends=on, score=score)


def untestable(because: str, answer: str = "") -> Rule:
    """No data in the book can decide it, ``because``; ``answer`` may still say what the model or data add."""
    return Rule(answer, because=because)


@dataclass(frozen=True)
class Verdict:
    """What became of a claim: one of ``VERDICTS``, the words for it, and what was found."""

    verdict: str
    words: str
    finding: str
    flips: tuple[str, ...]
    results: tuple[Result, ...]


def judge(claim: str, rule: Rule, page: str, results: Mapping[str, Result]) -> Verdict:
    """Apply ``rule`` to ``results``; a name without a page is one of ``page``. ``ClaimError`` if one is missing."""

    def look_up(name: str) -> Result:
        key = name if ":" in name else f"{page}:{name}"
        if key not in results:
            raise ClaimError(f"claim {claim}: the chapter exports no result {key!r}")
        return results[key]

    finding = re.sub(r"\{([^}]+)\}", lambda m: look_up(m[1]).text, rule.answer)
    shown = tuple(look_up(name) for name in re.findall(r"\{([^}]+)\}", rule.answer))
    if rule.because:
        return Verdict("not testable", f"not testable, because {rule.because}", finding, (), shown)
    checked = tuple(look_up(check.key) for check in rule.checks)
    if not checked:
        raise ClaimError(f"claim {claim}: a rule without a check must say why it is not testable")
    for result in checked:
        if result.value is None:
            raise ClaimError(f"claim {claim}: result {result.key!r} is text, a check needs its value")
    outcomes = [check.outcome(result) for check, result in zip(rule.checks, checked, strict=True)]
    if all(o is True for o in outcomes):
        verdict = "holds"
    elif all(o is False for o in outcomes) or (rule.necessary and False in outcomes):
        verdict = "fails"
    else:
        verdict = "depends" if rule.depends else "holds in part"
    words = f"depends on {rule.depends}" if verdict == "depends" else verdict
    flips = tuple(_flip(*pair) for pair in zip(rule.checks, checked, strict=True))
    return Verdict(verdict, words, finding, flips, checked + tuple(r for r in shown if r not in checked))


def _flip(check: Check, result: Result) -> str:
    """What the claim needs of a result and what the result is, in words."""

    def plain(x: float) -> str:
        return f"{float(f'{x:.4g}'):,.10g}"

    if check.low == check.high:
        needs = f"exactly {plain(check.low)}"
    elif math.isinf(check.high):
        needs = f"at least {plain(check.low)}"
    elif math.isinf(check.low):
        needs = f"at most {plain(check.high)}"
    else:
        needs = f"between {plain(check.low)} and {plain(check.high)}"
    found = plain(result.value)
    if result.low is not None or result.high is not None:
        ends = [result.value if x is None else x for x in (result.low, result.high)]
        found += f" ({plain(ends[0])} to {plain(ends[1])})"
    return f"{result.note}: {found}; the claim needs {needs}"
