// Pressing, drawing, measuring, asking for a place. Every tool works with the mouse and with the keyboard
// alone: the arrows move the map under a cross in its middle, Space sets a point there, Enter ends a line
// or ring, Backspace takes one back, Esc leaves. What a tool is and says comes from the program.
'use strict';

(() => {
  const LOW = 0.6; // share of the height
  let tool = null; // { purpose, kind, shape, least, hint, few }
  let corners = [];
  let hasEnded = false; // a measure stays on the map until the next corner
  let isShort = false; // somebody tried to end it with too few corners
  let measure = '';
  let byKeyboard = false;
  let cross = null;
  let hint = null;
  let sentence = null;
  let words = null;

  // Whether the last corner is where the sentence would cover it.
  const isLow = () =>
    corners.length > 0 && KB.map.latLngToContainerPoint(corners[corners.length - 1]).y > KB.map.getSize().y * LOW;
  const isMany = () => tool !== null && tool.shape !== 'point';
  const same = (a, b) => a && b && Math.abs(a.lng - b.lng) < 1e-7 && Math.abs(a.lat - b.lat) < 1e-7;
  const plain = (latlngs) => latlngs.map((one) => [one.lng, one.lat]);

  function show() {
    cross.hidden = !byKeyboard;
    hint.hidden = tool === null;
    if (tool !== null) {
      sentence.textContent = isShort ? tool.few : tool.hint;
      words.textContent = measure;
      words.hidden = measure === '';
      hint.classList.toggle('kb-hint-top', isLow());
    }
    KB.map.getContainer().classList.toggle('kb-drawing', tool !== null);
    KB.redraw();
  }

  function clear() {
    corners = [];
    hasEnded = false;
    isShort = false;
  }

  function put(latlngs) {
    KB.bridge.on_drawn_feature(tool.kind, plain(latlngs));
    clear();
  }

  function tellMeasure() {
    if (tool.purpose !== 'measure') return;
    measure = '';
    KB.bridge.on_measured(tool.kind, plain(corners));
  }

  function addCorner(latlng) {
    if (tool.purpose === 'pick') {
      KB.bridge.on_picked(latlng.lng, latlng.lat);
    } else if (!isMany()) {
      put([latlng]);
    } else if (!same(corners[corners.length - 1], latlng)) {
      if (hasEnded) clear();
      isShort = false;
      corners.push(latlng);
      tellMeasure();
    }
    show();
  }

  function finish() {
    if (!isMany() || hasEnded) return;
    isShort = corners.length < tool.least;
    hasEnded = !isShort;
    if (hasEnded && tool.purpose === 'draw') put(corners);
    show();
  }

  function takeBack() {
    corners.pop();
    hasEnded = false;
    isShort = false;
    tellMeasure();
  }

  function report(latlng) {
    const point = KB.canvasPoint(latlng);
    const found = KB.hitAt(point);
    if (!found) {
      const district = KB.districtAt(point);
      if (district) KB.bridge.on_mark_pressed('district', district);
      KB.bridge.on_point_pressed(latlng.lng, latlng.lat);
    } else if (found.kind === 'group') {
      KB.openGroup(found.people);
    } else {
      KB.bridge.on_mark_pressed(found.kind, found.id);
    }
  }

  const press = (latlng) => (tool === null ? report(latlng) : addCorner(latlng));

  function onKey(event) {
    if (event.target.closest('button, a')) return; // the legend's and the zoom's own keys
    if (event.key.startsWith('Arrow') || event.key === 'Tab') {
      byKeyboard = true;
    } else if (event.key === ' ' || (event.key === 'Enter' && !isMany())) {
      byKeyboard = true;
      press(KB.map.getCenter());
    } else if (event.key === 'Enter') {
      finish();
    } else if (event.key === 'Backspace' && corners.length > 0) {
      takeBack();
    } else if (event.key === 'Escape' && tool !== null) {
      KB.tools.take('');
      KB.bridge.on_tool_put_away();
    } else {
      return;
    }
    show();
    if (event.key !== 'Tab' && !event.key.startsWith('Arrow')) event.preventDefault();
  }

  function closing(places) {
    const path = new Path2D();
    const last = places[places.length - 1];
    path.moveTo(last.x, last.y);
    path.lineTo(places[0].x, places[0].y);
    return path;
  }

  // The words of a measure in a box of their own, so that they read on any ground.
  function write(ctx, text, at) {
    ctx.font = KB.font(17, true);
    const width = ctx.measureText(text).width + KB.px(14);
    const height = KB.px(28);
    const { pad, size } = KB.view; // the canvas reaches beyond the view
    const left = Math.max(pad.x + 4, Math.min(at.x + KB.px(12), pad.x + size.x - width - 4));
    const top = Math.max(pad.y + 4, at.y - KB.px(12) - height);
    ctx.fillStyle = KB.colour('halo');
    ctx.strokeStyle = KB.colour('accent');
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.roundRect(left, top, width, height, 4);
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = KB.colour('text');
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.fillText(text, left + KB.px(7), top + height / 2 + 1);
  }

  KB.tools = {
    take(text) {
      tool = text === '' ? null : JSON.parse(text);
      measure = '';
      clear();
      if (tool === null) KB.map.doubleClickZoom.enable();
      else KB.map.doubleClickZoom.disable();
      show();
    },
    say(text) {
      measure = tool !== null && tool.purpose === 'measure' ? text : '';
      show();
    },
    preview(ctx) {
      if (corners.length === 0) return;
      const places = corners.map((one) => KB.canvasPoint(one));
      const path = new Path2D();
      places.forEach((one, i) => (i === 0 ? path.moveTo(one.x, one.y) : path.lineTo(one.x, one.y)));
      if (tool.shape === 'region' && places.length > 2) {
        ctx.globalAlpha = 0.14;
        ctx.fillStyle = KB.colour('accent');
        ctx.fill(path, 'evenodd');
        ctx.globalAlpha = 1;
        KB.haloLine(ctx, closing(places), KB.colour('accent'), 2, [4, 5]);
      }
      KB.haloLine(ctx, path, KB.colour('accent'), 4, [10, 8]);
      for (const one of places) KB.dot(ctx, one.x, one.y, KB.px(5));
      if (measure === '') return;
      write(ctx, measure, places[places.length - 1]);
    },
    start(map) {
      const container = map.getContainer();
      cross = L.DomUtil.create('div', 'kb-cross', container);
      hint = L.DomUtil.create('div', 'kb-hint', container);
      hint.setAttribute('role', 'status');
      sentence = L.DomUtil.create('div', '', hint);
      words = L.DomUtil.create('div', 'kb-measure', hint);
      container.addEventListener('keydown', onKey);
      container.addEventListener('mousedown', () => {
        byKeyboard = false;
        cross.hidden = true;
      });
      map.on('click', (event) => press(event.latlng));
      map.on('dblclick', finish);
      show();
    },
  };
})();
