# needs:
# ruff: noqa: F821
def _erf(x):
    """erf(x) for float64 arrays.

    x + x*P(x^2) for |x| < 0.9, else 1 - exp(-x^2)*Q((x - 2)/(x + 2)) up to |x| = 6 with the sign of x (P
    and Q minimax); beyond 6 the result rounds to 1.
    Measured: at most 1.04 ulp (401,000 points of all magnitudes against mpmath).
    erf(+-0) = +-0, erf(+-inf) = +-1, NaN gives NaN.
    """
    near = (
        -1.082139422031641e-09,
        1.5096824540755653e-08,
        -1.647944597948276e-07,
        1.6477610621984873e-06,
        -1.4926828549391549e-05,
        0.00012055388172284858,
        -0.0008548328651100792,
        0.005223977655061733,
        -0.026866170648259486,
        0.11283791670972036,
        -0.3761263890318411,
        0.1283791670955126,
    )
    far = (
        1.2082281062872312e-06,
        -4.2232759702144864e-07,
        -1.440275499650669e-05,
        -2.7473171018766656e-05,
        2.760675468287038e-05,
        0.00017437242305258434,
        4.355315164732406e-05,
        -0.0009819778489132507,
        -0.0008471432784227485,
        0.006997461752830452,
        0.0037328924056585287,
        -0.07897858101577279,
        0.2416581942424588,
        -0.4271858474139585,
        0.25539567631050575,
    )
    with np.errstate(all="ignore"):
        a = np.minimum(np.abs(x), 6.0)
        z = a * a
        p = np.full_like(a, near[0])
        for c in near[1:]:
            p = p * z + c
        t = (a - 2.0) / (a + 2.0)
        q = np.full_like(a, far[0])
        for c in far[1:]:
            q = q * t + c
        return np.where(a < 0.9, x + x * p, np.copysign(1.0 - np.exp(-z) * q, x))
