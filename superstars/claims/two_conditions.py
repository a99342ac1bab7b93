"""Claims answered in the chapter two_conditions."""

from superstars.claims.rules import at_least, at_most, depends, near, rule

LARGE = 10  # a large gap in pay: the smaller of the two that the essay states, of star and colleague (E1)

RULES = {
    "E4": depends(
        "whether both conditions hold",
        "In the model a star {g0} times as good earns {r_off} times ordinary pay if one condition fails and {r_on} "
        "times if both hold.",
        near("over_gap_reach", 1), near("over_gap_both", 1),
    ),
    "E5": depends(
        "how well numbers replace the star",
        "In the model a star {slight} times as good earns {tenth} ordinary pay at stakes of {S0} if only the best "
        "counts, and at most {tenth_s10} in any market at a replacement exponent of {s0}.",
        at_least("tenth", LARGE), at_least("tenth_s10", LARGE),
    ),
    "E11": rule(
        "In the model a star {g0} times as good earns {r_on} times ordinary pay if both conditions hold and {r_off} "
        "times if either fails.",
        near("over_gap_reach", 1), near("over_gap_rank", 1), at_least("r_on", LARGE), necessary=True,
    ),
    "E18": rule(
        "In the model a lab pays the star at most {over_bill} times the wages of those who could replace her; where "
        "quantity makes up for quality in full, a star {g0} times as good earns {r_off} times ordinary pay at any "
        "stakes.",
        at_most("over_bill", 1), near("over_gap_reach", 1), necessary=True,
    ),
    # the same edge and the same market in work that serves one user at a time and in work that serves all at once
    "E22": rule(
        "In the model an edge of {conditions/reach:edge} in a market of {conditions/reach:users} users is worth "
        "{conditions/reach:pay_nonrival} ordinary pay in nonrival work and {conditions/reach:pay_rival} in rival work; "
        "how nonrival an occupation is has not been measured.",
        at_least("conditions/reach:pay_nonrival", LARGE), near("conditions/reach:over_gap_rival", 1), necessary=True,
    ),
    "E30": depends(
        "how many ordinary researchers could do her work",
        "In the model, at stakes of {S0}, a researcher {g0} times as good earns {seven_R} ordinary pay if "
        "{seven_staff} others could replace her, and {low_R} if {low_staff} could.",
        at_least("seven_R", LARGE), at_least("low_R", LARGE),
    ),
}  # fmt: skip
