"""Text that strangers wrote: made harmless to read, and looked at for what is odd about it."""

from core.untrusted.cleaning import Cleaned, cleaned

__all__ = ["Cleaned", "cleaned"]
