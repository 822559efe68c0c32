"""地図の部品: one panel on a page or painted, what is drawn on it and how it is touched."""
