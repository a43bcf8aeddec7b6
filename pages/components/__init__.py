"""Widgets that several pages share, and their cached reads."""
