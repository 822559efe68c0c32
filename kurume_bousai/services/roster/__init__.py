"""名簿: the register itself, its people, consents, merges, counts, quality and expiry."""
