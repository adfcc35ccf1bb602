"""A person's Markdown, LaTeX or notebook, read and checked row by row.

:mod:`.check` is the job, read from top to bottom; :mod:`.report` prints what came of it, :mod:`.command` is
the command, :mod:`.parts` splits notes on several things.  The packages, each of which imports only those
above it:

===========  =====================================================================================
``text``     a file to formulas, formulas to trees and rows: characters, tokens, grammar, spelling
``usage``    what names are, told from how all rows use them: indices, labels, sizes; shapes; layers
``matrix``   vector and matrix equations to equations between entries
``content``  all that a document says: definitions, conditions, hypotheses, relations
``meaning``  a tree to the notation that the engine proves: what derivatives, primes and names stand for
``judging``  readings to a verdict: which facts may be assumed, repairs, definitions, lints
===========  =====================================================================================
"""
