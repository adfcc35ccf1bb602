"""Readings of a row to a verdict: what may be assumed, how it may be meant, and what would repair it."""
