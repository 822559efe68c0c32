"""経路: the ground, the sites and the ways between."""
