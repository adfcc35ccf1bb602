"""The emit stage: kernels -> the text of NumPy and C files.  Layout only; no mathematics is done here.

==========  ==================================================================================
module      from -> to
==========  ==================================================================================
`infix`     scalar term -> infix text, what C and Python have in common
`c`         kernel -> the pieces of a C file
`c_loops`   nested loops over scalars -> lines of C
`numpy`     kernel -> the pieces of a NumPy file
`render`    pieces and templates -> the text of a file, with its hash
`generate`  functions -> files on disk, or the differences from them
==========  ==================================================================================
"""
