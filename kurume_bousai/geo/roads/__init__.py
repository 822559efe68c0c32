"""道路網: lines become a graph; ways, 逃げ地図 and closed roads on it, all in metres of EPSG:6670."""
