"""The economics of superstar researchers: data, models and charts behind the book.

One module a model (``lognormal``, ``tails``), plus ``data`` and ``oews`` (what the files say), ``charts`` (how a
figure looks and moves) and ``prose`` (how a computed number reaches a sentence). ``press`` reruns, builds and
serves the book; ``python -m superstars`` calls it.
"""

__version__ = "0.1.0"
