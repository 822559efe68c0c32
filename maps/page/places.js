// Places and drawings: sites, what the tables drew, and the lines of what has been decided.
'use strict';

(() => {
  const LETTERS = { welfare: '福', designated: '避', emergency: '緊', assembly: '集' };
  const DRAWN = {
    assembly_point: ['集', false], danger: ['危', true], resource: ['資', true], region: ['区', true], note: ['字', true],
  };
  const NOTE_LETTERS = 16; // in a row of a 文字
  const RANK = 2;
  const RANK_INSIDE = 9; // behind everything that stands inside a region
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

  // A line in pixels, corner by corner.
  KB.spots = (line) => {
    const spots = [];
    for (let i = 0; i < line.length; i += 2) spots.push(KB.screen(line[i], line[i + 1]));
    return spots;
  };

  KB.middleOfLine = (spots) => {
    const lengths = spots.slice(1).map(([x, y], i) => Math.hypot(x - spots[i][0], y - spots[i][1]));
    let left = lengths.reduce((sum, one) => sum + one, 0) / 2;
    for (let i = 0; i < lengths.length; i += 1) {
      if (left <= lengths[i] && lengths[i] > 0) {
        const share = left / lengths[i];
        return spots[i].map((value, axis) => value + (spots[i + 1][axis] - value) * share);
      }
      left -= lengths[i];
    }
    return spots[0];
  };

  // Whether a place lies inside a ring, by the edges a line to the right crosses.
  function isInside({ x, y }, spots) {
    let isIn = false;
    spots.forEach(([ax, ay], i) => {
      const [bx, by] = spots[(i + 1) % spots.length];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) isIn = !isIn;
    });
    return isIn;
  }

  // The centre of gravity of a ring; its first corner where that lies outside.
  function middleOfRing(spots) {
    const [firstX, firstY] = spots[0];
    let [twice, x, y] = [0, 0, 0];
    for (let i = 0; i < spots.length; i += 1) {
      const [ax, ay] = [spots[i][0] - firstX, spots[i][1] - firstY];
      const next = spots[(i + 1) % spots.length];
      const [bx, by] = [next[0] - firstX, next[1] - firstY];
      const cross = ax * by - bx * ay;
      twice += cross;
      x += (ax + bx) * cross;
      y += (ay + by) * cross;
    }
    if (twice === 0) return spots[0];
    const middle = { x: firstX + x / (3 * twice), y: firstY + y / (3 * twice) };
    return isInside(middle, spots) ? [middle.x, middle.y] : spots[0];
  }

  function wayToLeg(point, [ax, ay], [bx, by]) {
    const square = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = square ? ((point.x - ax) * (bx - ax) + (point.y - ay) * (by - ay)) / square : 0;
    const share = Math.min(1, Math.max(0, along));
    return Math.hypot(point.x - ax - (bx - ax) * share, point.y - ay - (by - ay) * share);
  }
  const wayToLine = (spots) => (point) =>
    Math.min(...spots.slice(1).map((end, i) => wayToLeg(point, spots[i], end)));

  const isMarked = (mark) => mark.id !== '' && mark.id === KB.scene.feature;
  const inkOf = (mark) => KB.colour(isMarked(mark) ? 'accent' : 'text');

  function say(mark, text, x, y, radius) {
    if (!text || KB.faded(mark.table) < 1) return;
    KB.labels.add({
      text, x, y, radius, size: 15, bold: true, alpha: 1, priority: 45, droppable: KB.view.zoom < 13,
    });
  }

  function paintRegion(ctx, mark) {
    const path = KB.trace(new Path2D(), mark.line, true);
    const spots = KB.spots(mark.line);
    const alpha = ctx.globalAlpha;
    ctx.globalAlpha = alpha * 0.1;
    ctx.fillStyle = inkOf(mark);
    ctx.fill(path, 'evenodd');
    ctx.globalAlpha = alpha;
    KB.haloLine(ctx, path, inkOf(mark), isMarked(mark) ? 5 : 3);
    KB.hits.push({ kind: 'drawn', id: mark.id, rank: RANK, wayTo: wayToLine([...spots, spots[0]]) });
    const wayInside = (point) => (isInside(point, spots) ? 0 : Infinity);
    KB.hits.push({ kind: 'drawn', id: mark.id, rank: RANK_INSIDE, wayTo: wayInside });
    const [x, y] = middleOfRing(spots);
    const size = KB.px(22);
    KB.drawSquare(ctx, DRAWN.region[0], x, y, size, { hollow: DRAWN.region[1] });
    hit('drawn', mark.id, x, y, size, RANK);
    say(mark, mark.text, x, y, size / 2 + 2);
  }

  function paintLine(ctx, mark) {
    const letter = mark.kind === 'blocked_road' ? '止' : '路';
    const spots = KB.spots(mark.line);
    KB.haloLine(ctx, KB.trace(new Path2D(), mark.line, false), inkOf(mark), isMarked(mark) ? 6 : 4);
    if (mark.kind === 'route') arrow(ctx, mark.line);
    KB.hits.push({ kind: 'drawn', id: mark.id, rank: RANK, wayTo: wayToLine(spots) });
    const [x, y] = KB.middleOfLine(spots);
    say(mark, mark.text ? `${letter} ${mark.text}` : letter, x, y, KB.px(10));
  }

  function paintNote(ctx, mark) {
    const [x, y] = KB.screen(mark.line[0], mark.line[1]);
    const letters = [...mark.text];
    const rows = [];
    for (let i = 0; i < letters.length; i += NOTE_LETTERS) rows.push(letters.slice(i, i + NOTE_LETTERS).join(''));
    ctx.font = KB.font(15, true);
    const step = KB.px(20);
    const width = Math.max(...rows.map((row) => ctx.measureText(row).width)) + KB.px(14);
    const height = step * rows.length + KB.px(6);
    const box = new Path2D();
    box.roundRect(x - width / 2, y - height / 2, width, height, 4);
    ctx.fillStyle = KB.colour('halo');
    ctx.fill(box);
    KB.haloLine(ctx, box, inkOf(mark), isMarked(mark) ? 4 : 1.5);
    ctx.fillStyle = KB.colour('text');
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    rows.forEach((row, i) => ctx.fillText(row, x, y + (i - (rows.length - 1) / 2) * step + 1));
    KB.hits.push({ kind: 'drawn', id: mark.id, x, y, w: width, h: height, rank: RANK });
    KB.labels.occupy(x, y, width, height);
  }

  function paintPoint(ctx, mark) {
    const [x, y] = KB.screen(mark.line[0], mark.line[1]);
    const size = KB.px(26);
    if (isMarked(mark)) KB.ring(ctx, x, y, size * 0.9);
    const [letter, hollow] = DRAWN[mark.kind] || [];
    if (letter) KB.drawSquare(ctx, letter, x, y, size, { hollow });
    else KB.drawCross(ctx, x, y, KB.px(24));
    hit('drawn', mark.id, x, y, size, RANK);
    say(mark, mark.text, x, y, size / 2 + 2);
  }

  const painterOf = (mark) => {
    if (mark.kind === 'region' && mark.line.length > 4) return [0, paintRegion];
    if (mark.line.length > 2) return [1, paintLine];
    return [2, mark.kind === 'note' && mark.text ? paintNote : paintPoint];
  };

  // Regions below lines, lines below points and words.
  KB.painters.drawn = (ctx) => {
    const alpha = ctx.globalAlpha;
    const marks = KB.scene.drawn.filter((mark) => mark.line.length > 0);
    const painted = marks.map((mark) => [...painterOf(mark), mark]).sort(([a], [b]) => a - b);
    for (const [, paint, mark] of painted) {
      ctx.globalAlpha = alpha * KB.faded(mark.table);
      paint(ctx, mark);
    }
  };

  // The place somebody looked for: a wide ring around a point that covers nothing.
  const foundAt = () => KB.screen(...KB.world(...KB.scene.found));
  KB.occupyFound = () => {
    if (KB.scene.found) KB.labels.occupy(...foundAt(), KB.px(56), KB.px(56));
  };
  KB.drawFound = (ctx) => {
    if (!KB.scene.found) return;
    const [x, y] = foundAt();
    KB.ring(ctx, x, y, KB.px(26) / 1.05);
    KB.dot(ctx, x, y, KB.px(4));
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
