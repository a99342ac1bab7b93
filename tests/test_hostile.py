"""Arguments that nobody should give: every public function of the models names the argument or gives a result.

The functions are found by looking, so that a new one is covered from its first day.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import warnings

import numpy as np
import pytest

import superstars

# no models: pages, files, tables, and the checks themselves
OTHERS = set(["__main__", "charts", "checks", "claims", "data", "figures", "press", "prose", "results"])
HOSTILE = [np.nan, np.inf, -np.inf, -1, True, None, "x", "", [], [[1, 2], [3, 4]], [1, np.nan], {}]
TIMES = {"dates"}  # arguments that are no numbers
ORDINARY = (2, 0.5)  # for the other arguments: allowed in most functions, and an error that names one is fine, too


def numeric(function) -> bool:
    """Whether every argument that must be given is a number or an array."""
    needed = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    words = ("ArrayLike", "float", "int", "Floats")
    numbers = [any(word in str(p.annotation) for word in words) for p in needed if p.kind < p.VAR_POSITIONAL]
    return bool(needed) and len(numbers) == len(needed) and all(numbers)


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


FUNCTIONS = functions()


def test_the_search_finds_the_models():
    assert len(FUNCTIONS) > 80
    assert {"superstar.pay_ratio", "lognormal.expected_max", "contest.effort", "search.hit_rate"} <= set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_hostile_argument_is_refused_or_answered_without_a_warning(name):
    function = FUNCTIONS[name]
    needed = [p.name for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for ordinary in ORDINARY:
            for place, argument in enumerate(needed):
                for value in HOSTILE if argument not in TIMES else ():
                    given = [ordinary] * len(needed)
                    given[place] = value
                    try:
                        function(*given)
                    except (TypeError, ValueError) as error:
                        assert str(error), (argument, value)
                    except Exception as error:
                        pytest.fail(f"{name}({argument} = {str(value)[:30]}): {type(error).__name__}: {error}")
