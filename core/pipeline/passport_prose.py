"""A decision told in plain words without a language model: sentences made from the same facts."""

from collections.abc import Sequence
from typing import Any

_VERDICTS = {
    "ordered": "The program ordered to {action}",
    "denied": "The program wanted to {action}, but the risk rules denied it",
    "no_trade": "The program did not trade {asset}",
}


def passport_prose(facts: dict[str, Any]) -> str:
    """Three to nine sentences; every number in them stands in the facts.

    Args:
        facts: of core.pipeline.passport_facts.
    """
    if facts["verdict"] == "failed":
        where = f" in the stage {facts['failed_in']}" if facts.get("failed_in") else ""
        why = f" {facts['failure']}" if facts.get("failure") else ""
        return f"The cycle of {facts['asset']} as of {facts['as_of']} failed{where}, so nothing was decided.{why}"
    told = (
        _verdict(facts),
        _sources(facts),
        _forecast(facts),
        _mood(facts),
        _second_opinions(facts),
        _size(facts),
        _second_look(facts),
        _state(facts),
        _checks(facts),
        _flip(facts),
    )
    return " ".join(sentence for sentence in told if sentence)


def _verdict(facts: dict[str, Any]) -> str:
    words = _VERDICTS[facts["verdict"]].format(action=facts["action"], asset=facts["asset"])
    words += f" on {facts['timeframe']} bars as of {facts['as_of']}"
    if "stop_pct" in facts:
        words += f", with a stop {facts['stop_pct']:g} % and a target {facts['target_pct']:g} % from the fill"
    if facts["verdict"] != "no_trade":
        return f"{words}."
    stopped = facts.get("stopped_at")
    return f"{words}{f': it was stopped at the gate «{stopped}»' if stopped else ''}. {facts['because']}"


def _sources(facts: dict[str, Any]) -> str:
    sources = facts.get("sources")
    if sources is None:
        return ""
    if not sources:
        return "No source that has a say had an opinion."
    sides = []
    for way in ("up", "down"):
        names = [source["source"] for source in sources if source["says"] == way]
        if names:
            sides.append(f"{listed(names)} said {way}")
    words = ", while ".join(sides)
    return f"{words[0].upper()}{words[1:]}, which together gives a confidence of {facts['confidence']:g}."


def _forecast(facts: dict[str, Any]) -> str:
    """The horizon that has an edge, else the first, with what spoke for it."""
    forecasts = facts.get("forecasts")
    if not forecasts:
        return "No forecast was at hand."
    item = next((found for found in forecasts if found["evidence_of_edge"]), forecasts[0])
    proof = "has evidence of an edge" if item["evidence_of_edge"] else "has no evidence of an edge"
    words = (
        f"Over {item['bars']} bars the {item['horizon']} forecast gives down {item['down_pct']} %, flat "
        f"{item['flat_pct']} % and up {item['up_pct']} %, and it {proof}"
    )
    reasons = item.get("reasons")
    if not reasons:
        return f"{words}."
    pro = [reason["feature"] for reason in reasons if reason["contribution"] > 0]
    con = [reason["feature"] for reason in reasons if reason["contribution"] < 0]
    spoke = [f"{listed(pro)} for «{item['target']}»"] if pro else []
    spoke += [f"{listed(con)} against {'it' if pro else '«' + item['target'] + '»'}"] if con else []
    return f"{words}; what weighed most was {' and '.join(spoke)}." if spoke else f"{words}."


def _mood(facts: dict[str, Any]) -> str:
    regime, mood = facts.get("regime"), facts.get("sentiment")
    parts = []
    if regime:
        parts.append(
            f"the market's regime was {regime['kind']} with a probability of {regime['probability_pct']} %"
        )
    if mood:
        items = f"{mood['items']} {'item' if mood['items'] == 1 else 'items'}"
        parts.append(f"the sentiment of {items} was {mood['score']:g} on a scale from bad (−1) to good (1)")
    words = " and ".join(parts)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _second_opinions(facts: dict[str, Any]) -> str:
    """Meta-model and agent, where they have a say."""
    meta, agent = facts.get("meta_model"), facts.get("agent")
    parts = []
    if meta:
        worth = "worth taking" if meta["finds_it_worth_taking"] else "not worth taking"
        parts.append(
            f"the meta-model gave it a {meta['gain_pct']} % chance of a gain where {meta['needed_pct']} % are needed, so it "
            f"found it {worth}"
        )
    if agent:
        held = agent["would_hold_pct_of_the_largest_position"]
        parts.append(f"the agent would have held {held} % of the largest position")
    words = ", and ".join(parts)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _size(facts: dict[str, Any]) -> str:
    size = facts.get("size")
    if not size:
        return ""
    return f"Its size of {size['pct_of_equity']:g} % of equity was decided by the bound «{size['bound_by']}»."


def _state(facts: dict[str, Any]) -> str:
    state = facts.get("system_state")
    return f"The system was {state['state']}. {state['because']}".strip() if state else ""


def _flip(facts: dict[str, Any]) -> str:
    flip = facts.get("flip")
    if not flip:
        return ""
    changed = [
        f"«{item['input']}» been {item['would_have_been']:g} instead of {item['was']:g}"
        for item in flip["changes"]
    ]
    return f"Had {listed(changed)}, the decision would have been: {flip['becomes']}."


def _second_look(facts: dict[str, Any]) -> str:
    look = facts.get("second_look")
    if not look:
        return ""
    did = {"approved": "approved the trade", "vetoed": "vetoed it"}.get(
        look["state"], f"left {look['size_kept_pct']} % of its size"
    )
    concern = "" if look["state"] == "approved" else f"; its gravest concern was {look['gravest_concern']}"
    return f"The second look by a language model {did}{concern}."


def _checks(facts: dict[str, Any]) -> str:
    refused, passed = facts["checks_refused"], facts["checks_passed"]
    if refused:
        return f"What refused it: {' '.join(refused)}"
    return f"All {passed} risk checks passed." if passed else ""


def listed(names: Sequence[str]) -> str:
    """«a», «a and b», «a, b and c»."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
