// Pressing and drawing. Every tool works with the mouse and with the keyboard alone: the arrows move the
// map under a cross in its middle, Space sets a point there, Enter ends a line, Backspace takes one back.
'use strict';

(() => {
  const WORDS = {
    assembly_point: '集合場所', danger: '危険', blocked_road: '通れない道', route: '経路', resource: '資源',
  };
  let tool = '';
  let corners = [];
  let byKeyboard = false;
  let cross = null;
  let hint = null;

  const isLine = () => KB.LINE_KINDS.includes(tool);
  const same = (a, b) => a && b && Math.abs(a.lng - b.lng) < 1e-7 && Math.abs(a.lat - b.lat) < 1e-7;

  function show() {
    cross.hidden = !byKeyboard;
    hint.hidden = tool === '';
    if (tool !== '') {
      hint.textContent = isLine()
        ? `${WORDS[tool]}をかいています。押した所が角になります。終わりはダブルクリックかEnter、戻すのはBackspace、やめるのはEscです。`
        : `${WORDS[tool]}をおく所を押してください。矢印キーで地図を動かし、スペースでおけます。やめるのはEscです。`;
    }
    KB.map.getContainer().classList.toggle('kb-drawing', tool !== '');
    KB.redraw();
  }

  function put(kind, latlngs) {
    KB.bridge.on_drawn_feature(kind, latlngs.map((one) => [one.lng, one.lat]));
    corners = [];
    KB.redraw();
  }

  function addCorner(latlng) {
    if (!isLine()) {
      put(tool, [latlng]);
      return;
    }
    if (!same(corners[corners.length - 1], latlng)) corners.push(latlng);
    KB.redraw();
  }

  function finish() {
    if (isLine() && corners.length >= 2) put(tool, corners);
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

  const press = (latlng) => (tool === '' ? report(latlng) : addCorner(latlng));

  function onKey(event) {
    if (event.key.startsWith('Arrow') || event.key === 'Tab') {
      byKeyboard = true;
    } else if (event.key === ' ' || (event.key === 'Enter' && !isLine())) {
      byKeyboard = true;
      press(KB.map.getCenter());
    } else if (event.key === 'Enter') {
      finish();
    } else if (event.key === 'Backspace' && corners.length > 0) {
      corners.pop();
    } else if (event.key === 'Escape' && tool !== '') {
      KB.tools.take('');
      KB.bridge.on_tool_put_away();
    } else {
      return;
    }
    show();
    if (event.key !== 'Tab' && !event.key.startsWith('Arrow')) event.preventDefault();
  }

  KB.tools = {
    take(kind) {
      tool = kind;
      corners = [];
      if (kind === '') KB.map.doubleClickZoom.enable();
      else KB.map.doubleClickZoom.disable();
      show();
    },
    preview(ctx) {
      if (corners.length === 0) return;
      const places = corners.map((one) => KB.canvasPoint(one));
      const path = new Path2D();
      places.forEach((one, i) => (i === 0 ? path.moveTo(one.x, one.y) : path.lineTo(one.x, one.y)));
      KB.haloLine(ctx, path, KB.colour('accent'), 4, [10, 8]);
      for (const one of places) {
        ctx.fillStyle = KB.colour('accent');
        ctx.beginPath();
        ctx.arc(one.x, one.y, KB.px(5), 0, 2 * Math.PI);
        ctx.fill();
      }
    },
    start(map) {
      const container = map.getContainer();
      cross = L.DomUtil.create('div', 'kb-cross', container);
      hint = L.DomUtil.create('div', 'kb-hint', container);
      hint.setAttribute('role', 'status');
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
