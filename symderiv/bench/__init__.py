"""Measured side by side with other libraries, in one process: how fast the kernels are and how far off.

=============  ================================================================================
module         from -> to
=============  ================================================================================
`rows`         ``rows.toml`` -> what is measured (kernel, shapes, inputs) and the goals
`stated`       ``stated.toml`` -> kernels of functions that are not shipped
`given`        a row and a shape -> arrays by name, and our kernel as a call without arguments
`peers`        a library -> one function for each kernel it can compute, named as the kernel is
`clock`        calls -> medians and ratios, taken in turn on one core
`speed`        rows and peers -> times, ratios, shares of the copy bandwidth
`limits`       what copying and writing memory takes
`errors`       ``errors.toml`` and peers -> worst errors against `truth` in ball arithmetic
`results`      all that one run found, the goals summed up, JSON;  `show`: as tables of text
`command`      the command ``symderiv bench``
=============  ================================================================================

Which kernel is compared with what is data: tables of rows, and a module of functions for each peer.
"""
