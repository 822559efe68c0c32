// 逃げ地図: roads coloured by minutes to the nearest goal, told apart by width and dash as well; and ways.
// The roads come packed, once per revision, and stay until others are shown.
'use strict';

(() => {
  let kept = { revision: null, classes: [] };

  const addressOf = (reach, number) => `/reach/${encodeURIComponent(reach.revision)}/${number}.bin`;

  async function load(reach) {
    const classes = await Promise.all(reach.classes.map(async (_, number) => {
      const reply = await fetch(addressOf(reach, number));
      return KB.unpackParts(await reply.arrayBuffer());
    }));
    if (kept.revision !== reach.revision) return; // others are shown meanwhile
    kept.classes = classes;
    KB.plates.forget();
  }

  // The roads of a new scene are fetched, unless they are here already.
  KB.syncReach = () => {
    const { reach } = KB.scene;
    const revision = reach === null ? null : reach.revision;
    if (revision === kept.revision) return;
    kept = { revision, classes: [] };
    KB.plates.forget();
    if (reach !== null) KB.pending(load(reach));
  };

  const ink = (colour) => colour || KB.colour('quiet');

  KB.grounds.reach = (ctx) => {
    const { reach } = KB.scene;
    if (reach === null || kept.classes.length !== reach.classes.length) return false;
    const classes = reach.classes.map(([, colour, width, dash], number) => ({
      path: KB.partsPath(kept.classes[number], false), colour: ink(colour), width: width * KB.look.scale, dash,
    }));
    classes.reverse(); // the farthest below
    for (const { path, width } of classes) KB.plainLine(ctx, path, KB.colour('halo'), width + 3);
    for (const { path, colour, width, dash } of classes) KB.plainLine(ctx, path, colour, width, dash);
    return true;
  };

  // Where a way ends: a square frame that leaves the sign of a place in it free.
  KB.drawFrame = (ctx, x, y, size) => {
    for (const [colour, width] of [[KB.colour('halo'), 7], [KB.colour('accent'), 3]]) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.lineJoin = 'miter';
      ctx.setLineDash([]);
      ctx.strokeRect(x - size / 2, y - size / 2, size, size);
    }
  };

  KB.dot = (ctx, x, y, radius) => {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fillStyle = KB.colour('accent');
    ctx.fill();
    ctx.strokeStyle = KB.colour('halo');
    ctx.lineWidth = 2;
    ctx.stroke();
  };

  KB.painters.reach = (ctx) => {
    if (KB.scene.reach === null) return;
    const goals = KB.unpackLine(KB.scene.reach.goals);
    for (let i = 0; i < goals.length; i += 2) {
      const [x, y] = KB.screen(goals[i], goals[i + 1]);
      if (KB.inView(x, y, 40)) KB.drawFrame(ctx, x, y, KB.px(34));
    }
  };

  KB.reachSign = (index) => (ctx, middle, size) => {
    const [, colour, width, dash] = KB.scene.reach.classes[index];
    const path = new Path2D();
    path.moveTo(0, middle);
    path.lineTo(size, middle);
    KB.plainLine(ctx, path, KB.colour('halo'), width * KB.look.scale + 3);
    KB.plainLine(ctx, path, ink(colour), width * KB.look.scale, dash);
  };

  KB.painters.way = (ctx) => {
    for (const way of KB.scene.ways) {
      if (way.line.length < 4) continue;
      const path = KB.trace(new Path2D(), way.line, false);
      KB.haloLine(ctx, path, KB.colour('accent'), 5, way.straight ? [14, 8] : []);
      const spots = KB.spots(way.line);
      KB.dot(ctx, ...spots[0], KB.px(6));
      KB.drawFrame(ctx, ...spots[spots.length - 1], KB.px(34));
      if (!way.words) continue;
      const [x, y] = KB.middleOfLine(spots);
      KB.labels.add({ text: way.words, x, y, radius: KB.px(6), size: 15, bold: true, alpha: 1, priority: 950 });
    }
  };
})();
