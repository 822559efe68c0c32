"""地図パック: the map without personal data, as one GeoPackage, MBTiles and a list of what is in it."""
