"""Claims answered in the chapter reach."""

from superstars.claims.rules import at_least, rule, untestable

RULES = {
    "E8": untestable(
        "Spotify publishes how many artists pass a threshold, and no payout of a single artist",
        "If the tail of its counts of 2024 goes on beyond the highest threshold, {n_swift} artists passed {swift_low}.",
    ),
    "E9": untestable(
        "Spotify publishes how many artists pass a threshold, and no payout of a single artist",
        "If the tail of its counts of 2024 goes on, about {n_peers_low} artists passed the lower of the two figures "
        "and {n_peers_high} the upper.",
    ),
    # A stronger effect: a pay ratio that rises with the market in the model, below the ceiling that the essay does not
    # mention (0.01 is what the page prints as more than nothing); a share of the top that rose with the audience; a gap
    # between ranks that is no smaller in a larger market.
    "E12": rule(
        "In the model one per cent more market adds {el_below} per cent to the pay ratio at stakes of {S_below}, and "
        "{el_large} once the star earns what would replace her. With local television the top's share rose with an "
        "elasticity of {koenig_elasticity} to the audience; in streaming the gap between two ranks ended at {gap_kept} "
        "of its size while the market grew.",
        at_least("el_below", 0.01), at_least("koenig_elasticity", 0), at_least("gap_kept", 1),
    ),
    # As good as many small buyers with the same money, and a large pay ratio if two bid (the smaller of those that the
    # essay states is ten, E1).
    "E13": rule(
        "With the money of {buyers} small buyers a single rich one gives {few_full} their stakes if work is nonrival, "
        "and {few_gain} if half so. With stakes of {few_stakes} and only the best counting, a star a little better "
        "earns {two_bid} times ordinary pay where two labs bid; a lone buyer need pay her no more than {one_bid} "
        "times.",
        at_least("few_full", 1), at_least("few_gain", 1), at_least("two_bid", 10),
    ),
    "E14": untestable(
        "we found no count of the race's viewers",
        "An audience is not a market: Bolt's income of that year came, per viewer, to {bolt_cents}; all {finalists} "
        "finalists had the same audience.",
    ),
    "E24": untestable(
        "our data count the users of a product, not those of a model or of one person's idea",
        "An idea may reach all of them, but serving them was to take {serving_share} of OpenAI's revenue in 2024.",
    ),
}  # fmt: skip
