"""Generated kernels, one NumPy and one C file a function; import them as ``symderiv.kernels.<name>``."""
