// The picture: vis-network with the positions that came with the page, so nothing moves by itself.
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const SWELL = { dot: 1, square: 0.88, diamond: 1.2, triangle: 1.15, triangleDown: 1.15, hexagon: 1.05, star: 1.4 };     // so that all shapes look alike in size
const ZOOM = [0.08, 5];
let network, nodeSet, edgeSet;

// Turned on its side where the stage is higher than wide; and where the whole is seen from far, the dots are larger.
function arrange() {
  const { width, height } = free();
  if (height > width * 1.15) for (const node of NODES) [node.x, node.y] = [-node.y, node.x];
  const span = (key) => Math.max(...NODES.map((node) => node[key])) - Math.min(...NODES.map((node) => node[key])) + 60;
  const scale = NODES.length ? Math.min(width / span('x'), height / span('y')) : 1;
  const larger = Math.min(Math.max(0.42 / scale, 1), 1.5);
  for (const node of NODES) node.size *= larger;
}

function buildNetwork() {
  arrange();
  nodeSet = new vis.DataSet(NODES.map(({ id, x, y, size, shape }) => ({ id, x, y, size: size * SWELL[shape], shape })));
  edgeSet = new vis.DataSet(EDGES.map(({ id, from, to, arrows, smooth, status }) => ({ id, from, to, arrows, smooth, dashes: DATA.dashes[status]?.length ? DATA.dashes[status] : false })));
  network = new vis.Network($('graph'), { nodes: nodeSet, edges: edgeSet }, {
    autoResize: true, physics: false, layout: { improvedLayout: false },
    interaction: { hover: true, keyboard: false, selectConnectedEdges: false, hoverConnectedEdges: false, tooltipDelay: 1e9, zoomSpeed: 0.7 },
    nodes: { chosen: false, borderWidth: 1.5 },
    edges: { chosen: false, arrows: { to: { scaleFactor: 0.5 } }, arrowStrikethrough: false, selfReference: { size: 14 } },
  });
  network.on('afterDrawing', drawLabels);
  network.on('click', clicked);
  network.on('hoverNode', ({ node, event }) => { state.overNode = node; tip(event, nodeTip(node)); network.redraw(); });
  network.on('blurNode', () => { state.overNode = null; tip(); network.redraw(); });
  network.on('hoverEdge', ({ edge, event }) => { state.overEdge = edge; tip(event, edgeTip(edge)); paintEdge(edge); });
  network.on('blurEdge', ({ edge }) => { state.overEdge = null; tip(); paintEdge(edge); });
  network.on('zoom', ({ scale }) => { if (scale < ZOOM[0] || scale > ZOOM[1]) network.moveTo({ scale: Math.min(Math.max(scale, ZOOM[0]), ZOOM[1]) }); });
  network.on('dragging', ({ nodes, pointer }) => { if (nodes.length) tip(); });
}

function clicked({ pointer }) {
  const node = network.getNodeAt(pointer.DOM) ?? labelAt(pointer.canvas);
  if (node !== undefined) return select({ node });
  const edge = network.getEdgeAt(pointer.DOM);
  return select(edge === undefined ? {} : { edge });
}

// What stands out: the selected node with its neighbours, or the two ends of the selected edge; all when nothing is selected.
function lit() {
  if (state.node !== null) return neighbours(state.node).add(state.node);
  if (state.edge !== null) return new Set([EDGES[state.edge].from, EDGES[state.edge].to]);
  return null;
}

const litEdge = (id) => (state.node !== null ? EDGES[id].from === state.node || EDGES[id].to === state.node : state.edge === null || state.edge === id);

function paint() {
  const bright = lit();
  const ground = shade(DATA.grounds);
  nodeSet.update(NODES.map((_, id) => {
    const colour = colourOf(ENTITIES[id].kind);
    const chosen = id === state.node;
    const both = { background: colour, border: chosen ? (state.dark ? '#ffffff' : '#111722') : ground };
    return { id, hidden: !shown.nodes.has(id), opacity: !bright || bright.has(id) ? 1 : 0.13, borderWidth: chosen ? 3 : 1.5, color: { ...both, highlight: both, hover: both } };
  }));
  edgeSet.update(EDGES.map((_, id) => edgeLook(id)));
}

function edgeLook(id) {
  const on = litEdge(id);
  const chosen = state.node !== null || state.edge !== null;
  const over = state.overEdge === id;
  const colour = edgeColour(EDGES[id].predicate);
  const opacity = !on ? 0.06 : over ? 1 : chosen ? 0.85 : state.dark ? 0.55 : 0.5;
  return { id, hidden: !shown.edges.has(id), width: over || state.edge === id ? 3 : chosen && on ? 2 : 1.5, color: { color: colour, highlight: colour, hover: colour, inherit: false, opacity } };
}

const paintEdge = (id) => edgeSet.update(edgeLook(id));

function nodeTip(node) {
  const entity = ENTITIES[node];
  const kind = DATA.kinds[entity.kind];
  return [entity.name, el('em', { textContent: `${kind.zh} ${kind.en} · ${factsOf[node].length} 事实 facts` })];
}

function edgeTip(edge) {
  const { from, to, predicate: name, status } = EDGES[edge];
  const [zh, en] = statusWords(status);
  return [`${ENTITIES[from].name} — ${predicate(name).zh} → ${ENTITIES[to].name}`, el('em', { textContent: `${predicate(name).en} · ${zh} ${en}` })];
}

function tip(event, content) {
  const box = $('tip');
  box.hidden = !content;
  if (!content) return;
  box.replaceChildren(...content);
  const frame = $('stage').getBoundingClientRect();
  const at = event.touches?.[0] ?? event;
  const left = Math.min(at.clientX - frame.left + 14, frame.width - box.offsetWidth - 8);
  const top = at.clientY - frame.top + 16 + box.offsetHeight > frame.height ? at.clientY - frame.top - box.offsetHeight - 12 : at.clientY - frame.top + 16;
  box.style.left = `${Math.max(4, left)}px`;
  box.style.top = `${Math.max(4, top)}px`;
}

// The part of the stage that the panel leaves free, as {x, y, width, height} in pixels of the stage.
function free() {
  const stage = $('stage').getBoundingClientRect();
  const panel = $('panel').hidden ? null : $('panel').getBoundingClientRect();
  if (!panel) return { x: 0, y: 0, width: stage.width, height: stage.height };
  if (panel.width > stage.width * 0.8) return { x: 0, y: 0, width: stage.width, height: Math.max(120, panel.top - stage.top) };
  return { x: 0, y: 0, width: panel.left - stage.left, height: stage.height };
}

function look(at, scale, animate) {
  const stage = $('stage').getBoundingClientRect();
  const room = free();
  const offset = { x: room.x + room.width / 2 - stage.width / 2, y: room.y + room.height / 2 - stage.height / 2 };
  const animation = animate && !calm.matches ? { duration: 320, easingFunction: 'easeInOutQuad' } : false;
  network.moveTo({ position: at, scale, offset, animation });
}

function fit(animate = true, only = shown.nodes, most = 1.6) {
  const spots = Object.values(network.getPositions([...only]));
  if (!spots.length) return;
  const xs = spots.map((spot) => spot.x), ys = spots.map((spot) => spot.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = free();
  const scale = Math.min((room.width - Math.min(140, room.width / 5)) / (right - left + 30), (room.height - 100) / (bottom - top + 30), most);
  look({ x: (left + right) / 2, y: (top + bottom) / 2 + 8 / scale }, Math.max(scale, ZOOM[0]), animate);
}

// Bring what is chosen into the free part of the stage when it is not there; `whole` shows it with its neighbours, from near.
function bring(node, whole) {
  if (whole) return fit(true, [...neighbours(node).add(node)].filter((id) => shown.nodes.has(id)), 1.2);
  return isFree(node) ? undefined : look(network.getPosition(node), network.getScale(), true);
}

function bringEdge({ from, to }) {
  if (!isFree(from) || !isFree(to)) fit(true, [from, to], 1.2);
}

function isFree(node) {
  const at = network.canvasToDOM(network.getPosition(node));
  const room = free();
  return at.x > 50 && at.x < room.width - 50 && at.y > 40 && at.y < room.height - 40;
}

function zoomBy(factor) {
  const scale = Math.min(Math.max(network.getScale() * factor, ZOOM[0]), ZOOM[1]);
  network.moveTo({ scale, animation: calm.matches ? false : { duration: 140, easingFunction: 'linear' } });
}
