"""Claims answered in the chapter is_100_million_enough."""

from superstars.claims import stated
from superstars.claims.rules import Rule, at_least, at_most, between, rule, untestable

RULES: dict[str, Rule] = {
    "E23": rule(
        "Weekly users of ChatGPT were {users_oct} in October 2025 and at least {users_feb} in February 2026.",
        # almost: not more, and closer to it than to half of it
        between("users_oct", 0.75 * stated("E23"), stated("E23")),
    ),
    "E41": rule(
        "Users grew by {users_recent} in logs over the last year of data, and messages per user by {use_growth} from "
        "{use_first} to {use_last}. What they do to a star's pay is not measured; in the model the elasticity is "
        "{e_team} in a lab with a team and {e_flat} where ordinary staff could replace the star.",
        at_least("users_recent", 0), at_least("use_growth", 1),
        # one per cent more market adds at least a hundredth of a per cent to the star's pay over ordinary pay
        at_least("e_team", 0.01), at_least("e_flat", 0.01),
    ),
    "E42": untestable(
        "no public series shows the pay of people who direct AI agents",
        "A model of the span of control lets a manager of quality {gap} earn {nu_from} and, with a wider span, {nu_to} "
        "the ordinary pay. In all of computing managers earned {manager_then} the mean pay of researchers in "
        "{manager_first} and {manager_now} in {manager_last}.",
    ),
    "E43": rule(
        "The highest package reported and accepted is {package} a year. Under stated beliefs one reaches {said} by the "
        "end of 2026 with a probability of {p_100}, or {p_ends} at the ends of the belief about the elasticity.",
        at_least("p_100", 0.5),  # more likely than not
        score="pay_score",
    ),
    "E48": rule(
        "The largest count of users in the data is {largest_count} a month, for a feature inside a search engine; "
        "ChatGPT had {users_feb} a week.",
        at_least("largest_count", stated("E48")),
    ),
    "V19": rule(
        "At the median elasticity a star's share of the market becomes {share_falls} of today's by the time pay is "
        "{goal} as large. But in 2025 stock pay and computing together came to {pay_and_compute} of OpenAI's revenue.",
        # the star's share does not rise; what staff and computing cost is covered by revenue
        at_most("share_falls", 1), at_most("pay_and_compute", 1),
    ),
}  # fmt: skip
