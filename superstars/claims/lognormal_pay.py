"""Claims answered in the chapter lognormal_pay."""

from superstars.claims.rules import Rule, at_least, at_most, rule

REACH = "puzzle/reach_and_spread"

RULES: dict[str, Rule] = {
    # ratio 1: the gap at the 99th percentile is the one at the 90th; slope 1: likewise, over jobs where both are seen
    "E16": rule(
        f"Extrapolated to p99, the gap between stage and client jobs is {{{REACH}:widens_fit}} that at p90 under a "
        f"lognormal and {{{REACH}:widens_far}} if the upper slope goes on. Where reports show both percentiles, over "
        "{titles_n} jobs in US technology, the log of p99/p50 rises with that of p90/p50 by a slope of {title_slope}.",
        at_least(f"{REACH}:widens_fit", 1),
        at_least(f"{REACH}:widens_far", 1),
        at_least("title_slope", 1),
    ),
    # lognormal: no further from it than the pay to be explained. First the skills, then the superstar effect by itself
    "E45": rule(
        "The product of {named} evenly spread skills lies {skills_fit} as far from a lognormal as the pay of US "
        "software engineers does. Pay that is convex in one such skill lies {star_fit} as far, at any exponent, since "
        "convexity passes the shape of quality on.",
        at_most("skills_fit", 1),
        at_most("star_fit", 1),
    ),
}
