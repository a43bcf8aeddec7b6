"""How providers are asked: deadlines, size limits, typed errors; what bars and news share."""
