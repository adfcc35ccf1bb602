"""symderiv: derivatives of functions in index notation, proved and turned into C and NumPy."""
