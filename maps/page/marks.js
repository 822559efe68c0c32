// The signs: four states by shape (● ◆ ▲ ○), squares with a letter for places, each with a white halo.
'use strict';

(() => {
  const STATES = ['ok', 'few', 'short', 'unknown']; // order of the wire: decided, partly, none, unknown

  function shape(state, x, y, size) {
    const path = new Path2D();
    const r = size / 2;
    if (state === 1) {
      path.moveTo(x, y - r * 1.2);
      path.lineTo(x + r * 1.2, y);
      path.lineTo(x, y + r * 1.2);
      path.lineTo(x - r * 1.2, y);
      path.closePath();
    } else if (state === 2) {
      path.moveTo(x, y - r * 1.15);
      path.lineTo(x + r * 1.15, y + r * 0.95);
      path.lineTo(x - r * 1.15, y + r * 0.95);
      path.closePath();
    } else {
      path.arc(x, y, r, 0, 2 * Math.PI);
    }
    return path;
  }

  function hatch(ctx, path, x, y, r, colour) {
    ctx.save();
    ctx.clip(path);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    for (let offset = -2 * r; offset <= 2 * r; offset += 4) {
      ctx.moveTo(x + offset - r, y + r);
      ctx.lineTo(x + offset + r, y - r);
    }
    ctx.stroke();
    ctx.restore();
  }

  KB.drawState = (ctx, state, x, y, size) => {
    const path = shape(state, x, y, size);
    const colour = KB.colour(STATES[state]);
    ctx.lineJoin = 'round';
    ctx.strokeStyle = KB.colour('halo');
    ctx.lineWidth = 5;
    ctx.stroke(path);
    if (state !== 3) {
      ctx.fillStyle = colour;
      ctx.fill(path);
      return;
    }
    ctx.fillStyle = KB.colour('halo');
    ctx.fill(path);
    hatch(ctx, path, x, y, size / 2, colour);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2;
    ctx.stroke(path);
  };

  // A square with one letter; `hollow` = black letter on white (drawn things); a closed place is hollow
  // with one bar across it (the cross means a blocked road).
  KB.drawSquare = (ctx, letter, x, y, size, options = {}) => {
    const half = size / 2;
    ctx.strokeStyle = KB.colour('halo');
    ctx.lineWidth = 6;
    ctx.strokeRect(x - half, y - half, size, size);
    ctx.fillStyle = options.hollow ? KB.colour('halo') : KB.colour('text');
    ctx.fillRect(x - half, y - half, size, size);
    if (options.hollow) {
      ctx.strokeStyle = KB.colour('text');
      ctx.lineWidth = 2;
      ctx.strokeRect(x - half + 1, y - half + 1, size - 2, size - 2);
    }
    ctx.fillStyle = options.hollow ? KB.colour('text') : KB.colour('halo');
    ctx.font = KB.font(Math.max(14, (size / KB.look.scale) * 0.68), true);
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(letter, x, y + 1);
    if (!options.closed) return;
    const bar = new Path2D();
    bar.moveTo(x - half - 3, y + half + 3);
    bar.lineTo(x + half + 3, y - half - 3);
    KB.haloLine(ctx, bar, KB.colour('text'), 3);
  };

  KB.drawCross = (ctx, x, y, size) => {
    const half = size / 2;
    ctx.lineCap = 'round';
    for (const [colour, width] of [[KB.colour('halo'), 9], [KB.colour('text'), 4.5]]) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.beginPath();
      ctx.moveTo(x - half, y - half);
      ctx.lineTo(x + half, y + half);
      ctx.moveTo(x + half, y - half);
      ctx.lineTo(x - half, y + half);
      ctx.stroke();
    }
  };

  KB.plainLine = (ctx, path, colour, width, dash = []) => {
    ctx.lineJoin = 'round';
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash);
    ctx.stroke(path);
    ctx.setLineDash([]);
  };

  KB.haloLine = (ctx, path, colour, width, dash = []) => {
    ctx.lineJoin = 'round';
    ctx.lineCap = 'round';
    ctx.strokeStyle = KB.colour('halo');
    ctx.lineWidth = width + 4;
    ctx.setLineDash([]);
    ctx.stroke(path);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash);
    ctx.stroke(path);
    ctx.setLineDash([]);
  };
})();
