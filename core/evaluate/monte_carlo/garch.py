"""GARCH(1,1) paths: volatility that clusters, shocks as they were (filtered historical simulation)."""

from dataclasses import dataclass

import numpy as np

from core.errors import InputError, NotEnoughHistory
from core.evaluate.monte_carlo.paths import Draws

LEAST = 250
"""Returns below which nothing is fitted."""


@dataclass(frozen=True, slots=True, eq=False)
class Garch:
    """σ²ₜ₊₁ = ω + α ε²ₜ + β σ²ₜ around a constant mean (Bollerslev 1986)."""

    mean: float
    omega: float
    alpha: float
    beta: float
    variance: float
    """Forecast for the step after the last."""
    residuals: np.ndarray
    """Standardised to mean 0 and variance 1."""

    def expected_variance(self, steps: int) -> np.ndarray:
        """E[σ²] of the next 1 … `steps` steps: ω + (α + β) times the one before."""
        out = np.empty(steps)
        out[0] = self.variance
        for h in range(1, steps):
            out[h] = self.omega + (self.alpha + self.beta) * out[h - 1]
        return out


def fit_garch(returns: np.ndarray) -> Garch:
    """Fit by quasi-maximum likelihood (`arch`, normal errors).

    Raises:
        NotEnoughHistory: fewer than 250 returns.
        InputError: they do not vary, or the fit does not converge.
    """
    if len(returns) < LEAST:
        raise NotEnoughHistory(
            f"GARCH paths need {LEAST} bar returns and the run has {len(returns)}: choose a longer run or another method."
        )
    scale = float(np.std(returns))
    if scale < 1e-12:
        raise InputError("The returns of this run do not vary, so there is no volatility to model.")
    from arch import arch_model

    fitted = arch_model(returns / scale, mean="Constant", vol="GARCH", p=1, q=1, rescale=False).fit(
        disp="off", show_warning=False
    )
    if fitted.convergence_flag != 0:
        raise InputError("The GARCH fit to this run does not converge: choose the block bootstrap instead.")
    mean, omega, alpha, beta = (float(fitted.params[name]) for name in ("mu", "omega", "alpha[1]", "beta[1]"))
    residuals = np.asarray(fitted.std_resid)
    residuals = (residuals - residuals.mean()) / residuals.std()
    last = np.asarray(fitted.resid)[-1] ** 2
    ahead = omega + alpha * last + beta * np.asarray(fitted.conditional_volatility)[-1] ** 2
    return Garch(mean * scale, omega * scale**2, alpha, beta, float(ahead) * scale**2, residuals)


def garch_draws(fitted: Garch) -> Draws:
    """Paths that begin at the volatility after the last bar; a step cannot lose more than everything."""
    from core.evaluate.monte_carlo.kernel import GARCH

    numbers = [fitted.mean, fitted.omega, fitted.alpha, fitted.beta, fitted.variance]
    return Draws(GARCH, fitted.residuals, np.array(numbers))
