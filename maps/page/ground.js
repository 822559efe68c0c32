// The ground: graticule, scanned maps, hazard zones, 校区, and layers that the catalogue brings as files.
'use strict';

(() => {
  const STEPS = [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]; // degrees
  const shownImages = new Map();
  const files = new Map();

  KB.grounds.graticule = (ctx, layer) => {
    const span = (KB.view.size.x / KB.view.scale / 256) * 360; // degrees across the window
    const step = STEPS.find((candidate) => span / candidate >= 4) || STEPS[STEPS.length - 1];
    const [west, north] = KB.degrees(0, 0);
    const [east, south] = KB.degrees(KB.view.width, KB.view.height);
    const path = new Path2D();
    for (let i = Math.ceil(west / step); i * step < east; i += 1) {
      const [x] = KB.screen(...KB.world(i * step, 33.3));
      path.moveTo(x, 0);
      path.lineTo(x, KB.view.height);
    }
    for (let i = Math.ceil(south / step); i * step < north; i += 1) {
      const [, y] = KB.screen(...KB.world(130.5, i * step));
      path.moveTo(0, y);
      path.lineTo(KB.view.width, y);
    }
    ctx.strokeStyle = layer.style.line;
    ctx.lineWidth = layer.style.width;
    ctx.stroke(path);
  };

  // Scanned maps lie under the canvas as Leaflet pictures; only ids and bounds come with the scene.
  KB.syncImages = () => {
    const layer = KB.layers.find((one) => one.kind === 'image');
    const hidden = !layer || KB.scene.hidden.includes(layer.id);
    const wanted = new Map(hidden ? [] : KB.scene.images.map((image) => [image[1], image]));
    for (const [url, overlay] of shownImages) {
      if (wanted.has(url)) {
        overlay.setOpacity(wanted.get(url)[6] * KB.opacityOf(layer));
        continue;
      }
      overlay.remove();
      shownImages.delete(url);
    }
    for (const [url, image] of wanted) {
      if (shownImages.has(url)) continue;
      const [, , west, south, east, north, opacity] = image;
      const overlay = L.imageOverlay(url, [[south, west], [north, east]], {
        opacity: opacity * KB.opacityOf(layer), pane: 'tilePane', alt: '',
      });
      shownImages.set(url, overlay.addTo(KB.map));
    }
  };

  KB.hasGround.hazard = () => KB.scene.hazards.length > 0;
  KB.grounds.hazard = (ctx) => {
    for (const zone of KB.scene.hazards) {
      ctx.fillStyle = KB.scene.rank_colours[zone.rank];
      ctx.fill(KB.polygonPath(zone.polygons), 'evenodd');
    }
  };

  KB.hatchPattern = (ctx) => {
    const tile = document.createElement('canvas');
    tile.width = 8;
    tile.height = 8;
    const pen = tile.getContext('2d');
    pen.strokeStyle = KB.colour('edge');
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (const offset of [-8, 0, 8]) {
      pen.moveTo(offset, 8);
      pen.lineTo(offset + 8, 0);
    }
    pen.stroke();
    return ctx.createPattern(tile, 'repeat');
  };

  function fillDistrict(ctx, district, path) {
    if (district.shade === null) return;
    ctx.fillStyle = district.shade < 0 ? KB.hatchPattern(ctx) : KB.colour(`ramp_${district.shade}`);
    ctx.fill(path, 'evenodd');
  }

  function nameDistrict(district, isChosen) {
    if (!district.name || (!isChosen && !KB.scene.names_districts)) return;
    const [x, y] = KB.screen(district.at[0], district.at[1]);
    const name = isChosen && district.caption ? `${district.name} ${district.caption}` : district.name;
    const text = district.approximate ? `${name}(概略)` : name;
    if (KB.inView(x, y, 0)) {
      KB.labels.add({
        text, x, y, radius: 0, centred: true, size: isChosen ? 18 : 14, bold: isChosen, alpha: 1,
        priority: isChosen ? 900 : 5, droppable: !isChosen,
      });
    }
  }

  const isNear = (district) => {
    district.box ??= KB.boxOf(district.polygons.flat());
    return KB.boxInView(district.box, KB.px(12));
  };

  KB.grounds.district = (ctx, layer) => {
    const style = layer.style;
    const near = KB.scene.districts.filter(isNear);
    const drawn = near.map((district) => ({ district, path: KB.polygonPath(district.polygons) }));
    for (const { district, path } of drawn) fillDistrict(ctx, district, path);
    for (const { district, path } of drawn) {
      const dash = district.approximate ? [8, 6] : [];
      if (district.shade === null) KB.haloLine(ctx, path, style.line, style.width, dash);
      else KB.plainLine(ctx, path, district.approximate ? style.line : KB.colour('halo'), style.width, dash);
    }
    for (const { district, path } of drawn) {
      if (district.id !== KB.scene.chosen) continue;
      KB.haloLine(ctx, path, KB.colour('accent'), 4, district.approximate ? [10, 7] : []);
    }
  };
  KB.painters.district = () => {
    for (const district of KB.scene.districts) nameDistrict(district, district.id === KB.scene.chosen);
  };

  // Found by counting edges to the west, in world coordinates.
  KB.districtAt = (point) => {
    if (!KB.layers.some((layer) => layer.kind === 'district' && KB.isShown(layer))) return '';
    const x = (point.x + KB.view.left) / KB.view.scale;
    const y = (point.y + KB.view.top) / KB.view.scale;
    const found = KB.scene.districts.find((district) => KB.isInside(district.polygons, x, y));
    return found ? found.id : '';
  };
  KB.isInside = (polygons, x, y) => {
    let inside = false;
    for (const rings of polygons) {
      for (const ring of rings) {
        for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
          const isAcross = ring[i + 1] > y !== ring[j + 1] > y;
          if (isAcross && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) {
            inside = !inside;
          }
        }
      }
    }
    return inside;
  };

  // A GeoJSON file of the catalogue (EPSG:4326): polygons, lines and points with an optional `label`.
  async function load(layer) {
    files.set(layer.id, []);
    const reply = await fetch(`/layers/${encodeURIComponent(layer.id)}.json`);
    if (!reply.ok) return;
    const collection = await reply.json();
    files.set(layer.id, collection.features.map(readFeature));
    KB.plates.forget();
  }
  const ring = (line) => Float64Array.from(line.flatMap(([lon, lat]) => KB.world(lon, lat)));
  function readFeature(feature) {
    const { type, coordinates } = feature.geometry;
    const many = type.startsWith('Multi') ? coordinates : [coordinates];
    const kind = type.replace('Multi', '');
    const label = feature.properties && feature.properties.label ? String(feature.properties.label) : '';
    if (kind === 'Polygon') return { kind, label, lines: many.flatMap((rings) => rings.map(ring)) };
    return { kind, label, lines: kind === 'Point' ? [ring(many)] : many.map(ring) };
  }
  const featuresOf = (layer) => {
    if (!files.has(layer.id)) KB.pending(load(layer));
    return files.get(layer.id);
  };
  KB.grounds.geojson = (ctx, layer) => {
    for (const feature of featuresOf(layer)) {
      if (feature.kind === 'Point') continue;
      const path = new Path2D();
      for (const line of feature.lines) KB.trace(path, line, feature.kind === 'Polygon');
      if (feature.kind === 'Polygon' && layer.style.fill) {
        ctx.fillStyle = layer.style.fill;
        ctx.fill(path, 'evenodd');
      }
      KB.haloLine(ctx, path, layer.style.line, layer.style.width, layer.style.dashed ? [8, 6] : []);
    }
  };
  KB.painters.geojson = (ctx, layer) => {
    for (const feature of featuresOf(layer)) if (feature.kind === 'Point') paintPoints(ctx, layer, feature);
  };
  function paintPoints(ctx, layer, feature) {
    const points = feature.lines[0];
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = KB.screen(points[i], points[i + 1]);
      if (!KB.inView(x, y, 20)) continue;
      KB.drawSquare(ctx, String(layer.style.letter || '・'), x, y, KB.px(20), { hollow: true });
      if (feature.label) {
        KB.labels.add({
          text: feature.label, x, y, radius: KB.px(12), size: 14, alpha: 1, priority: 3, droppable: true,
        });
      }
    }
  }
})();
