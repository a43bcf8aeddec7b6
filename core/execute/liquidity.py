"""What was known of volatility and volume before each bar."""

# mypy: disable-error-code="no-untyped-def"

import math

from core.execute.compiling import kernel
from core.execute.layout import M_LAST, M_SIGMA, M_VOLUME


@kernel
def liquidity(closes, volumes, memory, rows):
    """Fill `rows` (n or n + 1, MARKET_COLUMNS) from the `memory` bars before each; zero where fewer than three are known.

    Every row is computed from its own window alone, so that it does not depend on where the series begins: the paper
    book, which sees a part of the series, gets the same numbers to the last bit.
    """
    for i in range(len(rows)):
        first = max(0, i - memory)
        count = i - first
        if count == 0:
            continue
        rows[i, M_LAST] = volumes[i - 1]
        if count < 3:
            continue
        total = returns = squares = 0.0
        for j in range(first, i):
            total += volumes[j]
            if j > first:
                change = math.log(closes[j] / closes[j - 1])
                returns += change
                squares += change * change
        rows[i, M_VOLUME] = total / count
        n = count - 1
        rows[i, M_SIGMA] = math.sqrt(max(squares - returns * returns / n, 0.0) / (n - 1))
