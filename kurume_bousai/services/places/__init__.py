"""場所: layers, gazetteers, homes on the map and the hazards at them."""
