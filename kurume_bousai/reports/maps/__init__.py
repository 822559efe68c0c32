"""地図の紙: maps as vector PDF at an exact scale, written page by page."""
