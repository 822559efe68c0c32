"""名簿: the list, a person's record, and bringing people in."""
