// Around the map: legend, scale, north, sources and the word over a fictional map. Text only, no HTML.
'use strict';

(() => {
  const STATES = ['支援者も行先も決まった', 'どちらかがまだ', '支援者がいない', 'わからない'];
  const SITES = { welfare: '福祉避難所', designated: '指定避難所', emergency: '指定緊急避難場所', assembly: '集合場所' };
  const DRAWN = { assembly_point: '集合場所', danger: '危険', blocked_road: '通れない道', route: '経路', resource: '資源', region: '区域', note: '文字' };
  const RANKS = ['', '0.5m未満', '0.5〜3m', '3〜5m', '5〜10m', '10〜20m', '20m以上'];
  let legend = null;
  let badge = null;
  let isOpen = true;
  let attribution = null;
  let credited = [];

  function row(list, paint, words) {
    const item = L.DomUtil.create('div', 'kb-legend-row', list);
    const size = KB.px(22);
    const canvas = L.DomUtil.create('canvas', '', item);
    const ratio = window.devicePixelRatio || 1;
    canvas.width = size * ratio;
    canvas.height = size * ratio;
    canvas.style.width = `${size}px`;
    canvas.style.height = `${size}px`;
    const ctx = canvas.getContext('2d');
    ctx.scale(ratio, ratio);
    paint(ctx, size / 2, size);
    L.DomUtil.create('span', '', item).textContent = words;
  }

  function line(dash, colour, width) {
    return (ctx, middle, size) => {
      const path = new Path2D();
      path.moveTo(1, middle);
      path.lineTo(size - 1, middle);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.setLineDash(dash);
      ctx.stroke(path);
    };
  }

  function fillBox(colour) {
    return (ctx, middle, size) => {
      ctx.fillStyle = colour;
      ctx.fillRect(2, 4, size - 4, size - 8);
      ctx.strokeStyle = KB.colour('edge');
      ctx.strokeRect(2, 4, size - 4, size - 8);
    };
  }

  function hatchBox(ctx, middle, size) {
    ctx.fillStyle = KB.hatchPattern(ctx);
    ctx.fillRect(2, 4, size - 4, size - 8);
    ctx.strokeStyle = KB.colour('edge');
    ctx.strokeRect(2, 4, size - 4, size - 8);
  }

  const anyShown = (kind, test) =>
    KB.layers.some((layer) => layer.kind === kind && !KB.scene.hidden.includes(layer.id) && (!test || test(layer)));

  function rowsOfPeople(list) {
    if (!KB.scene.people.length || !anyShown('person')) return;
    STATES.forEach((words, state) => row(list, (ctx, m) => KB.drawState(ctx, state, m, m, KB.px(14)), words));
    if (KB.scene.people.some((person) => person.rough)) {
      row(list, (ctx, m) => KB.drawRough(ctx, m, m, KB.px(9)), '町の中ほど(位置は概略)');
    }
  }

  function rowsOfPlaces(list) {
    for (const [kind, words] of Object.entries(SITES)) {
      const isThere = KB.scene.sites.some((site) => site.kind === kind);
      if (!isThere || !anyShown('site', (layer) => layer.style.site === kind)) continue;
      row(list, (ctx, m, size) => KB.drawSquare(ctx, KB.SITE_LETTERS[kind], m, m, size - 4), words);
    }
    for (const [kind, words] of Object.entries(DRAWN)) {
      if (!KB.scene.drawn.some((mark) => mark.kind === kind)) continue;
      row(list, (ctx, m, size) => {
        if (kind === 'blocked_road') KB.drawCross(ctx, m, m, size - 8);
        else if (kind === 'route') line([], KB.colour('text'), 4)(ctx, m, size);
        else KB.drawSquare(ctx, KB.DRAWN_LETTERS[kind][0], m, m, size - 4, { hollow: KB.DRAWN_LETTERS[kind][1] });
      }, words);
    }
  }

  function rowsOfWays(list) {
    for (const straight of anyShown('way') ? [false, true] : []) {
      if (!KB.scene.ways.some((way) => way.straight === straight)) continue;
      const words = straight ? '経路(道が不明のため直線)' : '経路(道にそって)';
      row(list, line(straight ? [6, 4] : [], KB.colour('accent'), 4), words);
    }
    const { reach } = KB.scene;
    if (reach === null || !anyShown('reach')) return;
    if (reach.title) L.DomUtil.create('div', 'kb-legend-title', list).textContent = reach.title;
    reach.classes.forEach(([words], index) => row(list, KB.reachSign(index), words));
    if (reach.goals.length) row(list, (ctx, m, size) => KB.drawFrame(ctx, m, m, size - 8), reach.goal_words);
  }

  function rowsOfGround(list) {
    if (KB.scene.districts.some((one) => one.approximate) && anyShown('district')) {
      row(list, line([5, 4], KB.colour('quiet'), 2), '校区の区域(概略)');
    }
    if (KB.scene.districts.some((one) => one.shade !== null)) {
      KB.scene.shade_words.forEach((words, shade) => row(list, fillBox(KB.colour(`ramp_${shade}`)), words));
    }
    if (KB.scene.districts.some((one) => one.shade !== null && one.shade < 0)) row(list, hatchBox, '不明・少人数');
    for (const zone of KB.scene.hazards) {
      row(list, fillBox(KB.scene.rank_colours[zone.rank]), `浸水 ${RANKS[zone.rank]}`);
    }
    if (KB.scene.links.some((link) => link.kind === 'supporter')) row(list, line([], KB.colour('text'), 2.5), '支援者まで');
    if (KB.scene.links.some((link) => link.kind === 'site')) row(list, line([7, 4], KB.colour('text'), 2.5), '行先まで');
  }

  // The sign of an overlay's class: a face, a line or a letter, as it is drawn on the map.
  function classSign(style) {
    return (ctx, middle, size) => {
      if (style.letter && !style.fill && !style.hatch) {
        KB.drawSquare(ctx, style.letter, middle, middle, size - 4, { hollow: true });
        return;
      }
      if (!style.fill && !style.hatch) {
        line(style.dash, style.line, Math.max(style.width, 1.5))(ctx, middle, size);
        return;
      }
      for (const paint of [style.fill, style.hatch && KB.hatchOf(ctx, style.hatch, style.slopes)]) {
        if (!paint) continue;
        ctx.fillStyle = paint;
        ctx.fillRect(2, 4, size - 4, size - 8);
      }
      ctx.strokeStyle = style.hatch && style.line ? style.line : KB.colour('edge');
      ctx.setLineDash(style.dash);
      ctx.strokeRect(2, 4, size - 4, size - 8);
    };
  }

  // An entry is one block however many layers (rivers) it draws: its name, which opens what it means, and a
  // row for each class that is there.
  function rowsOfOverlays(list) {
    for (const layer of KB.layers) {
      const overlays = KB.scene.hidden.includes(layer.id) ? [] : KB.overlaysOf(layer);
      const there = new Map(); // class and words → class
      for (const overlay of overlays) {
        for (const [at, words] of overlay.classes) there.set(JSON.stringify([at, words]), [at, words]);
      }
      if (!there.size) continue;
      const title = overlays.length === 1 && layer.style.names_itself ? overlays[0].title : layer.title;
      const block = L.DomUtil.create('details', 'kb-legend-more', list);
      const summary = L.DomUtil.create('summary', 'kb-legend-title', block);
      summary.textContent = title;
      summary.title = layer.wording;
      L.DomUtil.create('p', 'kb-legend-wording', block).textContent = layer.wording;
      for (const [at, words] of [...there.values()].sort(([a], [b]) => a - b)) {
        row(list, classSign(layer.classes[at]), words);
      }
    }
  }

  const Legend = L.Control.extend({
    onAdd() {
      const box = L.DomUtil.create('div', 'kb-legend');
      const button = L.DomUtil.create('button', 'kb-legend-button', box);
      button.type = 'button';
      button.textContent = '凡例';
      button.addEventListener('click', () => KB.chrome.openLegend(!isOpen));
      legend = L.DomUtil.create('div', 'kb-legend-list', box);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    },
  });

  const North = L.Control.extend({
    onAdd() {
      const box = L.DomUtil.create('div', 'kb-north');
      box.setAttribute('role', 'img');
      box.setAttribute('aria-label', '上が北です');
      L.DomUtil.create('div', 'kb-north-arrow', box);
      L.DomUtil.create('div', '', box).textContent = '北';
      return box;
    },
  });

  function credit() {
    for (const words of credited) attribution.removeAttribution(words);
    const used = KB.layers.filter((layer) => layer.attribution && KB.usesLayer(layer));
    const shown = (layer) => !KB.scene.hidden.includes(layer.id);
    const overlays = KB.layers.filter(shown).flatMap((layer) => KB.overlaysOf(layer).map((one) => one.credit));
    const tiles = KB.layers.some((layer) => layer.kind === 'tiles' && shown(layer)) ? KB.scene.tiles : [];
    const all = [...used.map((layer) => layer.attribution), ...overlays, ...tiles.map((one) => one[4])];
    credited = [...new Set(all.filter((words) => words))];
    for (const words of credited) attribution.addAttribution(words);
  }

  // Whether a layer shows anything in this scene: only what is on the map is credited.
  KB.usesLayer = (layer) => {
    if (KB.scene.hidden.includes(layer.id)) return false;
    const content = {
      district: KB.scene.districts, hazard: KB.scene.hazards, image: KB.scene.images, geojson: [1],
      site: KB.scene.sites.filter((site) => site.kind === layer.style.site),
    };
    return (content[layer.kind] || []).length > 0;
  };

  KB.chrome = {
    start(map) {
      new Legend({ position: 'topleft' }).addTo(map);
      L.control.zoom({ position: 'topright', zoomInTitle: '大きくする', zoomOutTitle: '小さくする' }).addTo(map);
      new North({ position: 'topright' }).addTo(map);
      L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
      // A leaflet attribution is HTML, so what goes in comes from the catalogue only, escaped there.
      attribution = L.control.attribution({ prefix: false }).addTo(map);
      badge = L.DomUtil.create('div', 'kb-badge', map.getContainer());
    },
    openLegend(open) {
      isOpen = open;
      legend.hidden = !open;
    },
    refresh() {
      legend.replaceChildren();
      rowsOfWays(legend); // just asked for: nobody knows its colours by heart
      rowsOfPeople(legend);
      rowsOfPlaces(legend);
      rowsOfGround(legend);
      rowsOfOverlays(legend);
      legend.parentElement.hidden = legend.children.length === 0;
      badge.textContent = KB.scene.watermark;
      badge.hidden = KB.scene.watermark === '';
      credit();
    },
  };
})();
