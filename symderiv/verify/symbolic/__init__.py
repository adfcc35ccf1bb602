"""Parts of the checker :mod:`symderiv.verify.by_sympy`.

* :mod:`.regions`  what is known of letters and positions; questions that split a range or the claim
* :mod:`.sums`     SymPy ``Sum`` objects kept in one form: expanded, hoisted, deltas contracted, letters named
* :mod:`.build`    a claim's sides as SymPy expressions at symbolic size, derivatives by SymPy's ``diff``
* :mod:`.zero`     whether such an expression is 0
"""
