"""Frames whose columns are looked up once: eight strategies ask for the same few dozen columns again and again."""

from typing import Any, ClassVar

import pandas as pd


class Columns(pd.DataFrame):
    """A frame that remembers the columns it has handed out; to be read, not changed. What is made of it is a plain frame."""

    _metadata: ClassVar[list[str]] = ["_plain", "_known"]

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def __getitem__(self, key: Any) -> Any:
        if type(key) is not str:
            return super().__getitem__(key)
        known = self.__dict__.get("_known")
        if known is None:  # a plain frame makes a column in half the time that a subclass takes
            known = {}
            object.__setattr__(self, "_plain", pd.DataFrame(self))
            object.__setattr__(self, "_known", known)
        if key not in known:
            known[key] = self.__dict__["_plain"][key]
        return known[key]
