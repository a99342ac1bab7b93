"""Claims answered in the chapter pay_ladder."""

from superstars.claims.rules import Rule, at_least, between, depends, rule

EVIDENCE = "whether press reports of accepted pay count as evidence"

RULES: dict[str, Rule] = {
    # confirmed pay is old, so it is held against a specialist of its own time; both marks are the essay's
    "E1": depends(
        EVIDENCE,
        "The highest package reported as accepted is {reported_colleague} the pay of a lab colleague. The highest pay "
        "in a tax filing was {confirmed_then} that of a typical AI specialist of its time, and {confirmed_colleague} "
        "that of a lab colleague today.",
        at_least("reported_colleague", 10),
        at_least("confirmed_then", 10),
    ),
    "E2": depends(
        EVIDENCE,
        "The highest package reported as accepted is {reported_postdoc} a postdoc's pay, the highest pay in a tax "
        "filing {confirmed_postdoc}.",
        at_least("reported_postdoc", 100),
        at_least("confirmed_postdoc", 100),
    ),
    # the chart is a ladder: each rung must lie above the one before, over the whole range of both
    "E3": rule(
        "From sources of the same kinds, a professor's median is {professor_step} a postdoc's, the median at OpenAI "
        "{lab_step} a professor's, and the highest package reported as accepted {star_step} OpenAI's.",
        at_least("professor_step", 1),
        at_least("lab_step", 1),
        at_least("star_step", 1),
        necessary=True,
    ),
    # about a million: what rounds to one million
    "E49": rule(
        "The bands that an unsigned page gives for labs have a middle of {colleague} a year and run from {lab_range}. "
        "Levels.fyi, as secondary pages relay it, had a median of {openai_median} for engineers at OpenAI.",
        between("colleague", 0.5e6, 1.5e6),
        between("openai_median", 0.5e6, 1.5e6),
    ),
}
