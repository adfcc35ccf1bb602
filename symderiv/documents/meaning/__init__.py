"""A formula's tree to the notation that the engine proves: what derivatives, primes and names stand for."""
