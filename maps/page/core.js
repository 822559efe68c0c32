// The map page's ground: one canvas over the Leaflet map, painters by kind of layer, one draw per frame.
// Everything is drawn as canvas text or shape; no string from outside is ever read as HTML.
'use strict';

window.KB = (() => {
  const KB = {
    layers: [], painters: {}, hits: [], scene: null, map: null, ctx: null, view: null,
    selected: '', revision: 0, afterDraw: null,
    look: {
      scale: 1, families: '"BIZ UDPGothic","Yu Gothic UI","Meiryo","IPAexGothic","KurumeMap",sans-serif',
      bold: false,
      colours: {
        ground: '#F6F6F2', text: '#1C1F23', quiet: '#545A62', halo: '#FFFFFF', accent: '#26408B',
        edge: '#858B92', line: '#D9D9D4', ok: '#1B7F79', few: '#B07A00', short: '#8A2A12', unknown: '#3E454D',
        ramp_0: '#F0F1F2', ramp_1: '#D3D7DB', ramp_2: '#A9B0B7', ramp_3: '#76808A', ramp_4: '#444C55',
      },
    },
  };
  const FADED = 0.38; // UI.md: other tables
  const PAD = 0.15; // canvas beyond each edge, as a share of the view, so that a drag shows no blank
  let canvas = null;
  let pending = false;

  KB.px = (size) => Math.round(size * KB.look.scale);
  KB.colour = (name) => KB.look.colours[name] || name;
  KB.font = (size, bold) =>
    `${bold && KB.look.bold ? 'bold ' : ''}${KB.px(size)}px ${KB.look.families}`;
  KB.faded = (table) => (KB.scene.table && table !== KB.scene.table ? FADED : 1);

  // World coordinates: Web Mercator in pixels of zoom 0, projected once per scene.
  KB.world = (lon, lat) => {
    const sine = Math.sin((lat * Math.PI) / 180);
    return [((lon + 180) / 360) * 256, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256];
  };
  KB.screen = (x, y) => [x * KB.view.scale - KB.view.left, y * KB.view.scale - KB.view.top];
  KB.inView = (x, y, margin) =>
    x > -margin && y > -margin && x < KB.view.width + margin && y < KB.view.height + margin;

  // A list of [x, y, dx, dy, …] in 1e-5 degrees becomes world coordinates.
  KB.unpackLine = (flat) => {
    const line = new Float64Array(flat.length);
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < flat.length; i += 2) {
      lon += flat[i];
      lat += flat[i + 1];
      [line[i], line[i + 1]] = KB.world(lon / 1e5, lat / 1e5);
    }
    return line;
  };
  KB.trace = (path, line, closed) => {
    for (let i = 0; i < line.length; i += 2) {
      const [x, y] = KB.screen(line[i], line[i + 1]);
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
    if (closed) path.closePath();
    return path;
  };
  KB.polygonPath = (polygons) => {
    const path = new Path2D();
    for (const rings of polygons) for (const ring of rings) KB.trace(path, ring, true);
    return path;
  };

  function place() {
    const map = KB.map;
    const size = map.getSize();
    const pad = L.point(Math.round(size.x * PAD), Math.round(size.y * PAD));
    const corner = map.containerPointToLayerPoint([0, 0]).subtract(pad).round();
    const width = size.x + 2 * pad.x;
    const height = size.y + 2 * pad.y;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    L.DomUtil.setPosition(canvas, corner);
    const origin = map.getPixelOrigin().add(corner);
    KB.view = {
      scale: 2 ** map.getZoom(), zoom: map.getZoom(), left: origin.x, top: origin.y,
      width, height, pad, size, corner,
    };
    KB.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    KB.ctx.clearRect(0, 0, width, height);
  }

  KB.isShown = (layer) => KB.view.zoom >= layer.min_zoom && !KB.scene.hidden.includes(layer.id);

  function draw() {
    pending = false;
    if (!KB.map || !KB.scene) return;
    place();
    KB.hits = [];
    KB.labels.clear();
    for (const layer of KB.layers) {
      const painter = KB.painters[layer.kind];
      if (!painter || !KB.isShown(layer)) continue;
      KB.ctx.save();
      KB.ctx.globalAlpha = layer.opacity;
      painter(KB.ctx, layer);
      KB.ctx.restore();
    }
    KB.labels.drawAll(KB.ctx);
    if (KB.tools) KB.tools.preview(KB.ctx);
    if (KB.afterDraw) KB.afterDraw();
  }

  KB.redraw = () => {
    if (pending) return;
    pending = true;
    requestAnimationFrame(draw);
  };

  // Where a press falls on the canvas, whatever was dragged since the last draw.
  KB.canvasPoint = (latlng) => KB.map.latLngToLayerPoint(latlng).subtract(KB.view.corner);

  // The mark nearest to a place of the canvas; people before sites, sites before drawings.
  KB.hitAt = (point) => {
    let best = null;
    for (const hit of KB.hits) {
      const dx = Math.max(0, Math.abs(point.x - hit.x) - hit.w / 2);
      const dy = Math.max(0, Math.abs(point.y - hit.y) - hit.h / 2);
      const reach = Math.hypot(dx, dy) + hit.rank * 4;
      if (Math.hypot(dx, dy) <= KB.px(8) && (!best || reach < best.reach)) best = { ...hit, reach };
    }
    return best;
  };

  KB.start = (map) => {
    KB.map = map;
    canvas = L.DomUtil.create('canvas', 'kb-stage', map.getPane('overlayPane'));
    KB.ctx = canvas.getContext('2d');
    map.on('moveend resize viewreset', KB.redraw);
    if (document.fonts) document.fonts.addEventListener('loadingdone', KB.redraw);
  };
  return KB;
})();
