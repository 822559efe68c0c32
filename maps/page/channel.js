// The line to the program. Bulk comes as JSON from the local scheme, changes over QWebChannel.
'use strict';

(() => {
  const unpackPolygons = (polygons) => polygons.map((rings) => rings.map(KB.unpackLine));

  let groundKey = ''; // what the ground of the last scene was made of

  // The ground of a scene; the unpacked one of the last where nothing of it has changed.
  function unpackGround(raw) {
    const made = [raw.districts, raw.hazards, raw.overlays, raw.reach, raw.hidden, raw.opacities, raw.order, raw.chosen];
    const key = JSON.stringify(made);
    if (KB.scene && key === groundKey) return { districts: KB.scene.districts, hazards: KB.scene.hazards };
    groundKey = key;
    KB.plates.forget();
    return {
      districts: raw.districts.map(([id, name, approximate, shade, caption, at, packed]) => {
        const polygons = unpackPolygons(packed);
        return { id, name, approximate, shade, caption, polygons, at: KB.world(...at) };
      }),
      hazards: raw.hazards.map(([rank, packed]) => ({ rank, polygons: unpackPolygons(packed) })),
    };
  }

  function unpack(raw) {
    return {
      ...raw,
      ...unpackGround(raw),
      people: KB.unpackPeople(raw.people),
      sites: raw.sites.map(([id, kind, lon, lat, name, note, closed]) => {
        const [x, y] = KB.world(lon, lat);
        return { id, kind, x, y, name, note, closed };
      }),
      overlays: raw.overlays.map(([id, entry, revision, title, credit, classes]) => (
        { id, entry, revision, title, credit, classes }
      )),
      drawn: raw.drawn.map(([id, kind, table, flat, text]) => ({ id, kind, table, text, line: KB.unpackLine(flat) })),
      ways: raw.ways.map(([words, straight, flat]) => ({ words, straight, line: KB.unpackLine(flat) })),
      links: raw.links.map(([kind, table, chosen, flat]) => ({ kind, table, chosen, line: KB.unpackLine(flat) })),
    };
  }

  function use(scene, revision) {
    KB.scene = scene;
    KB.revision = revision;
    KB.syncImages();
    KB.tiles.sync();
    KB.syncOverlays();
    KB.syncReach();
    KB.chrome.refresh();
    KB.afterDraw = () => {
      KB.afterDraw = null;
      KB.bridge.on_drawn(revision);
    };
    KB.redraw();
  }

  async function fetchScene(revision) {
    const reply = await fetch(`/scene.json?${revision}`);
    const raw = await reply.json();
    if (raw.revision < KB.revision) return; // a newer one has come meanwhile
    KB.selected = raw.selected;
    const known = new Map(KB.layers.map((layer) => [layer.id, layer]));
    KB.layers = raw.order.map((id) => known.get(id));
    use(unpack(raw), raw.revision);
  }

  function fit(west, south, east, north) {
    KB.map.fitBounds([[south, west], [north, east]], { padding: [24, 24], maxZoom: 18 });
    tellGround(); // also where it was in view already, and nothing moves
  }

  function select(id, lon, lat) {
    KB.selected = id;
    const inner = KB.map.getBounds().pad(-0.15);
    if (id !== '' && !inner.contains([lat, lon])) KB.map.panTo([lat, lon]);
    KB.redraw();
  }

  function lookAt(lon, lat, leastZoom) {
    KB.map.setView([lat, lon], Math.max(KB.map.getZoom(), leastZoom));
  }

  function mark(text) {
    if (KB.scene) Object.assign(KB.scene, JSON.parse(text));
    KB.redraw();
  }

  function tellGround() {
    const bounds = KB.map.getBounds();
    KB.bridge.on_moved(bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth());
  }

  function look(text) {
    const next = JSON.parse(text);
    KB.look = { ...next, colours: { ...KB.look.colours, ...next.colours } };
    const style = document.documentElement.style;
    style.setProperty('--kb-scale', String(KB.look.scale));
    style.setProperty('--kb-families', KB.look.families);
    for (const [name, value] of Object.entries(KB.look.colours)) style.setProperty(`--kb-${name}`, value);
    KB.plates.forget();
    if (KB.scene) KB.chrome.refresh();
    KB.redraw();
  }

  function listen(bridge) {
    bridge.scene_changed.connect(fetchScene);
    bridge.people_changed.connect((text, revision) => {
      if (KB.scene) use({ ...KB.scene, people: KB.unpackPeople(JSON.parse(text)) }, revision);
    });
    bridge.bounds_wanted.connect(fit);
    bridge.place_wanted.connect(lookAt);
    bridge.zoom_wanted.connect((levels) => KB.map.setZoom(KB.map.getZoom() + levels));
    bridge.person_chosen.connect(select);
    bridge.marks_chosen.connect(mark);
    bridge.tool_chosen.connect((text) => KB.tools.take(text));
    bridge.measure_told.connect((words) => KB.tools.say(words));
    bridge.legend_wanted.connect((open) => KB.chrome.openLegend(open));
    bridge.look_changed.connect(look);
  }

  document.addEventListener('DOMContentLoaded', async () => {
    const settings = await (await fetch('/layers.json')).json();
    const whole = (classes) => classes.map((one) => ({ ...KB.plainClass, ...one }));
    KB.layers = settings.layers.map((layer) => ({ ...layer, classes: whole(layer.classes) }));
    const map = window[settings.map];
    map.attributionControl?.remove();
    KB.start(map);
    KB.chrome.start(map);
    KB.tools.start(map);
    map.getContainer().setAttribute('aria-label', settings.accessible_name);
    map.getContainer().setAttribute('role', 'application');
    new QWebChannel(qt.webChannelTransport, (channel) => {
      KB.bridge = channel.objects.bridge;
      listen(KB.bridge);
      map.on('moveend resize', tellGround);
      KB.bridge.on_ready();
    });
  });
})();
