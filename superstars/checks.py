"""Checks of arguments, one place for all models: an error names the argument, its value and the allowed range.

Each returns the value as an array of floats and lets NaN through, which stands for a quantity that is not known.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def reject(name: str, array: Floats, bad: NDArray[np.bool_], allowed: str) -> None:
    """ValueError naming the first bad element of an argument, its value and the allowed range."""
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        where = f"{name}[{', '.join(map(str, index))}]" if index else name
        raise ValueError(f"{where} = {array[index]:.10g}: must be {allowed}")


def checked(name: str, value: ArrayLike, valid: Callable[[Floats], NDArray], allowed: str) -> Floats:
    """`value` as floats, if every element is valid or NaN."""
    try:
        array = np.asarray(value, dtype=float)
    except (OverflowError, TypeError, ValueError) as error:  # too large for a float, words, rows of different lengths
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name} = {str(value)[:60]!r}: must be {allowed} ({error})") from None
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
