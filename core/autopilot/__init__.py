"""The autopilot: the steps of a cycle again and again, each at its own interval, for weeks.

A step is a job like any other (core.work), so a page shows it and only one of a kind runs for an asset at a time.
What is on is a row of the store: a server that starts again goes on where the last one ended.
"""

from core.autopilot.pilot import Autopilot
from core.autopilot.plan import in_order, rest_after, rests

__all__ = ["Autopilot", "in_order", "rest_after", "rests"]
