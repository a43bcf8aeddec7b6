"""Bars from files of the user: detection, mapping, import."""
