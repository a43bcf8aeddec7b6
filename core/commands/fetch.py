"""`fetch`: download missing bars and headlines into the store."""

import argparse

from core.commands.command import Answer, Command, add_series, runtime, timeframe
from core.commands.cycle import finish
from core.instruments import resolve


def _run(options: argparse.Namespace) -> Answer:
    symbol = resolve(options.symbol).symbol
    with runtime() as opened:
        frame = timeframe(options.timeframe, opened.settings.timeframe)
        source = options.source or opened.settings.source
        job = finish(
            opened,
            opened.jobs.submit("fetch", {"symbol": symbol, "timeframe": frame.value, "source": source}),
        )
    words = job.log[-1] if job.log else job.message
    return Answer(
        words, {"symbol": symbol, "timeframe": frame.value, "result": job.result_id, "message": words}
    )


FETCH = Command("fetch", "Download missing bars and headlines into the store.", add_series, _run)
