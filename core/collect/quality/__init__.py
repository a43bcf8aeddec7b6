"""How far bars can be trusted: what is refused or repaired, what is odd, and the score that follows."""
