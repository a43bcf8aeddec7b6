"""What stands behind a fused signal: the records of its sources, and the second opinions on the whole."""

import pandas as pd

from core.records import FusedSignal
from core.views.number import Number, percent


def tracks_frame(fused: FusedSignal) -> pd.DataFrame:
    """How each source has done: source, prior, weight, gain, opinions, effective, note; heaviest first."""
    rows = sorted(fused.tracks, key=lambda track: -track.weight)
    return pd.DataFrame(
        [
            {
                "source": track.source, "prior": track.prior, "weight": track.weight, "gain": track.gain,
                "opinions": track.opinions, "effective": track.effective, "note": track.note,
            }
            for track in rows
        ]
    )  # fmt: skip


def second_opinions(fused: FusedSignal) -> tuple[Number, ...]:
    """The meta-model and the agent: what each says, whether it had a say, and why; empty where there is neither."""
    found = []
    if fused.meta is not None:
        meta = fused.meta
        say = "" if meta.earned else ", without a say"
        value = f"gain {percent(meta.probability, 0)}, needed {percent(meta.needed, 0)}{say}"
        found.append(Number("Meta-model", value, meta.words))
    if fused.agent is not None:
        agent = fused.agent
        say = f", weight {agent.weight:.2f}" if agent.earned else ", without a say"
        found.append(
            Number(
                "Agent", f"would hold {percent(agent.exposure, 0)} of the largest position{say}", agent.words
            )
        )
    return tuple(found)
