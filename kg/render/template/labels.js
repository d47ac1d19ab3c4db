// Names on the picture, of one size at every zoom: the most connected first, and none that would cover another; zooming in makes room for more.
const FONT = '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif';
const LINE = 1.22;
const CLOSING = '》”」』）)，、。：';       // never at the head of a line
const widths = new Map();
let placedLabels = [];                       // [{node, box}] of the last drawing, in the units of the picture

function widthOf(ctx, text, bold) {
  const key = (bold ? 'b' : 'n') + text;
  if (!widths.has(key)) {
    ctx.font = `${bold ? '600 ' : ''}100px ${FONT}`;
    widths.set(key, ctx.measureText(text).width / 100);
  }
  return widths.get(key);
}

// Break into lines of about the same length, at most `wide` ems each and at most `most` of them; what is left out is an ellipsis.
function lines(ctx, text, bold, wide, most) {
  const all = widthOf(ctx, text, bold);
  const even = Math.min(wide, all / Math.ceil(all / wide) + 0.6);
  const out = [''];
  for (const char of text.replace(/\s+/g, ' ')) {
    const last = out.length - 1;
    if (widthOf(ctx, out[last] + char, bold) <= (last + 1 < most ? even : wide) || CLOSING.includes(char)) out[last] += char;
    else if (out.length < most) out.push(char);
    else { out[last] = `${[...out[last]].slice(0, -1).join('')}…`; break; }
  }
  return out;
}

// Boxes that are taken, found by the cells that they touch.
class Taken {
  constructor(cell) { this.cell = cell; this.cells = new Map(); }

  * keys(box) {
    for (let x = Math.floor(box.x0 / this.cell); x <= Math.floor(box.x1 / this.cell); x += 1) {
      for (let y = Math.floor(box.y0 / this.cell); y <= Math.floor(box.y1 / this.cell); y += 1) yield `${x},${y}`;
    }
  }

  add(box) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }

  hit(box, counts) {
    for (const key of this.keys(box)) {
      if (this.cells.get(key)?.some((other) => box.x0 < other.x1 && other.x0 < box.x1 && box.y0 < other.y1 && other.y0 < box.y1 && counts(other))) return true;
    }
    return false;
  }
}

function drawLabels(ctx) {
  const scale = network.getScale();
  const bright = lit();
  const spots = network.getPositions();
  const view = { from: network.DOMtoCanvas({ x: 0, y: 0 }), to: network.DOMtoCanvas({ x: $('graph').clientWidth, y: $('graph').clientHeight }) };
  const inView = (spot) => spot.x > view.from.x && spot.x < view.to.x && spot.y > view.from.y && spot.y < view.to.y;
  const order = NODES.map((_, id) => id).filter((id) => shown.nodes.has(id) && (!bright || bright.has(id) || id === state.overNode) && spots[id] && inView(spots[id]));
  order.sort((a, b) => weight(b) - weight(a) || a - b);
  const taken = new Taken(80 / scale);
  for (const id of order) taken.add({ ...around(spots[id], NODES[id].size * 0.8, id), dot: true });
  placedLabels = [];
  ctx.save();
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  let room = bright ? Infinity : (($('graph').clientWidth * $('graph').clientHeight) / 15000) * Math.max(1, scale * 1.3);
  order.forEach((id, nth) => {
    if (room > 0 && nodeLabel(ctx, id, spots[id], { scale, taken, view, great: nth < 12 })) room -= 1;
  });
  edgeLabels(ctx, spots, scale, taken, inView);
  ctx.restore();
}

const weight = (id) => (id === state.overNode ? 1e6 : id === state.node ? 1e5 : edgesOf[id].length);
const around = (spot, by, id) => ({ id, x0: spot.x - by, x1: spot.x + by, y0: spot.y - by, y1: spot.y + by });

function nodeLabel(ctx, id, spot, { scale, taken, view, great }) {
  const chosen = id === state.node || id === state.overNode;
  const bold = chosen || edgesOf[id].length >= 8;
  const size = (chosen ? 14 : edgesOf[id].length >= 20 ? 15 : bold ? 13 : 12) / scale;
  const full = chosen || scale > 1.5;
  const text = lines(ctx, ENTITIES[id].name, bold, full ? 14 : 9, full ? 4 : 2);
  const wide = Math.max(...text.map((line) => widthOf(ctx, line, bold))) * size;
  const high = text.length * size * LINE;
  const pad = (chosen ? 0 : bright() ? 1 : 5) / scale;
  const gap = NODES[id].size + 3 / scale;
  const ways = [[0, gap + high / 2], [0, -gap - high / 2], [gap + wide / 2, 0], [-gap - wide / 2, 0]];
  for (const [dx, dy] of ways) {
    const x = spot.x + dx, y = spot.y + dy;
    const box = { id, x0: x - wide / 2 - pad, x1: x + wide / 2 + pad, y0: y - high / 2 - pad / 2, y1: y + high / 2 + pad / 2 };
    if (dx && (box.x0 < view.from.x || box.x1 > view.to.x)) continue;
    // the names of the greatest may cover a dot, never another name
    if (!chosen && taken.hit(box, (other) => other.id !== id && !(great && other.dot))) continue;
    taken.add(box);
    placedLabels.push({ node: id, box });
    write(ctx, text, x, y, size, bold, scale, state.dark ? '#e6e9ee' : '#1d2430');
    return true;
  }
  return false;
}

const bright = () => state.node !== null || state.edge !== null;

function write(ctx, text, x, y, size, bold, scale, colour) {
  ctx.font = `${bold ? '600 ' : ''}${size}px ${FONT}`;
  ctx.lineWidth = 3.2 / scale;
  ctx.strokeStyle = shade(DATA.grounds);
  ctx.fillStyle = colour;
  text.forEach((line, i) => {
    const at = y + (i - (text.length - 1) / 2) * size * LINE;
    ctx.strokeText(line, x, at);
    ctx.fillText(line, x, at);
  });
}

// Predicates along the edges: of what is selected or pointed at, and of every edge that is long enough once one has zoomed in.
function edgeLabels(ctx, spots, scale, taken, inView) {
  for (const id of shown.edges) {
    const first = id === state.overEdge || id === state.edge;
    if (!first && !(litEdge(id) && (scale > 1.25 || (bright() && scale > 0.55)))) continue;
    const { from, to, predicate: name } = EDGES[id];
    const size = 11 / scale;
    const text = predicate(name).zh;
    const wide = widthOf(ctx, text, false) * size;
    const length = Math.hypot(spots[from].x - spots[to].x, spots[from].y - spots[to].y) - NODES[from].size - NODES[to].size;
    if (!first && length < wide + 22 / scale) continue;
    const at = middleOf(id, spots);
    const box = { x0: at.x - wide / 2, x1: at.x + wide / 2, y0: at.y - size * 0.6, y1: at.y + size * 0.6 };
    if (!inView(at) || (!first && taken.hit(box, () => true))) continue;
    taken.add(box);
    write(ctx, [text], at.x, at.y, size, first, scale, edgeColour(name));
  }
}

function middleOf(id, spots) {
  const drawn = network.body.edges[id]?.edgeType;
  if (drawn?.getPoint) return drawn.getPoint(0.5);
  const { from, to } = EDGES[id];
  return { x: (spots[from].x + spots[to].x) / 2, y: (spots[from].y + spots[to].y) / 2 };
}

function labelAt({ x, y }) {
  return placedLabels.find(({ box }) => x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1)?.node;
}
