"""A fit is a function of its returns."""

import pytest
from threadpoolctl import threadpool_limits

from core.predict.volatility.garch_fit import fit_garch
from tests.predict.volatility.conftest import garch_returns


@pytest.mark.parametrize("asymmetric", [False, True])
def test_the_number_of_blas_threads_changes_nothing(asymmetric: bool) -> None:
    returns = garch_returns(1500, seed=4)
    fits = []
    for threads in (1, 2, 3):
        with threadpool_limits(threads, user_api="blas"):
            fits.append(fit_garch(returns, asymmetric))
    assert fits[0] is not None
    assert fits[0] == fits[1] == fits[2]
