// Words beside marks: four places are tried (right, left, below, above) before a label may overlap.
'use strict';

(() => {
  const CELL = 64;
  let taken = new Map();
  let waiting = [];

  const cells = (box, visit) => {
    for (let cx = Math.floor(box.x / CELL); cx <= Math.floor((box.x + box.w) / CELL); cx += 1) {
      for (let cy = Math.floor(box.y / CELL); cy <= Math.floor((box.y + box.h) / CELL); cy += 1) {
        if (visit(`${cx},${cy}`)) return true;
      }
    }
    return false;
  };
  const overlaps = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  const isFree = (box) => !cells(box, (key) => (taken.get(key) || []).some((other) => overlaps(box, other)));

  function reserve(box) {
    cells(box, (key) => {
      if (!taken.has(key)) taken.set(key, []);
      taken.get(key).push(box);
      return false;
    });
  }

  const places = (label, width, height) => {
    const gap = label.radius + 2;
    const middle = { x: label.x - width / 2, y: label.y - height / 2, w: width, h: height };
    return [
      ...(label.centred ? [middle] : []),
      { x: label.x + gap, y: label.y - height / 2, w: width, h: height },
      { x: label.x - gap - width, y: label.y - height / 2, w: width, h: height },
      { x: label.x - width / 2, y: label.y + gap, w: width, h: height },
      { x: label.x - width / 2, y: label.y - gap - height, w: width, h: height },
    ];
  };

  function haloText(ctx, text, x, y) {
    ctx.lineJoin = 'round';
    ctx.lineWidth = 4;
    ctx.strokeStyle = KB.colour('halo');
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }

  KB.haloText = haloText;
  KB.labels = {
    clear() {
      taken = new Map();
      waiting = [];
    },
    // A mark takes its own ground, so that no label covers it.
    occupy(x, y, width, height) {
      reserve({ x: x - width / 2, y: y - height / 2, w: width, h: height });
    },
    // `droppable`: the name of a place may stay away where nothing is free; a person's number never does.
    add(label) {
      waiting.push(label);
    },
    drawAll(ctx) {
      waiting.sort((a, b) => b.priority - a.priority);
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'left';
      for (const label of waiting) {
        ctx.font = KB.font(label.size, label.bold);
        const width = ctx.measureText(label.text).width;
        const options = places(label, width, KB.px(label.size) + 2);
        const free = options.find(isFree);
        if (!free && label.droppable) continue;
        const box = free || options[0];
        reserve(box);
        ctx.globalAlpha = label.alpha;
        ctx.fillStyle = KB.colour('text');
        haloText(ctx, label.text, box.x, box.y + box.h / 2);
      }
      ctx.globalAlpha = 1;
    },
  };
})();
