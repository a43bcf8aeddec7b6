"""Daily optimisation: has the world moved, is there a better way to train, and does it win on bars that nobody has seen?"""

from core.pipeline.improving.asked import Asked, read_asked
from core.pipeline.improving.nights import improve

__all__ = ["Asked", "improve", "read_asked"]
