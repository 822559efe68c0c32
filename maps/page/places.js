// Places and drawings: sites, what the tables drew, and the lines of what has been decided.
'use strict';

(() => {
  const LETTERS = { welfare: '福', designated: '避', emergency: '緊', assembly: '集' };
  const DRAWN = { assembly_point: ['集', false], danger: ['危', true], resource: ['資', true] };
  KB.DRAWN_LETTERS = DRAWN;
  KB.SITE_LETTERS = LETTERS;

  function hit(kind, id, x, y, size, rank) {
    KB.hits.push({ kind, id, x, y, w: size, h: size, rank });
    KB.labels.occupy(x, y, size, size);
  }

  KB.painters.site = (ctx, layer) => {
    const size = KB.px(KB.view.zoom < 13 ? 20 : 26);
    for (const site of KB.scene.sites) {
      if (site.kind !== layer.style.site) continue;
      const [x, y] = KB.screen(site.x, site.y);
      if (!KB.inView(x, y, 40)) continue;
      KB.drawSquare(ctx, LETTERS[site.kind], x, y, size, { closed: site.closed, hollow: site.closed });
      if (site.id === KB.selected) KB.ring(ctx, x, y, size);
      hit('site', site.id, x, y, size, 1);
      const note = site.closed ? '使えません' : site.note;
      const text = note ? `${site.name} ${note}` : site.name;
      const isLoud = site.note !== '' || site.closed || site.id === KB.selected;
      KB.labels.add({
        text, x, y, radius: size / 2 + 2, size: 15, bold: true, alpha: 1,
        priority: isLoud ? 60 : layer.style.priority, droppable: !isLoud || KB.view.zoom < 13,
      });
    }
  };

  KB.ring = (ctx, x, y, size) => {
    for (const [colour, width] of [[KB.colour('halo'), 8], [KB.colour('accent'), 4]]) {
      ctx.beginPath();
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.arc(x, y, size * 1.05, 0, 2 * Math.PI);
      ctx.stroke();
    }
  };

  function arrow(ctx, line) {
    const [x1, y1] = KB.screen(line[line.length - 4], line[line.length - 3]);
    const [x2, y2] = KB.screen(line[line.length - 2], line[line.length - 1]);
    const angle = Math.atan2(y2 - y1, x2 - x1);
    const head = KB.px(14);
    const path = new Path2D();
    for (const side of [-0.45, 0.45]) {
      path.moveTo(x2, y2);
      path.lineTo(x2 - head * Math.cos(angle + side), y2 - head * Math.sin(angle + side));
    }
    KB.haloLine(ctx, path, KB.colour('text'), 4);
  }

  function paintLine(ctx, mark, letter) {
    KB.haloLine(ctx, KB.trace(new Path2D(), mark.line, false), KB.colour('text'), 4);
    if (mark.kind === 'route') arrow(ctx, mark.line);
    const middle = Math.floor(mark.line.length / 4) * 2;
    const [x, y] = KB.screen(mark.line[middle], mark.line[middle + 1]);
    hit('drawn', mark.id, x, y, KB.px(20), 2);
    KB.labels.add({
      text: letter, x, y, radius: KB.px(6), size: 15, bold: true, alpha: KB.faded(mark.table), priority: 40,
      droppable: KB.view.zoom < 13,
    });
  }

  function paintPoint(ctx, mark) {
    const [x, y] = KB.screen(mark.line[0], mark.line[1]);
    const size = KB.px(26);
    if (mark.kind === 'blocked_road') KB.drawCross(ctx, x, y, KB.px(24));
    else KB.drawSquare(ctx, DRAWN[mark.kind][0], x, y, size, { hollow: DRAWN[mark.kind][1] });
    hit('drawn', mark.id, x, y, size, 2);
    if (mark.text && KB.faded(mark.table) === 1) {
      KB.labels.add({
        text: mark.text, x, y, radius: size / 2 + 2, size: 15, bold: true, alpha: KB.faded(mark.table),
        priority: 45, droppable: KB.view.zoom < 13,
      });
    }
  }

  KB.painters.drawn = (ctx) => {
    const alpha = ctx.globalAlpha;
    for (const mark of KB.scene.drawn) {
      ctx.globalAlpha = alpha * KB.faded(mark.table);
      if (mark.line.length > 2) paintLine(ctx, mark, mark.kind === 'blocked_road' ? '止' : '路');
      else paintPoint(ctx, mark);
    }
  };

  KB.painters.link = (ctx) => {
    const alpha = ctx.globalAlpha;
    for (const link of KB.scene.links) {
      ctx.globalAlpha = alpha * KB.faded(link.table);
      const path = KB.trace(new Path2D(), link.line, false);
      const dash = link.kind === 'site' ? [12, 7] : [];
      if (link.chosen) KB.haloLine(ctx, path, KB.colour('accent'), 4, [14, 8]);
      else KB.haloLine(ctx, path, KB.colour('text'), 2.5, dash);
    }
  };
})();
