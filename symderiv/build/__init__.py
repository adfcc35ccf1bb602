"""The build stage: generated text -> callables. It knows nothing of mathematics.

===========  ========================================================================================
module       from -> to
===========  ========================================================================================
`compiler`   C text -> shared library in a cache folder, compiled once, whole or not at all
`signature`  gufunc signature -> operands, core dimensions, what ``axis`` can mean
`gufunc`     shared library -> ``np.ufunc`` (the convention for the C is written there)
`direct`     a gufunc -> the same with a shorter way in for small contiguous arrays (`direct.c`)
`threads`    a gufunc -> the same on several threads, opt-in
`modules`    a generated NumPy module and its C file -> a module whose functions are the compiled ones
===========  ========================================================================================

Generated NumPy modules carry ``SIGNATURES: dict[str, tuple[str, str]]``, the gufunc signature and the types
of each public function: ``{"softmax": ("(c)->(c)", "r->r")}``. `load` takes such a file from any folder;
``symderiv.kernels`` serves the shipped ones.
"""

from symderiv.build.compiler import (
    DEFAULT_FLAGS,
    BuildError,
    CompileFailed,
    Compiler,
    CompilerMissing,
    cache_directory,
    compile_shared,
    find_compiler,
    open_shared,
)
from symderiv.build.gufunc import LiftFailed, lift
from symderiv.build.modules import KernelStatus, load
from symderiv.build.signature import Signature, SignatureError
from symderiv.build.threads import threaded

__all__ = [
    "DEFAULT_FLAGS",
    "BuildError",
    "CompileFailed",
    "Compiler",
    "CompilerMissing",
    "KernelStatus",
    "LiftFailed",
    "Signature",
    "SignatureError",
    "cache_directory",
    "compile_shared",
    "find_compiler",
    "lift",
    "load",
    "open_shared",
    "threaded",
]
