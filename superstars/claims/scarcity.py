"""Claims answered in the chapter scarcity."""

from superstars.claims.rules import Rule, at_least, at_most, depends, near, rule, untestable

RULES: dict[str, Rule] = {
    # two settings of the replacement exponent: without bound, and about what the highest reported pay needs
    "E19": depends(
        "how well numbers replace a star, which nobody has measured",
        "One star more than labs instead of one fewer leaves {kept_best} of pay where only the best counts, and"
        " {kept_low} at a replacement exponent of {s_low}, where each star stands in for part of a large team.",
        at_most("kept_best", 0.5), at_most("kept_low", 0.5),  # not paid that much: less than half
    ),
    "E20": rule(
        "In the equation of the apple model each equal researcher adds {drop} less than the one before. The share"
        " kept from one to the next, the last over the first, is {steady}; an exponential has one.",
        near("steady", 1, within=0.01), at_least("drop", 0), necessary=True,
    ),
    "E21": rule(
        "Simulated from the two assumptions alone, the share of finds kept from one researcher to the next, late"
        " over early, is {drawn}; an exponential has one. If no search is repeated, number {few} adds {five_c} of"
        " what the first does, not {five_i}.",
        near("drawn", 1, within=0.02),  # wide enough for the error of the simulation, too narrow for uneven ideas
    ),
    "E44": rule(
        "If {d_five} dimensions share the stakes equally and each has one star, each star's pay ratio is"
        " {bid_quality} her quality ratio. The sum of premiums is {total_five}, against {total_one} with one"
        " dimension: the rents are divided.",
        at_least("bid_quality", 1),  # the superstar effect: pay differs by more than quality
    ),
    "B1": untestable(
        "nobody has counted who could contribute, and the estimates quoted name no source",
        "The nearest counts are of those who did: {distinct} people credited with one model of 2023, {core}"
        " listings as core, and {rd_staff} in research and development at one lab, {rd_lab}, at the end of 2024.",
    ),
    "V6": untestable(
        "nobody has counted who could; it would take a register of those who built such models, at every lab",
        "One model of 2023 credits {distinct} people, with {core} listings as core, and one lab, {rd_lab}, employed"
        " {rd_staff} in research and development at the end of 2024.",
    ),
    "V8": rule(
        "From May 2021 to {newest} US jobs of those who build (software developers, network architects) grew"
        " {build_jobs}, and of those who run what is built (network and systems administrators) {run_jobs}.",
        at_least("build_jobs", 1), at_least("run_jobs", 1),
    ),
    "V8b": untestable(
        "no survey or register counts the top tier",
        "If its supply is fixed and demand grows {growth}, its pay grows {apart} as much as that of a tier that can"
        " expand.",
    ),
}  # fmt: skip
