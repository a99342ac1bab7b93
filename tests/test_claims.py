"""Each claim has an answer, each answer follows from results, and each verdict flips where its rule says it does."""

from __future__ import annotations

import dataclasses
import math

import pytest

from superstars import claims, data, results
from superstars.claims.rules import (
    Check,
    ClaimError,
    at_least,
    at_most,
    between,
    depends,
    judge,
    near,
    rule,
    untestable,
)
from superstars.results import Result

EXPORTED = results.load()
ANSWERS = claims.answers()
NUMBERED = [claim for claim, (_, answer) in ANSWERS.items() if answer.checks]


def beyond(check: Check) -> list[float]:
    """A value just inside each finite end of the claim's range, and one just outside it."""
    around = []
    for end in {check.low, check.high} - {math.inf, -math.inf}:
        step = 1e-6 * max(abs(end), 1e-6)
        around += [end - step, end + step]
    inside = [check.low] if check.low == check.high else []
    return around + inside


def judged(claim, values=None):
    page, answer = ANSWERS[claim]
    changed = dict(EXPORTED)
    for name, value in (values or {}).items():
        key = name if ":" in name else f"{page}:{name}"
        changed[key] = dataclasses.replace(EXPORTED[key], value=value, low=None, high=None)
    return judge(claim, answer, page, changed).verdict


@pytest.mark.parametrize("claim", NUMBERED)
def test_a_verdict_flips_where_its_rule_says(claim):
    checks = ANSWERS[claim][1].checks
    for check in checks:
        outcomes = {check.outcome(Result("p", "n", "", "", 1, value=value)) for value in beyond(check)}
        assert outcomes == {True, False}, f"{check} can only come out one way"
    # all inputs on one side of their ends, then all on the other: the verdict must follow
    inside = {c.key: v for c in checks for v in beyond(c) if c.low <= v <= c.high}
    outside = {c.key: v for c in checks for v in beyond(c) if not c.low <= v <= c.high}
    assert judged(claim, inside) == "holds"
    assert judged(claim, outside) == "fails"


@pytest.mark.parametrize("claim", NUMBERED)
def test_one_changed_result_can_change_the_verdict(claim):
    now = judged(claim)
    flipped = {judged(claim, {check.key: value}) for check in ANSWERS[claim][1].checks for value in beyond(check)}
    assert flipped - {now}, f"no single input changes {now!r}"


@pytest.mark.parametrize("claim", ANSWERS)
def test_an_answer_reads_as_a_sentence_and_types_no_result(claim):
    page, answer = ANSWERS[claim]
    verdict = judge(claim, answer, page, EXPORTED)
    if not answer.because:
        assert "{" in answer.answer, "an answer shows at least one computed result"
        assert verdict.finding.endswith(".")
    assert not answer.because.endswith(".")
    assert not answer.depends.endswith(".")


def test_all_claims_are_answered_and_nothing_else():
    table = claims.verdicts()
    assert list(table["id"]) == list(data.load("claims")["id"])
    assert set(table["verdict"]) <= set(claims.VERDICTS)
    assert set(table["source"]) == set(data.load("claim_sources")["source"])
    assert (table["words"].str.len() > 4).all()


def test_forecasts_say_when_they_can_be_scored_next():
    table = claims.verdicts()
    forecasts = table[table["kind"] == "forecast"]
    undated = forecasts[forecasts["due"].isna() & (forecasts["verdict"] != "not testable")]
    assert undated["id"].tolist() == []


# --- the vocabulary of rules


def result(value=None, low=None, high=None, name="n", text="x"):
    return {f"a/b:{name}": Result("a/b", name, text, "what it is", 3, value=value, low=low, high=high)}


@pytest.mark.parametrize(("check", "numbers", "expected"), [
    (at_least("n", 10), (12,), "holds"), (at_least("n", 10), (9,), "fails"),
    (at_least("n", 10), (12, 9, 14), "holds in part"),
    (at_most("n", 1), (1,), "holds"), (at_most("n", 1), (2, 1.5, 3), "fails"), (between("n", 1, 2), (2.1,), "fails"),
    (near("n", 4), (4.3,), "holds"), (near("n", 4), (4.5,), "fails"), (near("n", -4), (-4.3,), "holds"),
])  # fmt: skip
def test_a_check_reads_value_and_interval(check, numbers, expected):
    assert judge("E1", rule("{n}.", check), "a/b", result(*numbers)).verdict == expected


@pytest.mark.parametrize(("values", "plain", "necessary", "on"), [
    ((2, 2), "holds", "holds", "holds"), ((2, 0), "holds in part", "fails", "depends"),
    ((0, 0), "fails", "fails", "fails"),
])  # fmt: skip
def test_several_checks_join(values, plain, necessary, on):
    exported = result(values[0], name="m") | result(values[1], name="n")
    checks = at_least("m", 1), at_least("n", 1)
    assert judge("E1", rule("{m}.", *checks), "a/b", exported).verdict == plain
    assert judge("E1", rule("{m}.", *checks, necessary=True), "a/b", exported).verdict == necessary
    assert judge("E1", depends("s", "{m}.", *checks), "a/b", exported).verdict == on


def test_words_say_why_and_on_what():
    assert judge("E7", untestable("nobody asked"), "a/b", {}).words == "not testable, because nobody asked"
    exported = result(2, name="m") | result(0)
    found = judge("E4", depends("the exponent", "{m} and {n}.", at_least("m", 1), at_least("n", 1)), "a/b", exported)
    assert found.words == "depends on the exponent"
    assert found.finding == "x and x."
    assert found.flips == tuple(f"what it is: {v}; the claim needs at least 1" for v in (2, 0))


@pytest.mark.parametrize(("answer", "exported", "message"), [
    (rule("{n}.", at_least("n", 1)), {}, "claim E1: the chapter exports no result 'a/b:n'"),
    (rule("{gone}.", at_least("n", 1)), result(2), "claim E1: the chapter exports no result 'a/b:gone'"),
    (rule("{n}.", at_least("n", 1)), result(), "claim E1: result 'a/b:n' is text"),
    (rule("So be it."), {}, "claim E1: a rule without a check"),
])  # fmt: skip
def test_what_is_missing_is_named(answer, exported, message):
    with pytest.raises(ClaimError, match=message):
        judge("E1", answer, "a/b", exported)


def test_a_missing_result_a_missing_rule_and_a_missing_number_are_named(monkeypatch):
    key = next(check.key if ":" in check.key else f"{page}:{check.key}"
               for page, answer in ANSWERS.values() for check in answer.checks)  # fmt: skip
    with pytest.raises(ClaimError, match=f"exports no result '{key}'"):
        claims.verdicts({k: v for k, v in EXPORTED.items() if k != key})
    monkeypatch.setattr(claims, "answers", lambda: {k: v for k, v in ANSWERS.items() if k != "E5"})
    with pytest.raises(ClaimError, match="claims with a row or a rule only: E5"):
        claims.verdicts()
    with pytest.raises(ClaimError, match="claim 'E99' is not in data/claims"):
        claims.stated("E99")
    with pytest.raises(ClaimError, match="claim 'V20' states no number"):
        claims.stated("V20")
