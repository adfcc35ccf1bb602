"""Parts of the checker :mod:`symderiv.verify.by_expansion`, in the order they are used.

* :mod:`.scope`     what a claim speaks of: dimensions, branches, how far positions are moved
* :mod:`.sizes`     which sizes and which values of the free letters are looked at
* :mod:`.explicit`  a claim at given sizes as scalar SymPy expressions; derivatives by ``Matrix.jacobian``
* :mod:`.atoms`     exp, log, roots, signs ... as generators of rational functions
* :mod:`.modular`   whether a rational function of the generators vanishes
* :mod:`.real`      real values of expressions
* :mod:`.points`    points of the domain, regions of constant branches, counterexamples
"""
