"""What the names of a document are, told from how all its rows use them: indices, labels, sizes, shapes."""
