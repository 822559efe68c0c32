"""福祉避難所: the board of the 37 and the power-first site, and each site in full."""
