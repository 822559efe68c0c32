"""地図: packs, tiles, drawings and the papers with maps."""
