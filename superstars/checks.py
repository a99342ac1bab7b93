"""Checks of arguments, one place for all models: an error names the argument, its value and the allowed range.

Each returns the value as an array of floats and lets NaN through, which stands for a quantity that is not known.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def reject(name: str, array: Floats, bad: NDArray[np.bool_], allowed: str) -> None:
    """ValueError naming the first bad element of an argument, its value and the allowed range."""
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        where = f"{name}[{', '.join(map(str, index))}]" if index else name
        raise ValueError(f"{where} = {array[index]:.10g}: must be {allowed}")


def numbers(name: str, value: ArrayLike, allowed: str = "a number or an array of numbers") -> Floats:
    """`value` as floats; ValueError for words, dates, other types and whole numbers that no float can hold."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "USMmVc":
            raise TypeError("not a real number")
        return np.asarray(array, dtype=float)
    except (OverflowError, TypeError, ValueError) as error:  # the last: words, rows of different lengths
        raise ValueError(f"{name} = {_short(value)}: must be {allowed} ({error})") from None


def _short(value: Any) -> str:
    # Python refuses to write out a whole number of very many digits
    huge = isinstance(value, int) and value.bit_length() > 1024
    return "a whole number above 1.8e308" if huge else repr(str(value)[:60])


def checked(name: str, value: ArrayLike, valid: Callable[[Floats], NDArray], allowed: str) -> Floats:
    """`value` as floats, if every element is valid or NaN."""
    array = numbers(name, value, allowed)
    reject(name, array, ~(valid(array) | np.isnan(array)), allowed)
    return array


def check_probability(name: str, value: ArrayLike) -> Floats:
    return checked(name, value, lambda p: (p > 0) & (p < 1), "a probability with 0 < p < 1")


def check_share(name: str, value: ArrayLike) -> Floats:
    return checked(name, value, lambda x: (x >= 0) & (x <= 1), "a number in [0, 1]")


def check_positive(name: str, value: ArrayLike) -> Floats:
    return checked(name, value, lambda x: (x > 0) & np.isfinite(x), "finite and > 0")


def check_at_least(name: str, value: ArrayLike, least: float, infinite: bool = False) -> Floats:
    allowed = f">= {least:g} (inf allowed)" if infinite else f"finite and >= {least:g}"
    return checked(name, value, lambda x: (x >= least) & (infinite | np.isfinite(x)), allowed)


def check_count(name: str, value: ArrayLike, least: int) -> Floats:
    return checked(name, value, lambda n: (n >= least) & np.isfinite(n), f"a finite number >= {least}")


def check_whole(name: str, value: ArrayLike, least: int) -> Floats:
    whole = f"a whole number >= {least}"
    return checked(name, value, lambda x: (x >= least) & (x == np.floor(x)) & np.isfinite(x), whole)


def whole(name: str, value: Any, least: int) -> int:
    """One whole number >= `least`; ValueError for anything else, arrays and missing numbers too."""
    number = numbers(name, value)
    if number.ndim or not (number >= least and number == np.floor(number) and np.isfinite(number)):
        told = _short(value) if number.ndim else f"{number:.10g}"
        raise ValueError(f"{name} = {told}: must be one whole number >= {least}")
    return int(value)


def generator(seed: int) -> np.random.Generator:
    """Random numbers that come again with the same seed, a whole number >= 0."""
    return np.random.default_rng(whole("seed", seed, 0))


NUMERIC = ("ArrayLike", "ArrayLike | None", "float", "float | None", "int", "Floats")


def within_floats(function: Callable) -> Callable:
    """`function`, refusing arguments with which a step leaves the range of floats or that are no numbers.

    A step that overflows, divides by zero or is not defined would leave a warning and perhaps a wrong number: the
    largest float over another is no limit. It becomes a ValueError that names the most extreme argument. Where inf is
    the right answer the function says so in its docstring and takes that step under `np.errstate` itself.
    """
    signature = inspect.signature(function)
    annotations = {name: parameter.annotation for name, parameter in signature.parameters.items()}

    @functools.wraps(function)
    def refusing(*args: Any, **kwargs: Any) -> Any:
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                return function(*args, **kwargs)
        except (ArithmeticError, TypeError, ValueError) as error:
            if isinstance(error, ValueError) and any(re.search(rf"\b{name}\b", str(error)) for name in annotations):
                raise
            try:
                given = signature.bind(*args, **kwargs).arguments
            except TypeError:  # too few arguments, too many, or one of another name
                raise error from None
            arrays = {}
            for name, value in given.items():
                if value is None and "None" not in annotations[name]:
                    raise ValueError(f"{name} = None: must be given") from None
                if annotations[name] in NUMERIC and value is not None:
                    arrays[name] = numbers(name, value)
            if isinstance(error, ArithmeticError):
                told = _most_extreme(arrays, zero="zero" in str(error))
                raise ValueError(f"{told}: must be less extreme, a step leaves the range of floats ({error})") from None
            kinds = {name: f"has shape {array.shape}" for name, array in arrays.items()}
            told = ", ".join(f"{name} {kinds.get(name, '= ' + _short(value))}" for name, value in given.items())
            raise ValueError(f"{told}: must be of other shapes or types ({error})") from None

    return refusing


def _most_extreme(arrays: dict[str, Floats], zero: bool) -> str:
    """Name and value of the element whose size is the most powers of e away from 1; 0 counts only if `zero`."""
    elements = [(name, x) for name, array in arrays.items() for x in array.flat if not np.isnan(x)]
    name, value = max(elements, key=lambda pair: abs(np.log(abs(pair[1]))) if pair[1] else np.inf if zero else -1.0)
    return f"{name} = {value:.10g}"
