// People: a sign, a number and need signs each; groups where there are too many to tell apart.
// A group always says how many in it have no supporter, so that nobody in need is hidden by it.
'use strict';

(() => {
  const SIGNS = '電椅寝個介乳';
  const MOST_ALONE = 200; // marks in view that can still be told apart
  const FEW = 3; // so many in one cell stand alone
  const ALONE_ZOOM = 17; // from here on everybody stands alone
  const NO_SUPPORTER = 2;
  const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

  KB.unpackPeople = (columns) => {
    const seen = new Map();
    const rough = new Set(columns.r); // places in the columns of those known only by their town
    return columns.id.map((id, i) => {
      const place = `${columns.x[i]},${columns.y[i]}`;
      const nth = seen.get(place) || 0; // several in one 100 m cell, or in one house
      seen.set(place, nth + 1);
      const [x, y] = KB.world(columns.x[i] / 1e6, columns.y[i] / 1e6);
      const signs = [...SIGNS].filter((_, bit) => columns.s[i] & (1 << bit)).join('');
      const table = columns.tables[columns.g[i]];
      return { id, x, y, nth, number: columns.n[i], signs, state: columns.t[i], table, rough: rough.has(i) };
    });
  };

  // Those at one place are set around it like the seeds of a sunflower.
  const spot = (person) => {
    const [x, y] = KB.screen(person.x, person.y);
    // Those known only by their town stand at one point, with a ring each: they need more room.
    const radius = KB.px(person.rough ? 29 : 19) * Math.sqrt(person.nth);
    const angle = person.nth * GOLDEN_ANGLE;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  };

  function paintPerson(ctx, person, alpha) {
    const [x, y] = spot(person);
    const size = KB.px(17);
    const isSelected = person.id === KB.selected;
    ctx.globalAlpha = isSelected ? 1 : alpha * KB.faded(person.table);
    if (isSelected) KB.ring(ctx, x, y, size);
    if (person.rough) KB.drawRough(ctx, x, y, size * 0.8);
    KB.drawState(ctx, person.state, x, y, size);
    KB.hits.push({ kind: 'person', id: person.id, x, y, w: size, h: size, rank: 0 });
    KB.labels.occupy(x, y, size, size);
    const text = `${person.number || ''}${person.signs}`;
    // People of the other tables keep their place and state; only the chosen table's are named by number.
    if (!text || (!isSelected && KB.faded(person.table) < 1)) return;
    const priority = isSelected ? 1000 : 100 + (person.state === NO_SUPPORTER ? 20 : 0);
    KB.labels.add({
      text, x, y, radius: (person.rough ? size * 0.8 : size / 2) + 1, size: 15, bold: isSelected,
      alpha: isSelected ? 1 : KB.faded(person.table), priority: priority * KB.faded(person.table),
    });
  }

  // Of whom only the middle of the town is known: a dashed ring around the sign.
  KB.drawRough = (ctx, x, y, radius) => {
    const ring = new Path2D();
    ring.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fillStyle = KB.colour('halo');
    ctx.fill(ring);
    KB.plainLine(ctx, ring, KB.colour('halo'), 4);
    KB.plainLine(ctx, ring, KB.colour('text'), 1.8, [4, 3.2]);
  };

  // Groups sit in cells fixed to the ground, so that they stay while the map is moved, and so does their
  // list: it is made once for a zoom.
  let kept = { people: null, state: '', groups: [] };

  function allGroups() {
    const { people, table } = KB.scene;
    const state = [KB.view.scale, KB.look.scale, table, KB.selected].join();
    if (kept.people === people && kept.state === state) return kept.groups;
    const width = KB.px(150);
    const height = KB.px(58);
    const { scale } = KB.view;
    const groups = new Map();
    for (const person of people) {
      if (!isInFront(person)) continue;
      const x = person.x * scale;
      const y = person.y * scale;
      const column = Math.floor(x / width);
      const row = Math.floor(y / height);
      const key = row * 2 ** 24 + column;
      let group = groups.get(key);
      if (!group) {
        group = { left: column * width, top: row * height, width, height, people: [], x: 0, y: 0, alone: 0 };
        groups.set(key, group);
      }
      group.people.push(person);
      group.x += x;
      group.y += y;
      group.alone += person.state === NO_SUPPORTER ? 1 : 0;
    }
    kept = { people, state, groups: [...groups.values()] };
    return kept.groups;
  }

  // Those in view, in its pixels.
  function grouped() {
    const { left, top, width, height } = KB.view;
    return allGroups()
      .filter((group) => group.left < left + width && group.top < top + height
        && group.left + group.width > left && group.top + group.height > top)
      .map((group) => ({
        ...group, left: group.left - left, top: group.top - top,
        x: group.x - left * group.people.length, y: group.y - top * group.people.length,
      }));
  }

  // Neither of another table nor the one who is chosen.
  const isInFront = (person) =>
    person.id !== KB.selected && (!KB.scene.table || person.table === KB.scene.table);

  function peopleInView() {
    const { scale, left, top, width, height } = KB.view;
    const margin = 30;
    return KB.scene.people.filter((person) => {
      const x = person.x * scale - left;
      const y = person.y * scale - top;
      return x > -margin && y > -margin && x < width + margin && y < height + margin;
    });
  }

  const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

  function paintGroup(ctx, group, alpha) {
    const count = group.people.length;
    const first = `${count}人`;
    const second = group.alone ? `うち支援者なし${group.alone}` : '';
    ctx.font = KB.font(14);
    const sign = second ? KB.px(12) : 0;
    const secondWidth = second ? ctx.measureText(second).width + sign + 4 : 0;
    ctx.font = KB.font(16, true);
    const width = Math.max(ctx.measureText(first).width, secondWidth) + KB.px(12);
    const height = KB.px(second ? 42 : 24);
    const x = clamp(group.x / count, group.left + width / 2 + 1, group.left + group.width - width / 2 - 1);
    const y = clamp(group.y / count, group.top + height / 2 + 1, group.top + group.height - height / 2 - 1);
    ctx.globalAlpha = alpha * KB.faded(group.people[0].table);
    ctx.fillStyle = KB.colour('halo');
    ctx.strokeStyle = KB.colour('text');
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.roundRect(x - width / 2, y - height / 2, width, height, KB.px(6));
    ctx.fill();
    ctx.setLineDash(group.people.every((person) => person.rough) ? [4, 3] : []);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = KB.colour('text');
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(first, x, second ? y - KB.px(9) : y + 1);
    if (second) {
      ctx.font = KB.font(14);
      ctx.fillText(second, x + (sign + 4) / 2, y + KB.px(11));
      KB.drawState(ctx, NO_SUPPORTER, x - secondWidth / 2 + sign / 2, y + KB.px(11), sign - 2);
    }
    KB.hits.push({ kind: 'group', people: group.people, x, y, w: width, h: height, rank: 0 });
    KB.labels.occupy(x, y, width, height);
  }

  KB.painters.person = (ctx) => {
    const alpha = ctx.globalAlpha;
    // People of the other tables are faint marks, each alone: their boxes would cover the table in front.
    const [selected, near, far] = [[], [], []];
    for (const person of peopleInView()) {
      if (person.id === KB.selected) selected.push(person);
      else (isInFront(person) ? near : far).push(person);
    }
    const together = near.length > MOST_ALONE && KB.view.zoom < ALONE_ZOOM;
    const groups = together ? grouped() : [];
    const apart = groups.filter((group) => group.people.length <= FEW).flatMap((group) => group.people);
    const alone = [...far, ...(together ? apart : near)];
    const behindFirst = (a, b) => KB.faded(a.table) - KB.faded(b.table) || a.state - b.state;
    const crowds = groups.filter((group) => group.people.length > FEW);
    crowds.sort((a, b) => behindFirst(a.people[0], b.people[0]));
    for (const group of crowds) paintGroup(ctx, group, alpha);
    for (const person of [...alone.sort(behindFirst), ...selected]) paintPerson(ctx, person, alpha);
  };

  KB.openGroup = (people) => {
    const bounds = L.latLngBounds(people.map((person) => KB.map.unproject([person.x, person.y], 0)));
    const zoom = Math.min(KB.map.getBoundsZoom(bounds, false, L.point(80, 80)), 18);
    KB.map.setView(bounds.getCenter(), Math.max(zoom, KB.view.zoom + 1));
  };
})();
