"""What a record of a person may hold, and how a column of a list becomes it."""
