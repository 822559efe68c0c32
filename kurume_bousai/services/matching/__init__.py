"""名寄せ: how alike two records are, by rules a city sets."""
