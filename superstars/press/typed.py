"""Numbers that somebody typed into the prose of a chapter, or into the title or caption of a figure.

What is glued cannot be typed, so roles are taken out first, with code, addresses and labels. Dates, claim numbers,
names such as GPT-4 or p90, and percentiles are no results. The rest needs an entry with a reason in ``typed.csv``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from superstars import data
from superstars.press import files

ALLOWED = Path(__file__).parent / "typed.csv"
CAPTIONS = ("title", "subtitle", "description", "says", "source")
COUNTS = "four five six seven eight nine ten eleven twelve"
ROUND = (
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    " twenty thirty forty fifty sixty seventy eighty ninety"
    " hundreds? thousands? millions? billions? trillions? dozens? half halves halved? halving thirds quarters? fifths?"
    " tenths? double[sd]? doubling triple[sd]? tripling quadruple[sd]? twice thrice"
)
# two and three count people, ways and columns in any prose: they are numbers before a unit or after "one of"
UNITS = (
    "times|of|in|out|to|or|thirds|fifths|tenths|per ?cent|%|hundred|thousand|million|billion|orders|dollars|years"
    "|months"
)
WORD = re.compile(
    rf"(?<![\w-])(?:(?:{'|'.join(f'{COUNTS} {ROUND}'.split())})|\w+ty-\w+|an? third|one third"
    rf"|(?:two|three)(?= (?:{UNITS})\b)|(?!mani)\w*(?:o|e|r|x|n|t|y|d)-?fold)(?!\w)", re.IGNORECASE)  # fmt: skip
DIGITS = re.compile(
    r"(?<![\w.\-–#])[-−+]?[$€£]?\d+(?:,\d{3})*(?:\.\d+)?(?:\s?(?:%|×|per cent|(?:bn|tn|M|k)\b))?(?!\w)"
)
MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
PLAIN = [re.compile(pattern) for pattern in (
    rf"\b\d{{1,2}} (?:{MONTH})(?: \d{{4}})?\b", rf"\b(?:{MONTH}) \d{{1,2}}(?:, \d{{4}})?\b",  # dates
    r"(?<![$€£\d,.])\b(?:1[6-9]\d\d|20\d\d)s?\b(?![,.]?\d|\s?[%×]|[,.]\d)(?:[–-](?:\d\d){1,2}\b)?",  # years
    r"(?i)\b(?:\d+(?:st|nd|rd|th)|tenth|ninetieth) percentiles?|doubling times?", r"(?m)^\s*\d+\.\s",  # terms; lists
    r"(?<![\w.,$€£\-−–])[01](?![\w.,%×]|\s?%|\s(?:per cent|in|of|to)\b)",  # the ends of a range
)]  # fmt: skip
SYMBOL = re.compile(r"(?:=|≈|\\approx|\\geq?|\\leq?|<|>)\s*-?(\d+(?:(?:,|\{,\})\d{3})*(?:\.\d+)?)(?!\w)")


def typed(notebook: Path) -> list[tuple[str, str]]:
    """Every typed number of a notebook with the words around it, before exceptions."""
    found = []
    for cell in files.notebook(notebook).cells:
        if cell.cell_type == "markdown":
            found += _in_text(prose(cell.source))
            found += _in_formulas(cell.source)
        elif cell.cell_type == "code" and "figure(" in cell.source:
            found += [hit for caption in _captions(cell.source) for hit in _in_text(caption)]
    return found


def excused(chapter: str, context: str, exceptions: list[dict[str, str]]) -> dict[str, str] | None:
    """The exception that allows a number in ``context`` of ``chapter``, if any."""
    for row in exceptions:
        if row["chapter"] in ("*", chapter) and re.search(row["pattern"], context, re.IGNORECASE):
            return row
    return None


def exceptions() -> list[dict[str, str]]:
    """The exceptions: chapter or ``*``, a regular expression that the words around a number match, and why."""
    rows = data.table(ALLOWED, ["chapter", "pattern", "reason"])
    for line, row in rows:
        try:
            re.compile(row["pattern"])
        except re.error as error:
            where = f"{ALLOWED}, line {line}, column 'pattern'"
            raise data.DataError(f"{where}: {row['pattern']!r} is no regular expression ({error})") from None
        if not all(row.values()):
            raise data.DataError(f"{ALLOWED}, line {line}: an empty cell; allowed: chapter or *, pattern and reason")
    return [row for _, row in rows]


def _in_text(text: str) -> Iterator[tuple[str, str]]:
    for pattern in PLAIN:
        text = pattern.sub(lambda m: " " * len(m[0]), text)
    for pattern in (DIGITS, WORD):
        for match in pattern.finditer(text):
            around = text[max(0, match.start() - 40) : match.end() + 40]
            yield match[0].strip(), " ".join(around.split())


def _in_formulas(source: str) -> Iterator[tuple[str, str]]:
    """Values given to symbols in formulas; 0 and 1 are the ends of a range, which defines a case."""
    for formula in re.findall(r"(?<!\\)\$\$?[^$]+\$", source):
        for match in SYMBOL.finditer(formula):
            if match[1] not in ("0", "1"):
                yield match[1], " ".join(formula.split())


def prose(source: str) -> str:
    """The prose of a Markdown cell: code, directives and addresses taken out, roles and formulas as §."""
    for pattern, instead in (
        (r"(?ms)^`{3,}\w.*?^`{3,}\s*$", " "),
        (r"(?m)^\s*(?:`{3,}|:{3,})(?:\{solution\} \S+|\{[^}]*\})?", " "), (r"(?m)^\s*:[\w-]+:.*$", " "),
        (r"(?m)^\(.*\)=$", " "),
        (r"\{[\w:]+\}`[^`]*`", " § "), (r"`[^`]*`", " § "), (r"\]\([^)]*\)", "] "),
        (r"(?<!\\)\$\$[^$]+\$\$(?:\s*\([\w-]+\))?", " § "), (r"(?<!\\)\$[^$]+\$", " § "), (r"\\\$", "$"), (r"[*_]", ""),
    ):  # fmt: skip
        source = re.sub(pattern, instead, source)
    return source


def _captions(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("figure"):
            for keyword in node.keywords:
                if keyword.arg in CAPTIONS:
                    yield _typed_part(keyword.value)


def _typed_part(node: ast.expr) -> str:
    """The typed part of a caption: what is computed in it becomes §."""
    if isinstance(node, ast.Constant):
        text = str(node.value)
    elif isinstance(node, ast.JoinedStr):
        text = "".join(_typed_part(part) for part in node.values)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        text = _typed_part(node.left) + _typed_part(node.right)
    else:
        text = "§"
    return re.sub(r"\{[^}]*\}", "§", text)
