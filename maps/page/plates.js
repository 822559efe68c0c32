// The ground lies on plates: pictures of 512 px a side, drawn once per zoom and kept, so that moving the
// map copies pictures instead of drawing a hundred thousand corners again. New plates are drawn a few
// milliseconds a frame; until one is there, the picture of the zoom before stands in for it.
'use strict';

(() => {
  const SIZE = 512;
  const BUDGET_MS = 9; // of a frame of 16; one plate at least is drawn
  const FEW = 2; // plates that are drawn together with the marks
  const MOST_BYTES = 120e6;
  const kept = new Map(); // key → canvas, the one used longest ago first
  let canvas = null;
  let ctx = null;
  let scratch = null;
  let shown = ''; // what the canvas shows, so that nothing is copied twice
  let isWhole = false;
  let wholeZoom = null; // the last zoom that was there whole: its plates stand in
  let pending = false;

  KB.grounds = {}; // painters of the ground by kind: (ctx, layer); no words, nothing to press
  KB.hasGround = {}; // by kind: whether a layer has anything in view; without one, it may have

  const ratio = () => window.devicePixelRatio || 1;
  const keyOf = (zoom, column, row) => `${zoom}/${column}/${row}`;

  function sheet() {
    const made = document.createElement('canvas');
    made.width = Math.round(SIZE * ratio());
    made.height = made.width;
    return made;
  }

  function keep(key, plate) {
    kept.delete(key);
    kept.set(key, plate);
    const most = Math.max(24, Math.floor(MOST_BYTES / (4 * plate.width * plate.height)));
    for (const old of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(old);
    }
    return plate;
  }

  // Layers that let the ground through are drawn whole first: where two zones lie one over the other the
  // upper alone is seen, and no colour becomes darker than its legend.
  function paintLayer(pen, layer) {
    const painter = KB.grounds[layer.kind];
    if (!painter || !KB.isShown(layer)) return;
    const has = KB.hasGround[layer.kind];
    if (has && !has(layer)) return;
    const opacity = KB.opacityOf(layer);
    if (opacity >= 1) {
      pen.save();
      painter(pen, layer);
      pen.restore();
      return;
    }
    if (!scratch || scratch.width !== pen.canvas.width) scratch = sheet();
    const other = scratch.getContext('2d');
    other.setTransform(1, 0, 0, 1, 0, 0);
    other.clearRect(0, 0, scratch.width, scratch.height);
    other.setTransform(ratio(), 0, 0, ratio(), 0, 0);
    other.save();
    painter(other, layer);
    other.restore();
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalAlpha = opacity;
    pen.drawImage(scratch, 0, 0);
    pen.restore();
  }

  function make(column, row) {
    const plate = sheet();
    const pen = plate.getContext('2d');
    pen.setTransform(ratio(), 0, 0, ratio(), 0, 0);
    const view = KB.view;
    KB.view = { ...view, left: column * SIZE, top: row * SIZE, width: SIZE, height: SIZE };
    for (const layer of KB.layers) paintLayer(pen, layer);
    KB.view = view;
    return plate;
  }

  // Plates in view, the middle first.
  function wanted() {
    const { left, top, width, height, zoom } = KB.view;
    const plates = [];
    for (let column = Math.floor(left / SIZE); column * SIZE < left + width; column += 1) {
      for (let row = Math.floor(top / SIZE); row * SIZE < top + height; row += 1) {
        const x = (column + 0.5) * SIZE - left - width / 2;
        const y = (row + 0.5) * SIZE - top - height / 2;
        plates.push({ column, row, key: keyOf(zoom, column, row), way: Math.hypot(x, y) });
      }
    }
    return plates.sort((a, b) => a.way - b.way);
  }

  // In whole pixels of the screen, so that no seam shows between two plates.
  function put(plate, column, row) {
    const x = Math.round((column * SIZE - KB.view.left) * ratio());
    const y = Math.round((row * SIZE - KB.view.top) * ratio());
    ctx.clearRect(x, y, plate.width, plate.height);
    ctx.drawImage(plate, x, y);
  }

  function standIn() {
    if (wholeZoom === null || wholeZoom === KB.view.zoom) return;
    const { left, top, width, height, zoom } = KB.view;
    const side = SIZE * 2 ** (zoom - wholeZoom);
    ctx.imageSmoothingEnabled = false;
    for (const [key, plate] of kept) {
      const [from, column, row] = key.split('/').map(Number);
      const x = column * side - left;
      const y = row * side - top;
      if (from !== wholeZoom || x > width || y > height || x + side < 0 || y + side < 0) continue;
      ctx.drawImage(plate, x * ratio(), y * ratio(), side * ratio(), side * ratio());
    }
  }

  function place() {
    const { width, height, corner } = KB.view;
    const wide = Math.round(width * ratio());
    const high = Math.round(height * ratio());
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    L.DomUtil.setPosition(canvas, corner);
  }

  KB.plates = {
    // Draw what is missing as far as a frame lasts; the rest in the frames that follow.
    draw() {
      const { left, top, width, height, zoom } = KB.view;
      const state = `${left},${top},${width},${height},${zoom},${ratio()}`;
      const isMoved = state !== shown;
      if (!isMoved && isWhole) return;
      shown = state;
      const plates = wanted();
      const missing = plates.filter((plate) => !kept.has(plate.key));
      if (isMoved) {
        place();
        ctx.clearRect(0, 0, canvas.width, canvas.height);
        if (missing.length) standIn();
        for (const { column, row, key } of plates) if (kept.has(key)) put(keep(key, kept.get(key)), column, row);
      }
      // In the frame in which the marks are drawn too, only what is quickly done.
      const mayWait = isMoved && wholeZoom !== null && missing.length > FEW;
      const until = performance.now() + BUDGET_MS;
      let drawn = 0;
      for (const { column, row, key } of mayWait ? [] : missing) {
        if (drawn > 0 && performance.now() > until) break;
        put(keep(key, make(column, row)), column, row);
        drawn += 1;
      }
      isWhole = drawn === missing.length;
      if (isWhole) wholeZoom = zoom;
      else KB.redrawGround();
    },
    // What the ground is made of has changed.
    forget() {
      kept.clear();
      shown = '';
      isWhole = false;
      wholeZoom = null;
      KB.redraw();
    },
    get isWhole() {
      return isWhole;
    },
    start(map) {
      canvas = L.DomUtil.create('canvas', 'kb-stage kb-ground', map.getPane('overlayPane'));
      ctx = canvas.getContext('2d');
    },
  };

  KB.redrawGround = () => {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      if (!KB.view || !KB.scene || isWhole) return;
      KB.plates.draw();
      KB.tellDrawn();
    });
  };
})();
