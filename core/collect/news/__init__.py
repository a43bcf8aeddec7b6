"""Dated text about assets: news, social posts, ratings, and the mood of the market."""
