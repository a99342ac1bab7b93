"""Claims answered in the chapter other_forces."""

from superstars.claims.rules import Rule, at_least, at_most, depends, rule, untestable

RULES: dict[str, Rule] = {
    # what a buyer saves, a year of the contract, against the pay of a lab colleague
    "E35": depends(
        "how old the results are",
        "GPT-4's final training run cost {gpt4_cost} in hardware and energy. A secret of that size is worth {fresh} a "
        "colleague's pay in each of the {contract} years of a contract while fresh, and {old} a year later. What "
        "colleagues know as well explains no gap to them.",
        at_least("fresh", 1), at_least("old", 1),
    ),
    "E36": untestable(
        "it takes a list of who leads whom, and the book holds none",
        "The list of contributors to GPT-4 has {crew_n} roles, the median one with {crew_mid} people, and no leaders.",
    ),
    "E36b": rule(
        "In a model of managers two who differ in quality by the factor {gs} differ in pay by {R_span} if output grows "
        "with the team at an elasticity of {nu0}, a value we chose: {team_factor} the gap in quality.",
        at_least("team_factor", 1),
    ),
    # ability can be told from luck only where the same person tries again: twice on average
    "E37": rule(
        "RE-Bench has {attempts} attempts by {experts} experts, {each} a person, and an attempt of {hours} hours is "
        "{week_share} of a working week.",
        at_most("each", 2), at_most("week_share", 1),
    ),
    "E38": untestable("it takes a dated sample of news articles and a rule to code them, and the book holds neither"),
    "E46": untestable(
        "no lab publishes what it thought it was buying, so that nobody can compare it with what came",
        "In the model {labs7} labs whose errors have a log standard deviation of {tau7} pay {seven} the worth if they "
        "bid what they judge. An error that all labs share moves every offer alike and shows in no comparison.",
    ),
    # people go there, for no more pay, and not for shares that gain more
    "B10": rule(
        "Engineers moved from OpenAI to Anthropic {flow} as often as back, {per_head} per employee, though Anthropic's "
        "pay bands are {cut_low} to {cut_high} lower (secondary pages). Anthropic's value has since risen {shares} as "
        "much as OpenAI's, {shares_before} in the year before; shares that gain more draw people too.",
        at_least("per_head", 1), at_least("cut_low", 0), at_most("shares", 1),
    ),
    "B11": rule(
        "Proof would take offers with and without autonomy to the same person; our file of {n_deals} reports has "
        "{same_person} such people. Retention of {kept} at Anthropic against {kept_o} at OpenAI can have other causes.",
        at_least("same_person", 1),
    ),
    "B12": rule(
        "Of the {authors} authors of the first Llama paper {gone} had left Meta by May 2025: {gone_share} ({gone_ci}) "
        "against {gone_normal} at Meta's general rate (secondary pages).",
        at_least("gone_excess", 0),
    ),
    "B12b": untestable(
        "it takes the leavers' reasons and the offers they had, and no page we hold gives them",
    ),
    # sought after: offered more than other staff of the same employer
    "V5": rule(
        "Infrastructure titles were offered base wages that differ from those of other titles at the same employers by "
        "{gap_rest} ({ci_rest}), by {gap_level} ({ci_level}) if both are over the prevailing wage, and from "
        "those of research titles by {gap5} ({ci5}). Total pay by role is not public.",
        at_least("gap_rest", 0),
    ),
    "V15": rule(
        "If movers between OpenAI and Anthropic choose as in the model, they have a mean taste for the mission of "
        "{taste} log points of pay. A larger expected gain in shares would look the same; Anthropic's value has risen "
        "{shares} as much as OpenAI's since May 2025, {shares_before} in the year before.",
        at_least("taste", 0), at_most("shares", 1),
    ),
    "V16": untestable("it takes what inventors in semiconductors were paid and what their designs sold for"),
    "V18": untestable(
        "the spread of pay does not tell how many skills there are",
        "If skills multiply, {k14} that vary by {spread14} each and {k7} that vary by {spread7} give the same spread "
        "of pay.",
    ),
    "V20": untestable("it concerns what models can learn, and no data set of the book measures that"),
}
