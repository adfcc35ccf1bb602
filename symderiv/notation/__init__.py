"""Notation: text and SymPy expressions to terms and back.

* :mod:`.characters`, :mod:`.scan`, :mod:`.syntax`  characters and look-alikes; statements, words and limits;
  what stands beside what (before Python's parser sees anything)
* :mod:`.parse`  one statement or claim to terms, with ``ast``; nothing is ever evaluated
* :mod:`.statement`, :mod:`.names`  heads and relations; the names with a meaning, and what a person meant
* :mod:`.positions`  what stands in index brackets: letters, shifts, ranges
* :mod:`.dims`   which letters share a dimension
* :mod:`.show`, :mod:`.latex`  terms to text and LaTeX
* :mod:`.toml_places`  where a definition file's texts stand in it
* :mod:`.sympy_bridge`, :mod:`.sympy_reader`  terms to SymPy and back (import SymPy; loaded on demand)
"""
