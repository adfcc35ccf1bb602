"""The index calculus: a normal form for terms of symbolic size, and the decision lhs - rhs = 0.

This is the trusted part of a proof.  In the order they build on one another:

* :mod:`.atoms`       atoms, monomials and polynomials (the shape of the normal form)
* :mod:`.normal`      terms to normal form; each rewrite is an equality wherever both sides exist
* :mod:`.products`    what deltas, conditions, ties and powers make of each other in a product
* :mod:`.functions`, :mod:`.powers`  exp, log, signs, indicators; powers and common factors
* :mod:`.renaming`    substitution of letters
* :mod:`.signs`       what is known to be positive
* :mod:`.ties`        where a claim with derivatives says nothing
* :mod:`.sums`        reductions: contraction of deltas, hoisting, canonical bound letters
* :mod:`.zero`, :mod:`.cases`  denominators cleared; conditions case by case
* :mod:`.guarded`     denominators in branches that are not taken
* :mod:`.equations`   whether two terms are equal: all of that together
* :mod:`.assumptions` a normalizer that knows a definition's assumptions
* :mod:`.conditions`  what a term needs in order to be defined; discharged or listed
* :mod:`.reify`       normal form back to a term (for folding; its results are re-proved)
"""
