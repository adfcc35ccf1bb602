"""Notation: text and SymPy expressions to terms and back.

* :mod:`.scan`   characters, limits, statements (before Python's parser sees anything)
* :mod:`.parse`  one statement or claim to terms, with ``ast``; nothing is ever evaluated
* :mod:`.positions`  what stands in index brackets: letters, shifts, ranges
* :mod:`.dims`   which letters share a dimension
* :mod:`.show`   terms to text and LaTeX
* :mod:`.sympy_bridge`  terms to SymPy and back (imports SymPy; loaded on demand)
"""
