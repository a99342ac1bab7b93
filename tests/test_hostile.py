"""Arguments that nobody should give: every public function of the models names the argument or gives a result.

The functions are found by looking, so that a new one is covered from its first day.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import warnings

import numpy as np
import pandas as pd
import pytest

import superstars
from superstars import checks, outlook

# no models: pages, files, tables, and the checks themselves
OTHERS = set(["__main__", "charts", "checks", "claims", "data", "figures", "press", "prose", "results"])
ODD = [np.nan, np.inf, -np.inf, True, None, "x", "5", "", [], [[1, 2], [3, 4]], [1, np.nan], {}, 10**400, [10**400]]
FINITE = [-1, 0, 1e308, -1e308, 1e-308, [1e308, 1e-308]]  # the answer is finite, or the docstring says where it is not
ORDINARY = (2, 0.5)  # for the other arguments: allowed in most functions, and an error that names one is fine, too
# the result has not the shape of the arguments: the last axis is read as a whole, or added
OTHER_SHAPE = {
    "labs.talent_spread", "lognormal.information", "matching.wages_from_sizes", "natural_experiment.hide",
    "natural_experiment.kelley_skewness", "premium.secret_value", "scaling.hhi", "scaling.interval",
    "scaling.tipping", "search.one_at_a_time_gain",
}  # fmt: skip


def needed(function) -> list[inspect.Parameter]:
    given = inspect.signature(function).parameters.values()
    return [p for p in given if p.default is p.empty and p.kind < p.VAR_POSITIONAL]


def numeric(function) -> bool:
    """Whether every argument that must be given is a number, an array or a row of dates."""
    words = ("ArrayLike", "float", "int", "Floats")
    for p in needed(function):
        dates = p.name == "dates" and p.annotation != "pd.Series"
        if not dates and not any(word in str(p.annotation) for word in words):
            return False
    return bool(needed(function))


def functions() -> dict:
    found = {}
    for module in pkgutil.iter_modules(superstars.__path__):
        if module.name not in OTHERS:
            loaded = importlib.import_module(f"superstars.{module.name}")
            for name, function in inspect.getmembers(loaded, inspect.isfunction):
                public = not name.startswith("_") and function.__module__ == loaded.__name__
                # a simulation takes as long as it is told to
                if public and not name.startswith("simulate") and numeric(function):
                    found[f"{module.name}.{name}"] = function
    return found


PAY = [9.0, 8.0, 5.0, 3.0, 2.0, 1.0]
POINTS = {"N": [1e8, 2e8, 4e8, 8e8, 2e9, 4e9, 8e9, 2e10], "D": [4e9, 2e10, 6e9, 9e10, 2e10, 2e11, 1e11, 9e11],
          "L": [3.2, 2.9, 2.8, 2.6, 2.5, 2.3, 2.25, 2.1]}  # fmt: skip
SPRINT = {"d": 4, "share_good": 0.3, "noise": 0.1}
# arguments that must be given, where neither 2 nor 0.5 will do; simulations are small
SUITED = {
    "contest.pace_payoffs": {"n": 2, "slow": 1, "pace": 0.3},
    "inference.equal_people": {"gains": PAY, "people": 3},
    "inference.identified_gap": dict.fromkeys(("pay_ratio", "stakes", "replacement_exponent"), (2.0, 3.0)),
    "inference.repeat_test": {"values": PAY, "who": [1, 1, 2, 2, 3, 3]},
    "inference.resampled": {"amounts": PAY, "statistic": np.mean},
    "inference.top_of": {"amounts": PAY},
    "labs.concentration_interval": {"sizes": PAY},
    "labs.talent_spread": {"pay": PAY, "sizes": PAY},
    "liquidity.holder_payout": {"exit_value": 9.0, "value": 5.0, "amount": 1.0, "secondary": 0.5},
    "liquidity.preferred_payout": {"exit_value": 9.0, "invested": 5.0, "stake": 0.5},
    "lognormal.fit_sample": {"pay": PAY},
    "lognormal.fit_percentiles": {"values": [1.0, 2.0, 3.0], "probs": [0.1, 0.5, 0.9]},
    "matching.wages_from_sizes": {"sizes": PAY, "talents": PAY},
    "natural_experiment.predict_hidden": {
        "before": [[1.0, 2.0, 3.0]], "after": [[1.0, 2.0, np.inf]], "probs": [0.1, 0.5, 0.9]},
    "order.star_price": {"k": 2, "stakes": [3.0, 2.0, 1.0], "quality_gap": 2.0},
    "outlook.simulate": {"factor": 2.0, "prior": outlook.Prior(0.3, 0.1, 1.0, 0.1)},
    "performance.by_person": {"frame": pd.DataFrame({"player": [1, 1, 2, 2]}), "statistic": len},
    "scaling.bootstrap_points": POINTS, "scaling.fit_points": POINTS, "scaling.leave_one_out": POINTS,
    "scaling.hhi_bounds": {"known": [0.4, 0.3]}, "scaling.interval": {"draws": PAY},
    "search.factorial_gain": SPRINT | {"runs": 8}, "search.one_at_a_time_gain": SPRINT,
    "search.runs_to_catch_up": SPRINT | {"rho_star": 0.5},
    "search.simulate_choosing": {"rho": 0.5, "n": 2, "r": 0.1, "k": 1, "m": 3},
    "search.simulate_sprint": SPRINT | {"rho_star": 0.5, "tau": 0.1, "runs": 2},
    "superstar.simulate_luck": {"K": 3, "draws": 9},
    "tails.powerlaw_fit": {"pay": np.arange(1.0, 15.0)},
}  # fmt: skip
FUNCTIONS = functions()
DATED = [name for name, function in FUNCTIONS.items() if "dates" in inspect.signature(function).parameters]
BROADCAST = [
    name for name, function in FUNCTIONS.items() if name not in OTHER_SHAPE
    and "Floats" in str(inspect.signature(function).return_annotation)
    and {p.annotation for p in needed(function)} == {"ArrayLike"}
]  # fmt: skip


def test_the_search_finds_the_models():
    assert len(FUNCTIONS) > 80 and len(DATED) >= 6 and len(BROADCAST) > 60
    assert {"superstar.pay_ratio", "lognormal.expected_max", "contest.effort", "search.hit_rate"} <= set(FUNCTIONS)
    assert set(FUNCTIONS) >= OTHER_SHAPE
    assert set(SUITED) <= set(OPTIONAL) and len(OPTIONAL) > 40


def numbers_of(result) -> np.ndarray:
    """All numbers of a result: of an array, a table, or a tuple of them."""
    if isinstance(result, pd.DataFrame):
        result = result.select_dtypes("number").to_numpy(float)
    if isinstance(result, tuple):
        return np.concatenate([numbers_of(part) for part in result]) if result else np.array([])
    return np.ravel(np.asarray(result, float)) if np.asarray(result).dtype.kind in "biuf" else np.array([])


def refused(name, arguments, told):
    """The result, or None where the function refuses the arguments in the right way."""
    function = FUNCTIONS[name]
    plain = all(p.annotation in checks.NUMERIC or p.name == "dates" for p in needed(function))
    try:
        return function(**arguments)
    except ValueError as error:
        assert any(re.search(rf"\b{p}\b", str(error)) for p in arguments), (told, str(error))
        assert len(str(error)) < 1_000, told
    except TypeError as error:
        assert not plain and str(error), (told, repr(error))  # a pair or a table may be of the wrong type
    except Exception as error:
        pytest.fail(f"{name}({told}): {type(error).__name__}: {error}")
    return None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_hostile_argument_is_refused_by_name_or_answered_without_a_warning(name):
    names = [p.name for p in needed(FUNCTIONS[name])]
    infinite = re.search(r"\binf\b|\bNaN\b", FUNCTIONS[name].__doc__ or "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for ordinary in ORDINARY:
            for argument in names:
                for value in ODD + FINITE:
                    told = f"{argument} = {checks._short(value)}, others {ordinary}"
                    result = refused(name, dict.fromkeys(names, ordinary) | {argument: value}, told)
                    if result is not None and any(value is finite for finite in FINITE):
                        assert infinite or np.isfinite(numbers_of(result)).all(), (told, result)
        for value in FINITE:  # all of them at once
            refused(name, dict.fromkeys(names, value), f"all = {value}")


def optional() -> dict[str, list[inspect.Parameter]]:
    """The arguments of each function that need not be given and are numbers."""
    found = {}
    for name in sorted({*FUNCTIONS, *SUITED} - set(DATED)):
        module, _, function = name.partition(".")
        given = inspect.signature(getattr(importlib.import_module(f"superstars.{module}"), function)).parameters
        free = [p for p in given.values() if p.default is not p.empty]
        numbers = [p for p in free if re.search("int|float|Array", str(p.annotation))]
        found |= {name: numbers} if numbers else {}
    return found


OPTIONAL = optional()


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_hostile_optional_argument_is_refused_by_name_or_answered_without_a_warning(name):
    module, _, last = name.partition(".")
    function = getattr(importlib.import_module(f"superstars.{module}"), last)
    either = [dict.fromkeys([p.name for p in needed(function)], value) for value in ORDINARY]
    given = SUITED.get(name) or next(g for g in either if refused(name, g, "ordinary") is not None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        function(**given)
        for parameter in OPTIONAL[name]:
            large = "int" in parameter.annotation  # so many draws would only take long
            for value in [v for v in [*ODD, *FINITE, 1.5] if not (large and np.shape(v) == () and v == 1e308)]:
                told = f"{parameter.name} = {checks._short(value)}"
                try:
                    result = function(**given | {parameter.name: value})
                except ValueError as error:
                    assert re.search(rf"\b{parameter.name}\b", str(error)), (told, str(error))
                except Exception as error:
                    pytest.fail(f"{name}({told}): {type(error).__name__}: {error}")
                else:
                    assert not isinstance(value, (str, dict)), (told, result)
                    assert value is not None or "None" in parameter.annotation or not large, told


@pytest.mark.parametrize("name", DATED)
def test_a_hostile_date_is_refused_by_name_or_answered_without_a_warning(name):
    names = [p.name for p in needed(FUNCTIONS[name])]
    days = ["2024-01-01", "2024-05-01", "2024-08-01", "2025-01-01", "2025-07-01", "2026-01-01"]
    given = {key: [6.0, 5.0, 4.0, 3.5, 2.5, 2.0] for key in names} | {"floor": 0.0, "date": "2026-07-01"}
    given = {argument: given[argument] for argument in names} | {"dates": days}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(numbers_of(refused(name, given, "good"))).all()
        for value in ODD + FINITE:
            refused(name, given | {"dates": value}, f"dates = {checks._short(value)}")
            refused(name, given | {"dates": [*days[:-1], value]}, f"dates[5] = {checks._short(value)}")
            refused(name, given | {"dates": [value] * 6}, f"dates[:] = {checks._short(value)}")


@pytest.mark.parametrize("name", BROADCAST)
def test_the_result_has_the_broadcast_shape_of_the_arguments(name):
    first, *others = (p.name for p in needed(FUNCTIONS[name]))
    rng, seen = np.random.default_rng(0), 0
    for _ in range(300):  # until ordinary arguments are found that go together
        drawn = rng.choice([0.1, 0.3, 0.5, 0.9, 1, 2, 3, 12], 1 + len(others))
        values = dict(zip([first, *others], drawn, strict=True))
        given = {p: np.full((2, 1) if p == first else 3, value) for p, value in values.items()}
        result = refused(name, given, str(values))
        if result is not None:
            for part in result if isinstance(result, tuple) else [result]:
                assert np.shape(part) == ((2, 3) if others else (2, 1)), (values, np.shape(part))
            seen += 1
        if seen == 3:
            return
    pytest.fail("no ordinary arguments that the function accepts")
