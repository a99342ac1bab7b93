"""The economics of superstar researchers: data, models and charts behind the book.

Data: ``data`` and ``oews`` (what the files say), ``levels``, ``packages``, ``liquidity``, ``streams``, ``labs``,
``markets``, ``outlook`` and ``performance`` (frames the chapters draw on), ``reach`` (codings of occupations).

Models, one module each (``checks`` holds the checks of their arguments): ``lognormal``, ``tails``, ``skills``,
``natural_experiment`` (pay distributions); ``superstar`` (Rosen's conditions), ``matching``, ``search``, ``order``
(scarcity); ``contest``, ``premium`` (the talent war); ``production``, ``scaling`` (compute); ``inference`` (reading
quality from pay).

``charts`` and ``figures`` say how a figure looks and moves, ``prose`` how a computed number reaches a sentence,
``results`` what chapters export, and ``claims`` what verdict follows from it, one module of rules for each chapter.
``press`` reruns, builds and serves the book; ``python -m superstars`` calls it.
"""

__version__ = "0.1.0"
