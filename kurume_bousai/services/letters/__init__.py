"""案内と返送: who is written to, in which order, and what came back."""
