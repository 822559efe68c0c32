"""Pure functions between frozen values of the domain and plain rows; a property test holds the round trip."""
