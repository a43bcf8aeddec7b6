"""What the language model had to do with a cycle."""

from core.pipeline.run import Run, Workbench
from core.records import CallState, LlmShare


def share_of(run: Run, bench: Workbench) -> LlmShare | None:
    """Calls, tokens and money of one cycle, and whether memory may have moved its decision; None without a model."""
    if bench.llm is None:
        return None
    sent = [call for call in run.calls if call.attempts]
    cached = sum(call.units for call in run.calls if call.state is CallState.CACHED)
    costs = [call.cost for call in sent]
    cost = None if None in costs else sum(item for item in costs if item is not None)
    tokens = sum(call.tokens_in + call.tokens_out for call in sent)
    tainted = _contaminated(run)
    spent = "its price is not set" if cost is None else f"${cost:.4f}" if cost else "no money"
    words = f"{bench.llm.name or bench.llm.endpoint.name}: {len(sent)} requests, {cached} answers at hand, {tokens:,} tokens, {spent}."
    if tainted:
        words += " Contaminated: the model may know what followed, so this decision counts in no headline."
    return LlmShare(bench.llm.name, tainted, len(sent), cached, tokens, cost, words)


def _contaminated(run: Run) -> bool:
    spoke = run.sentiment is not None and run.sentiment.contaminated
    pooled = any(f.llm is not None and f.llm.weight > 0 and f.llm.contaminated for f in run.forecasts)
    looked = run.validation is not None and run.validation.contaminated and run.validation.factor < 1.0
    return spoke or pooled or looked
