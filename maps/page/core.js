// The map page's stage: one canvas over the Leaflet map for marks and words, painters by kind of layer, one
// draw per frame. The ground below it lies on plates (plates.js).
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
  const PAD_USED = 0.6; // of it: then the stage is drawn again while the map still moves
  let canvas = null;
  let pending = false;
  let awaited = 0; // fetches that the picture still waits for

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

  // Longitude and latitude of a pixel of the canvas.
  KB.degrees = (x, y) => {
    const worldX = (x + KB.view.left) / KB.view.scale;
    const worldY = (y + KB.view.top) / KB.view.scale;
    const lat = (Math.atan(Math.sinh(Math.PI * (1 - worldY / 128))) * 180) / Math.PI;
    return [(worldX / 256) * 360 - 180, lat];
  };
  // West, north, east, south of lines in world coordinates.
  KB.boxOf = (lines) => {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const line of lines) {
      for (let i = 0; i < line.length; i += 2) {
        if (line[i] < box[0]) box[0] = line[i];
        if (line[i] > box[2]) box[2] = line[i];
        if (line[i + 1] < box[1]) box[1] = line[i + 1];
        if (line[i + 1] > box[3]) box[3] = line[i + 1];
      }
    }
    return box;
  };
  KB.boxInView = (box, margin) => {
    const [west, north] = KB.screen(box[0], box[1]);
    const [east, south] = KB.screen(box[2], box[3]);
    const { width, height } = KB.view;
    return east > -margin && south > -margin && west < width + margin && north < height + margin;
  };

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
  KB.opacityOf = (layer) => KB.scene.opacities[layer.id] ?? layer.opacity;

  // Whether everything of the scene is on the screen.
  KB.isSettled = () => KB.plates.isWhole && awaited === 0 && !KB.tiles.areLoading();
  KB.tellDrawn = () => {
    if (KB.afterDraw && KB.isSettled()) KB.afterDraw();
  };
  // The picture is not whole before this has come or failed.
  KB.pending = (promise) => {
    awaited += 1;
    promise.catch(() => {}).then(() => {
      awaited -= 1;
      KB.redraw();
    });
  };

  function draw() {
    pending = false;
    if (!KB.map || !KB.scene) return;
    place();
    KB.plates.draw();
    KB.hits = [];
    KB.labels.clear();
    for (const layer of KB.layers) {
      const painter = KB.painters[layer.kind];
      if (!painter || !KB.isShown(layer)) continue;
      KB.ctx.save();
      KB.ctx.globalAlpha = KB.opacityOf(layer);
      painter(KB.ctx, layer);
      KB.ctx.restore();
    }
    KB.occupyFound();
    KB.labels.drawAll(KB.ctx);
    KB.drawFound(KB.ctx);
    if (KB.tools) KB.tools.preview(KB.ctx);
    KB.tellDrawn();
  }

  // While the map moves the canvases move with it; they are drawn again before their edge comes into view.
  function onMove() {
    if (!KB.view) return;
    const moved = KB.map.containerPointToLayerPoint([0, 0]).subtract(KB.view.pad).subtract(KB.view.corner);
    if (Math.abs(moved.x) > KB.view.pad.x * PAD_USED || Math.abs(moved.y) > KB.view.pad.y * PAD_USED) KB.redraw();
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
      const way = hit.wayTo ? hit.wayTo(point) : Math.hypot(dx, dy);
      const reach = way + hit.rank * 4;
      if (way <= KB.px(8) && (!best || reach < best.reach)) best = { ...hit, reach };
    }
    return best;
  };

  KB.start = (map) => {
    KB.map = map;
    KB.plates.start(map);
    canvas = L.DomUtil.create('canvas', 'kb-stage', map.getPane('overlayPane'));
    KB.ctx = canvas.getContext('2d');
    map.on('moveend resize viewreset', KB.redraw);
    map.on('move', onMove);
    if (document.fonts) document.fonts.addEventListener('loadingdone', KB.redraw);
  };
  return KB;
})();
