"""Providers that answer over the network: a file for each, and what they share."""
