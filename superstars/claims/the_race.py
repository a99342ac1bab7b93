"""Claims answered in the chapter the_race."""

from superstars import claims
from superstars.claims.rules import Rule, at_least, at_most, depends, rule, untestable

PRIZE = 1e12 * claims.stated("E31")  # US dollars a year: the low end of what the claim names
LITTLE = 0.01  # "even a little": one percentage point of the chance of winning

RULES: dict[str, Rule] = {
    "E31": depends(
        "the share of the world's labour income that the winner keeps",
        "All labour income of the world is {labour_total} a year; the winner would have to keep {needed_keep} of it. "
        "At the share of the value that innovators have kept in the past, {nordhaus}, the prize is {prize_usual}.",
        at_least("labour_total", PRIZE), at_least("prize_usual", PRIZE), score="prize_so_far",
    ),
    "E32": depends(
        "the prize that counts",
        "A bid of {bid} must add {need} to the chance of winning {V0}, {need_b} if the winner keeps {kept_b} of it and "
        "a dollar counts {worth_b}, and {need_implied} at the prize that OpenAI's pay implies. By the first of these "
        "sums an average employee is worth {average_worth}.",
        at_most("need", LITTLE), at_most("need_b", LITTLE), at_most("need_implied", LITTLE),
    ),
    "E34": depends(
        "the share of the prize that the winner keeps",
        "In the model of a race in time a hire from outside is worth to the lab {ratio_all} her worth to society if "
        "the winner keeps all, and {ratio_nordhaus} times at the share innovators have kept; the two are equal at "
        "{limit0}. No data here show which it is.",
        at_least("ratio_all", 1), at_least("ratio_nordhaus", 1),
    ),
    "B18": untestable(
        "spending above revenue fits a large prize as well as a large business at risk, and no firm says what it "
        "would lose",
        "OpenAI's stock pay and cloud compute of 2025 come to {cost_ratio} its revenue. In the model {n0} rivals spend "
        "more than the whole prize once a loser forfeits {k_limit} times the prize.",
    ),
    # two of the labs slow down; a pact must be policed; and nothing short of all of them will do
    "K24": rule(
        "In the model each of two slow labs among {n0} loses {loss_two} of the prize, and leaving a pact pays at every "
        "size, by {leave} or more, unless cheating is seen. A pact gains its members from {pact} labs on.",
        at_least("loss_two", 0), at_least("leave", 0), at_least("pact_share", 1),
    ),
    "K34": depends(
        "whether luck enters the contest in ratios or in differences",
        "From {n0} to {crowd} rivals total spending grows by the factor {crowd_ratios} in a contest in ratios and "
        "{crowd_tournament} in a tournament. It exceeds the prize only if rivals overrate that, by the factor "
        "{error30} at {crowd} rivals. Big technology firms' capital spending went from {capex_before} to {capex} in "
        "a year.",
        at_least("crowd_ratios", 1), at_least("crowd_tournament", 1),
    ),
}
