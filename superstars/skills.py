"""Why pay may be lognormal: output as a product of independent skills (Roy 1950; Shockley 1957).

A researcher's output is the product of k skills, each Uniform(1 - s, 1 + s) and independent: every skill is
spread evenly, but they multiply. The log of the product is a sum of k terms and so tends to the normal as k
grows. It is skewed to the left: it is the skill that is uniform, not its logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr
from scipy.stats import irwinhall

from superstars.checks import Floats, numbers, within_floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True)
class SkillProduct:
    """Log of the product of k skills: mean, sd (the sigma of the near lognormal) and skewness; the density
    of the standardised log at z; distance, the greatest gap between its distribution function and the normal
    one (Kolmogorov)."""

    z: Floats
    density: Floats
    distance: float
    mean: float
    sd: float
    skewness: float


@within_floats
def product_of_skills(k: int, spread: float = 0.5, z: ArrayLike | None = None) -> SkillProduct:
    """Exact density of the standardised log of the product of k skills, Uniform(1 - spread, 1 + spread) each.

    The log of one skill has density e^x / (2 spread) on an interval of length L = ln[(1 + spread)/(1 -
    spread)]. The factor e^x passes through the convolution, so that with g_k the Irwin-Hall density and low =
    ln(1 - spread) f_k(x) = e^x (L / (2 spread))^k g_k((x - k low)/L) / L. Mean, sd and skewness are integrals
    over one interval; the distance is read off a fine grid of the distribution function (error below 1e-5). z
    defaults to 161 points from -4 to 4. ValueError unless k is a whole number from 1 to 20, 0 < spread < 1.
    """
    if not (np.ndim(k) == 0 and 1 <= k <= 20 and k == int(k)):
        raise ValueError(f"k = {k!r}: must be a whole number from 1 to 20")
    if not (np.ndim(spread) == 0 and 0 < spread < 1):
        raise ValueError(f"spread = {spread!r}: must be a number with 0 < spread < 1")
    z = np.linspace(-4, 4, 161) if z is None else numbers("z", z)
    k, low = int(k), np.log1p(-spread)
    length = np.log1p(spread) - low

    def density(x: Floats) -> Floats:
        tilt = np.exp(x + k * np.log(length / (2 * spread)))
        return tilt * irwinhall.pdf((x - k * low) / length, k) / length

    x = low + 0.5 * length * (1 + _NODES)
    weight = 0.5 * length * _WEIGHTS * np.exp(x) / (2 * spread)
    one = weight @ x
    variance, third = weight @ (x - one) ** 2, weight @ (x - one) ** 3
    mean, sd = k * one, np.sqrt(k * variance)

    # Cells end at the knots of g_k, where it is not smooth; within a cell Gauss-Legendre is exact to rounding
    edges = k * low + length * np.linspace(0, k, 256 * k + 1)
    half = 0.5 * (edges[1] - edges[0])
    nodes, weights = np.polynomial.legendre.leggauss(3)
    mass = density(edges[:-1, None] + half * (1 + nodes)) @ (half * weights)
    cumulated = np.concatenate([[0.0], np.cumsum(mass)])
    distance = np.abs(cumulated - ndtr((edges - mean) / sd)).max()
    return SkillProduct(z, sd * density(mean + sd * z), float(distance), float(mean), float(sd),
                        float(k * third / sd**3))
