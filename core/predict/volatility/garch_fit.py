"""Fit GARCH(1,1) and GJR by Gaussian quasi-maximum likelihood, by the library `arch`."""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from core.predict.volatility.candidates import Garch

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

MOST_PERSISTENT = 0.9999
"""Of a shock after a bar; beyond, there is no level to return to."""

_ALONE = Lock()
"""The number of BLAS threads belongs to the process, so one fit at a time sets it."""


def fit_garch(returns: np.ndarray, asymmetric: bool) -> Garch | None:
    """The likeliest parameters, zero mean.

    Args:
        returns: (n,) log returns; some hundreds.
        asymmetric: GJR, whose γ weighs falls apart; otherwise γ = 0.

    Returns:
        None when the returns are all zero or the fit does not converge.
    """
    from arch.univariate import GARCH, ZeroMean

    level = float(np.mean(returns**2))
    if not level > 0.0:
        return None
    process = GARCH(p=1, o=int(asymmetric), q=1)
    model = ZeroMean(returns / np.sqrt(level), volatility=process, rescale=False)
    # The optimiser's steps round differently with the number of BLAS threads; with one, a fit is repeatable.
    with _ALONE, _threads().limit(limits=1, user_api="blas"):
        fitted = model.fit(disp="off", show_warning=False)
    if fitted.convergence_flag != 0:
        return None
    omega, alpha, beta = (float(fitted.params[name]) for name in ("omega", "alpha[1]", "beta[1]"))
    gamma = float(fitted.params["gamma[1]"]) if asymmetric else 0.0
    beta = min(beta, MOST_PERSISTENT - alpha - 0.5 * gamma)
    return Garch(omega * level, max(alpha, 0.0), gamma, max(beta, 0.0), level)


@cache
def _threads() -> "ThreadpoolController":
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
