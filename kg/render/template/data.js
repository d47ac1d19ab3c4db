// The data of the page, and what is looked up in it again and again. Whatever comes from letters reaches the page as text nodes only.
const $ = (id) => document.getElementById(id);
const DATA = JSON.parse($('data').textContent);
const { nodes: NODES, edges: EDGES, entities: ENTITIES, facts: FACTS, sentences: SENTENCES, letters: LETTERS } = DATA;
const STATUS = DATA.words;

const factsOf = NODES.map(() => []);        // node -> facts in which it stands
const edgesOf = NODES.map(() => []);        // node -> edges that it has
const factsOfEdge = EDGES.map(() => []);
FACTS.forEach((fact, i) => {
  factsOf[fact.s].push(i);
  if (fact.o !== fact.s) factsOf[fact.o].push(i);
  factsOfEdge[fact.edge].push(i);
});
EDGES.forEach((edge, i) => {
  edgesOf[edge.from].push(i);
  if (edge.to !== edge.from) edgesOf[edge.to].push(i);
});

const state = {
  node: null, edge: null,                    // what is selected
  overNode: null, overEdge: null,            // what the pointer is over
  near: false,                               // only the neighbours of the selected node are shown
  dark: false,
  off: { kinds: new Set(), predicates: new Set(), statuses: new Set(), letters: new Set() },
};

const neighbours = (node) => new Set(edgesOf[node].map((i) => (EDGES[i].from === node ? EDGES[i].to : EDGES[i].from)));
const predicate = (name) => DATA.predicates[name];
const statusWords = (name) => STATUS[name] || [name, ''];
const shade = (pair) => pair[state.dark ? 1 : 0];
const colourOf = (kind) => shade(DATA.looks[kind].colours);
const edgeColour = (name) => shade(DATA.families[predicate(name).family]);

// An element with properties, and children that are elements or texts; a text stays a text.
function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (key in made && key !== 'list') made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return made;
}

function both(zh, en) {
  return zh === en || !en ? [zh] : [zh, el('i', { textContent: ` ${en}` })];
}

const SHAPES = {
  dot: 'M8 2a6 6 0 1 0 .01 0z', square: 'M2.8 2.8h10.4v10.4H2.8z', diamond: 'M8 1.2 14.8 8 8 14.8 1.2 8z', triangle: 'M8 1.8 15 14H1z',
  triangleDown: 'M8 14.2 1 2h14z', hexagon: 'M4.5 2h7L15 8l-3.5 6h-7L1 8z', star: 'M8 .8l2.2 4.7 5.1.6-3.8 3.5 1 5.1L8 12.2l-4.5 2.5 1-5.1L.7 6.1l5.1-.6z',
};

function svg(width, path, attributes) {
  const space = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(space, 'svg');
  picture.setAttribute('viewBox', `0 0 ${width} 16`);
  picture.setAttribute('class', width > 16 ? 'glyph line' : 'glyph');
  picture.setAttribute('aria-hidden', 'true');
  const drawn = document.createElementNS(space, 'path');
  drawn.setAttribute('d', path);
  for (const [key, value] of Object.entries(attributes)) drawn.setAttribute(key, value);
  picture.append(drawn);
  return picture;
}

const kindGlyph = (kind) => svg(16, SHAPES[DATA.looks[kind].shape], { fill: colourOf(kind) });
const lineGlyph = (colour, dashes) => svg(26, 'M1 8h24', { stroke: colour, 'stroke-width': 2.4, fill: 'none', 'stroke-dasharray': dashes.join(' ') || 'none' });
