"""A verdict does not depend on the order in which Python happens to keep the atoms of a product."""

from __future__ import annotations

import os
import subprocess
import sys

# In a process of its own: the hashes of atoms are dealt anew for each seed, with all atoms made again.
_DEALT = """
from symderiv.calculus import atoms, sums

seed, dealt = 0, {}
atoms.Atom.__hash__ = lambda atom: dealt.setdefault(id(atom), hash((seed, len(dealt), 7919 * len(dealt))))

from symderiv.definitions import Function
from symderiv.verify.claims import verify

clipping = Function("h[n] = where(abs(r[n]) < b, r[n]**2/(2*b), abs(r[n]) - b/2)", assume=["b > 0"])
claim = clipping.claim("D(h[n], r[m]) = delta[m,n]*max(-1, min(1, r[n]/b))")
for seed in range(150):
    atoms._atoms.clear()
    dealt.clear()
    sums._leading_of.cache_clear()
    print(verify(clipping, claim, checkers=("calculus",)).word)
"""


def test_ties_are_put_in_in_a_fixed_order() -> None:
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", _DEALT]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.split() == ["proved"] * 150
