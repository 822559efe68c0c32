"""校区: their boundaries read from files, and how names of them are told apart."""
