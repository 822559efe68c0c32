// Tile packs: backgrounds in tiles of the program's own files, under everything else.
'use strict';

(() => {
  const shown = new Map(); // id → Leaflet's layer

  function make([id, [west, south, east, north], minZoom, maxZoom]) {
    return L.tileLayer(`/tiles/${encodeURIComponent(id)}/{z}/{x}/{y}`, {
      pane: 'tilePane',
      bounds: [[south, west], [north, east]],
      minNativeZoom: minZoom,
      maxNativeZoom: maxZoom, // beyond, the last tiles are enlarged
      minZoom: KB.map.getMinZoom(),
      maxZoom: KB.map.getMaxZoom(),
      updateWhenZooming: false,
      keepBuffer: 1,
    }).on('load tileerror', KB.redraw);
  }

  KB.tiles = {
    sync() {
      const layer = KB.layers.find((one) => one.kind === 'tiles');
      const isHidden = !layer || KB.scene.hidden.includes(layer.id);
      const wanted = new Map(isHidden ? [] : KB.scene.tiles.map((tiles) => [tiles[0], tiles]));
      for (const [id, made] of shown) {
        if (wanted.has(id)) continue;
        made.remove();
        shown.delete(id);
      }
      for (const [id, tiles] of wanted) {
        if (!shown.has(id)) shown.set(id, make(tiles).addTo(KB.map));
        shown.get(id).setOpacity(tiles[5] * KB.opacityOf(layer));
      }
    },
    areLoading: () => [...shown.values()].some((made) => made.isLoading()),
  };
})();
