"""Vector and matrix equations to equations between entries."""
