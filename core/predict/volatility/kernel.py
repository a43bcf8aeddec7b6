"""The compiled recursions behind volatility forecasts; row t is what is known at the close of bar t."""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def ewma_variance(returns: np.ndarray, decay: float) -> np.ndarray:
    """σ²(t+1) = λσ²(t) + (1 − λ)r²(t), begun with the first squared return, (n,)."""
    out = np.empty(len(returns))
    if len(returns):
        variance = returns[0] * returns[0]
        for row in range(len(returns)):
            variance = decay * variance + (1.0 - decay) * returns[row] * returns[row]
            out[row] = variance
    return out


@numba.njit(cache=True, nogil=True)
def garch_variance(
    returns: np.ndarray, omega: float, alpha: float, gamma: float, beta: float, first: float
) -> np.ndarray:
    """σ²(t+1) = ω + (α + γ[r(t) < 0])r²(t) + βσ²(t), with σ²(0) = `first`, (n,)."""
    out = np.empty(len(returns))
    variance = first
    for row in range(len(returns)):
        weight = alpha + gamma if returns[row] < 0.0 else alpha
        variance = omega + weight * returns[row] * returns[row] + beta * variance
        out[row] = variance
    return out
