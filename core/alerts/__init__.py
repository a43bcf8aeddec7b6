"""Alerts: what happened is read off the store, kept once in the inbox, and sent to whom it concerns.

Nothing in the program has to remember to tell: whatever is committed is noticed at the next look, also after a crash.
"""
