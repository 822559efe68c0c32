// Overlays: imported layers. Their shapes come packed, once per layer and revision, and stay; what is drawn
// is thinned to what a pixel can show and cut to what is in view.
'use strict';

(() => {
  const store = new Map(); // id and revision → what was fetched
  const patterns = new Map();
  const THIN_PX = 0.35; // at the whole zoom; up to 0.7 just before the next
  const EDGE_PX = 8; // beyond the view, so that no line ends in sight
  const NAMES_ZOOM = 15;
  let entries = new Map(); // id of the entry → its overlays

  // How a class is drawn where its style says nothing (protocol.LayerClass).
  KB.plainClass = { fill: '', line: '', width: 1, dash: [], hatch: '', slopes: [1], letter: '' };

  // Packed parts (mapview.packing) as world coordinates: [{ box, rings: [Float64Array], thin: Map }].
  KB.unpackParts = (buffer, byteOffset = 0, byteLength = buffer.byteLength - byteOffset) => {
    const parts = [];
    if (byteLength < 4) return parts;
    const numbers = new Int32Array(buffer, byteOffset, Math.floor(byteLength / 4));
    let at = 1;
    for (let part = 0; part < numbers[0]; part += 1) {
      const rings = [];
      let left = numbers[at];
      at += 1;
      for (; left > 0; left -= 1) {
        const ring = new Float64Array(2 * numbers[at]);
        at += 1;
        for (let i = 0; i < ring.length; i += 2) {
          [ring[i], ring[i + 1]] = KB.world(numbers[at + i] / 1e6, numbers[at + i + 1] / 1e6);
        }
        at += ring.length;
        rings.push(ring);
      }
      parts.push({ rings, box: KB.boxOf(rings), thin: new Map() });
    }
    return parts;
  };

  // Corners nearer than a fraction of a pixel to the last one are left out; a ring that would collapse stays.
  function thinned(ring, least) {
    const kept = new Float64Array(ring.length);
    let count = 0;
    for (let i = 0; i < ring.length; i += 2) {
      const dx = ring[i] - kept[count - 2];
      const dy = ring[i + 1] - kept[count - 1];
      const isEnd = i === 0 || i === ring.length - 2;
      if (!isEnd && dx < least && dx > -least && dy < least && dy > -least) continue;
      kept[count] = ring[i];
      kept[count + 1] = ring[i + 1];
      count += 2;
    }
    return count < 8 ? ring : kept.slice(0, count);
  }

  function ringsFor(part, level) {
    let rings = part.thin.get(level);
    if (!rings) {
      rings = part.rings.map((ring) => (ring.length > 16 ? thinned(ring, THIN_PX / 2 ** level) : ring));
      part.thin.set(level, rings);
    }
    return rings;
  }

  // Corners between two others on the same outer side of the view cannot be seen: neither can the straight
  // line that stands for them, so fill and line stay right inside the view.
  function traceCut(path, ring, closed) {
    const { scale, left, top, width, height } = KB.view;
    const high = height + EDGE_PX;
    const wide = width + EDGE_PX;
    const side = (x, y) => (x < -EDGE_PX ? 1 : x > wide ? 2 : 0) | (y < -EDGE_PX ? 4 : y > high ? 8 : 0);
    let x = ring[0] * scale - left;
    let y = ring[1] * scale - top;
    let code = side(x, y);
    let last = code; // of the corner drawn last
    path.moveTo(x, y);
    for (let i = 2; i < ring.length; i += 2) {
      const nextX = ring[i] * scale - left;
      const nextY = ring[i + 1] * scale - top;
      const next = side(nextX, nextY);
      if (i > 2 && !(last & code & next)) {
        path.lineTo(x, y);
        last = code;
      }
      x = nextX;
      y = nextY;
      code = next;
    }
    path.lineTo(x, y);
    if (closed) path.closePath();
  }

  // One path of all parts in view; filled by `nonzero` (outer rings and holes turn opposite ways), so that
  // zones that lie one over the other do not cut holes into each other.
  KB.partsPath = (parts, closed) => {
    const path = new Path2D();
    const level = Math.floor(KB.view.zoom);
    for (const part of parts) {
      if (!KB.boxInView(part.box, EDGE_PX)) continue;
      for (const ring of ringsFor(part, level)) traceCut(path, ring, closed);
    }
    return path;
  };

  // Hatching in the colour and the directions of a class (1 rises, -1 falls).
  KB.hatchOf = (ctx, colour, slopes) => {
    const key = `${colour}/${slopes.join(',')}`;
    if (!patterns.has(key)) {
      const tile = document.createElement('canvas');
      tile.width = 8;
      tile.height = 8;
      const pen = tile.getContext('2d');
      pen.strokeStyle = colour;
      pen.lineWidth = 1.3;
      pen.beginPath();
      for (const slope of slopes) {
        for (const offset of [-8, 0, 8]) {
          pen.moveTo(offset, slope > 0 ? 8 : 0);
          pen.lineTo(offset + 8, slope > 0 ? 0 : 8);
        }
      }
      pen.stroke();
      patterns.set(key, ctx.createPattern(tile, 'repeat'));
    }
    return patterns.get(key);
  };

  function paintFaces(ctx, style, parts) {
    const path = KB.partsPath(parts, true);
    if (style.fill) {
      ctx.fillStyle = style.fill;
      ctx.fill(path, 'nonzero');
    }
    if (style.hatch) {
      ctx.fillStyle = KB.hatchOf(ctx, style.hatch, style.slopes);
      ctx.fill(path, 'nonzero');
    }
    if (style.line) KB.plainLine(ctx, path, style.line, style.width, style.dash);
  }

  function paintLines(ctx, style, parts) {
    const path = KB.partsPath(parts, false);
    KB.plainLine(ctx, path, style.line || KB.colour('quiet'), style.width, style.dash);
  }

  async function get(address) {
    const reply = await fetch(address);
    return reply.ok ? reply : null; // a newer scene may have taken it away meanwhile
  }

  async function fetchClass(id, number, hasPoints) {
    const address = `/overlay/${encodeURIComponent(id)}/${number}`;
    const [shapes, points] = await Promise.all([get(`${address}.bin`), hasPoints ? get(`${address}.json`) : null]);
    const buffer = shapes ? await shapes.arrayBuffer() : new ArrayBuffer(4);
    const faces = new Int32Array(buffer, 0, 1)[0];
    const { x, y, name } = points ? await points.json() : { x: [], y: [], name: [] };
    return {
      faces: KB.unpackParts(buffer, 4, faces),
      lines: KB.unpackParts(buffer, 4 + faces),
      points: x.map((one, i) => ({ at: KB.world(one / 1e6, y[i] / 1e6), name: name[i] })),
    };
  }

  async function load(key, overlay) {
    const made = [];
    store.set(key, made);
    await Promise.all(overlay.classes.map(async ([, , hasPoints], number) => {
      made[number] = await fetchClass(overlay.id, number, hasPoints);
    }));
    KB.plates.forget();
  }

  const keyOf = (overlay) => `${overlay.id}/${overlay.revision}`;

  // What is shown of a scene's overlays is fetched; what no scene has any more is dropped.
  KB.syncOverlays = () => {
    entries = new Map();
    for (const overlay of KB.scene.overlays) {
      if (!entries.has(overlay.entry)) entries.set(overlay.entry, []);
      entries.get(overlay.entry).push(overlay);
    }
    const wanted = new Set(KB.scene.overlays.map(keyOf));
    for (const key of [...store.keys()]) if (!wanted.has(key)) store.delete(key);
    for (const overlay of KB.scene.overlays) {
      const isHidden = KB.scene.hidden.includes(overlay.entry);
      if (!isHidden && !store.has(keyOf(overlay))) KB.pending(load(keyOf(overlay), overlay));
    }
  };
  KB.overlaysOf = (layer) => entries.get(layer.id) || [];

  // Every shape of an entry's class, of all its layers together: [class, what was fetched].
  function* contents(layer) {
    for (const [place, style] of layer.classes.entries()) {
      for (const overlay of KB.overlaysOf(layer)) {
        const made = store.get(keyOf(overlay)) || [];
        for (const [number, [at]] of overlay.classes.entries()) {
          if (at === place && made[number]) yield [style, made[number]];
        }
      }
    }
  }

  const inView = (parts) => parts.filter((part) => KB.boxInView(part.box, EDGE_PX));

  KB.hasGround.overlay = (layer) => {
    for (const [, { faces, lines }] of contents(layer)) {
      if (inView(faces).length || inView(lines).length) return true;
    }
    return false;
  };
  KB.grounds.overlay = (ctx, layer) => {
    for (const [style, made] of contents(layer)) {
      const faces = inView(made.faces);
      const lines = inView(made.lines);
      if (faces.length) paintFaces(ctx, style, faces);
      if (lines.length) paintLines(ctx, style, lines);
    }
  };

  KB.painters.overlay = (ctx, layer) => {
    const size = KB.px(20);
    for (const [style, { points }] of contents(layer)) {
      for (const { at, name } of points) {
        const [x, y] = KB.screen(at[0], at[1]);
        if (!KB.inView(x, y, 20)) continue;
        KB.drawSquare(ctx, style.letter || '・', x, y, size, { hollow: true });
        KB.labels.occupy(x, y, size, size);
        if (name && KB.view.zoom >= NAMES_ZOOM) {
          KB.labels.add({ text: name, x, y, radius: size / 2 + 2, size: 14, alpha: 1, priority: 3, droppable: true });
        }
      }
    }
  };
})();
