// Selection, buttons, keys and theme: what ties the parts together.
function select({ node = null, edge = null }, go = false) {
  if (state.near && node !== state.node) { state.near = false; }
  Object.assign(state, { node, edge });
  tip();
  sieve();
  openPanel();
  paint();
  tellStatus();
  if (node !== null) bring(node, go);
  else if (edge !== null) bringEdge(EDGES[edge]);
  remember();
}

// The selected entity stands in the address, so that a reload or a bookmark comes back to it.
function remember() {
  const name = state.node === null ? '' : `#${encodeURIComponent(ENTITIES[state.node].name.toWellFormed?.() ?? '')}`;
  try { history.replaceState(null, '', name || location.pathname + location.search); } catch { /* some viewers forbid it */ }
}

function recall() {
  let name = '';
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { /* not one of ours */ }
  const node = name ? ENTITIES.findIndex((entity) => entity.name === name) : -1;
  if (node >= 0) select({ node }, true);
}

function reset() {
  clearFilters();
  select({});
  changed();
  fit();
}

function setTheme(dark) {
  state.dark = dark;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  changed();
}

// The nearest shown node that lies in the direction of the arrow key.
function step(dx, dy) {
  const spots = network.getPositions([...shown.nodes]);
  const from = spots[state.node];
  const cost = (id) => {
    const x = spots[id].x - from.x, y = spots[id].y - from.y;
    const along = x * dx + y * dy, aside = Math.abs(x * dy - y * dx);
    return along <= 0 || aside > along * 2 ? Infinity : along + aside * 2;
  };
  const best = [...shown.nodes].filter((id) => id !== state.node).reduce((a, b) => (a === null || cost(b) < cost(a) ? b : a), null);
  if (best !== null && cost(best) < Infinity) select({ node: best });
}

function pan(dx, dy) {
  const { x, y } = network.getViewPosition();
  const by = 90 / network.getScale();
  network.moveTo({ position: { x: x + dx * by, y: y + dy * by } });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEYS = {
  '+': () => zoomBy(1.3), '=': () => zoomBy(1.3), '-': () => zoomBy(1 / 1.3), 0: () => fit(), r: reset, d: () => setTheme(!state.dark),
  Enter: () => { if (!$('panel').hidden) $('panel').focus(); else if (shown.nodes.size) select({ node: Math.min(...shown.nodes) }, true); },
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || /^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (event.key === '/') { event.preventDefault(); $('search').focus(); return; }
  if (event.key === 'Escape') { select({}); $('graph').focus(); return; }
  if (event.target !== $('graph') && event.target !== document.body) return;
  const arrow = ARROWS[event.key];
  if (arrow) { event.preventDefault(); if (state.node === null) pan(...arrow); else step(...arrow); } else if (Object.hasOwn(KEYS, event.key)) { event.preventDefault(); KEYS[event.key](); }
}

function toggleFilters(open) {
  $('filters').hidden = !open;
  $('menu').setAttribute('aria-expanded', String(open));
}

function start() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const narrow = matchMedia('(max-width: 720px)');
  toggleFilters(!narrow.matches);
  buildFilters();
  buildSearch();
  sieve();
  buildNetwork();
  setTheme(dark.matches);
  dark.addEventListener('change', () => setTheme(dark.matches));
  $('fit').addEventListener('click', () => fit());
  $('reset').addEventListener('click', reset);
  $('theme').addEventListener('click', () => setTheme(!state.dark));
  $('menu').addEventListener('click', () => toggleFilters($('filters').hidden));
  $('in').addEventListener('click', () => zoomBy(1.3));
  $('out').addEventListener('click', () => zoomBy(1 / 1.3));
  $('graph').addEventListener('pointerdown', () => { $('graph').focus({ preventScroll: true }); if (narrow.matches) toggleFilters(false); });
  document.addEventListener('keydown', pressed);
  addEventListener('hashchange', recall);
  network.once('afterDrawing', () => {           // its own first view comes before this; ours replaces it
    fit(false);
    recall();
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  });
}

start();
