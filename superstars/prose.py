"""How a computed number reaches a sentence, a verdict and a reader who asks where it comes from.

``glue(name, text, note, value)`` saves a result in the notebook. The prose shows its text with the role
``{glue:text}`name```, the site shows its note beside it, and the verdicts on claims use its value.
The other functions write a number the way the book prints it.
"""

from __future__ import annotations

import json
import math

RECORD = "application/papermill.record/"


def glue(
    name: str, text: str | int, note: str, value: float | None = None,
    low: float | None = None, high: float | None = None,
) -> None:
    """Save a result under its name: as the prose prints it, what was computed, and the number itself.

    ``note`` says in words what was computed, with units; a reader sees it beside the number. ``value`` is the number
    before rounding, with the ends of its interval ``low`` and ``high``, for the verdicts on claims; six significant
    digits are kept. Writes the record that MyST-NB reads, so that a chapter runs where MyST-NB is not installed.
    ``ValueError`` for a text that is neither text nor a whole number (rounding belongs in the code, next to the
    result), for an empty note, and for an interval without a value or that does not hold it.
    """
    from IPython.display import display  # only notebooks glue; the rest of this module runs without IPython

    if isinstance(text, bool) or not isinstance(text, (str, int)):
        raise ValueError(f"glue {name!r} got the text {text!r}; allowed: text or a whole number, so format it first")
    if not isinstance(note, str) or len(note.split()) < 3:
        raise ValueError(f"glue {name!r} got the note {note!r}; allowed: a few words that say what was computed")
    if value is None and isinstance(text, int):
        value = text
    ends = {"value": value, "low": low, "high": high}
    numbers = {key: significant(float(x), 6) for key, x in ends.items() if x is not None}
    if numbers and not numbers.get("low", -math.inf) <= numbers.get("value", math.nan) <= numbers.get("high", math.inf):
        raise ValueError(f"glue {name!r} got {ends}; allowed: a value, and ends of an interval that holds it")
    facts = json.dumps({"note": note, **numbers}, ensure_ascii=False)
    record = {RECORD + "text/plain": repr(str(text)), RECORD + "application/json": facts}
    display(record, raw=True, metadata={"scrapbook": {"name": name, "mime_prefix": RECORD}})


def usd(amount: float, digits: int = 3) -> str:
    """US dollars to ``digits`` significant figures: $68,000, $1.9M, $2.7bn."""
    x = significant(amount, digits)
    for size, unit in ((1e12, "tn"), (1e9, "bn"), (1e6, "M")):
        if abs(x) >= size:
            return f"{'-' if x < 0 else ''}${plain(abs(x) / size, digits)}{unit}"
    return f"{'-' if x < 0 else ''}${abs(x):,.0f}" if abs(x) >= 100 else f"${x:,.2f}"


def times(ratio: float, digits: int = 2) -> str:
    """A ratio: 1.6×, 38×, 1,400×."""
    return plain(ratio, digits) + "×"


def percent(share: float, digits: int = 0) -> str:
    """A share as a percentage with ``digits`` decimals: 26%."""
    return f"{100 * share:.{digits}f}%"


def p_value(p: float) -> str:
    """A p-value: p = 0.04, or p < 0.001."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def plain(x: float, digits: int = 3) -> str:
    """A number to ``digits`` significant figures, thousands separated: 0.0123, 3.24, 12,300."""
    x = significant(x, digits)
    decimals = max(0, digits - 1 - (math.floor(math.log10(abs(x))) if x else 0))
    return f"{x:,.{decimals}f}"


def interval(low: float, high: float, write=plain) -> str:
    """Both ends of an interval: 1.2 to 1.5; one of them where both are written alike."""
    ends = write(low), write(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def listed(words: list[str]) -> str:
    """Words as a sentence lists them: one, two and three; none: none."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part) or "none"


def significant(x: float, digits: int) -> float:
    """``x`` rounded to ``digits`` significant figures; ``ValueError`` where it is not a finite number."""
    if not math.isfinite(x):
        raise ValueError(f"a number for the prose is {x}; allowed: finite numbers")
    return 0.0 if x == 0 else round(x, digits - 1 - math.floor(math.log10(abs(x))))
