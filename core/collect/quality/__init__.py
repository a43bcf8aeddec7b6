"""How far bars can be trusted: what is refused, what is odd, and the score that follows."""
