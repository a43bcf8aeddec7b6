"""How wildly each asset has moved lately, by the bars that are stored."""

from collections.abc import Sequence

import numpy as np

from core.instruments import resolve
from core.pipeline.run import Workbench
from core.records import Timeframe
from core.store.bars import last_bars, stored_series

_BARS = 200


def recent_volatility(bench: Workbench, symbols: Sequence[str], timeframe: str) -> dict[str, float]:
    """Symbol → yearly standard deviation of the last 200 log returns; those without stored bars are left out."""
    series = stored_series(bench.store)
    frame = Timeframe(timeframe)
    found = {}
    for symbol in symbols:
        mine = series[(series["symbol"] == symbol) & (series["timeframe"] == timeframe)]
        if mine.empty:
            continue
        newest = str(mine.sort_values("last")["source"].iloc[-1])
        closes = last_bars(bench.store, symbol, frame, newest, _BARS)["close"]
        returns = np.diff(np.log(closes.to_numpy(dtype=np.float64)))
        if len(returns) > 1:
            yearly = resolve(symbol).bars_per_year(frame)
            found[symbol] = float(np.std(returns, ddof=1) * np.sqrt(yearly))
    return found
