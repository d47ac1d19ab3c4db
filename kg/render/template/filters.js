// Which nodes, edges and facts are shown, and the lists of check boxes that decide it; the list of classes is the legend too.
const shown = { nodes: new Set(), edges: new Set(), facts: new Set() };

function sieve() {
  const { kinds, predicates, statuses, letters } = state.off;
  const near = state.near && state.node !== null ? neighbours(state.node).add(state.node) : null;
  const kindOn = (node) => !kinds.has(ENTITIES[node].kind) && (!near || near.has(node));
  shown.facts = new Set(FACTS.map((_, i) => i).filter((i) => {
    const fact = FACTS[i];
    return kindOn(fact.s) && kindOn(fact.o) && !predicates.has(fact.p) && !statuses.has(fact.status) && !letters.has(fact.letter);
  }));
  shown.edges = new Set([...shown.facts].map((i) => FACTS[i].edge));
  const byEdge = predicates.size + statuses.size > 0;
  shown.nodes = new Set(NODES.map((_, i) => i).filter((i) => {
    const from = ENTITIES[i].letters;
    if (i === state.node) return true;
    if (!kindOn(i) || (from.length && from.every((letter) => letters.has(letter)))) return false;
    return !byEdge || edgesOf[i].some((edge) => shown.edges.has(edge));
  }));
}

function changed() {
  sieve();
  paint();
  tellStatus();
  for (const refresh of lists) refresh();
  if (state.node !== null || state.edge !== null) openPanel(false);
}

const lists = [];

// items: [{key, zh, en, glyph: () => element or null, count}]
function list(words, off, items, open) {
  const all = el('button', { type: 'button', className: 'all', onclick: (event) => {
    event.preventDefault();
    if (off.size) off.clear(); else items.forEach((item) => off.add(item.key));
    changed();
  } });
  const rows = items.map((item) => row(item, off, items));
  lists.push(() => {
    all.textContent = off.size ? '全选 all' : '全不选 none';
    rows.forEach((refresh) => refresh());
  });
  return el('details', { open }, el('summary', {}, el('span', {}, ...both(...words)), all), ...rows.map((refresh) => refresh.row));
}

function row(item, off, items) {
  const box = el('input', { type: 'checkbox', onchange: () => { if (box.checked) off.delete(item.key); else off.add(item.key); changed(); } });
  const only = el('button', { type: 'button', className: 'only', textContent: '仅 only', title: `仅 only: ${item.zh}`, onclick: () => {
    items.forEach((other) => off.add(other.key));
    off.delete(item.key);
    changed();
  } });
  const glyph = el('span', { className: 'glyph-at' });
  const line = el('div', { className: 'row' }, el('label', { title: `${item.zh} ${item.en}` }, box, glyph, el('span', {}, ...both(item.zh, item.en))), only,
    el('span', { className: 'count', textContent: item.count }));
  const refresh = () => {
    box.checked = !off.has(item.key);
    line.classList.toggle('off', !box.checked);
    glyph.replaceChildren(...(item.glyph ? [item.glyph()] : []));
    glyph.hidden = !item.glyph;
  };
  refresh.row = line;
  return refresh;
}

function counts(values) {
  const found = new Map();
  for (const value of values) found.set(value, (found.get(value) || 0) + 1);
  return (key) => found.get(key) || 0;
}

function buildFilters() {
  const ofKind = counts(ENTITIES.map((entity) => entity.kind));
  const ofPredicate = counts(FACTS.map((fact) => fact.p));
  const ofStatus = counts(FACTS.map((fact) => fact.status));
  const ofLetter = counts(FACTS.map((fact) => fact.letter));
  const ink = () => getComputedStyle(document.documentElement).getPropertyValue('--soft');
  $('filters').append(
    list(['类别', 'Classes'], state.off.kinds, Object.entries(DATA.kinds).map(([key, { zh, en }]) => ({ key, zh, en, count: ofKind(key), glyph: () => kindGlyph(key) })), true),
    list(['状态', 'Status'], state.off.statuses, DATA.statuses.map((key) => (
      { key, zh: statusWords(key)[0], en: statusWords(key)[1], count: ofStatus(key), glyph: () => lineGlyph(ink(), DATA.dashes[key] || []) })), true),
    list(['关系', 'Relations'], state.off.predicates, Object.entries(DATA.predicates).map(([key, { zh, en }]) => (
      { key, zh, en, count: ofPredicate(key), glyph: () => lineGlyph(edgeColour(key), []) })), true),
    list(['信函', 'Letters'], state.off.letters, LETTERS.map((name, key) => ({ key, zh: name, en: '', count: ofLetter(key) })), LETTERS.length <= 12),
  );
}

function clearFilters() {
  Object.values(state.off).forEach((off) => off.clear());
  state.near = false;
}

function tellStatus() {
  const part = (some, all) => (some === all ? `${all}` : `${some}/${all}`);
  const more = DATA.omitted ? ` · 另有 ${DATA.omitted} 个实体未画 more not drawn` : '';
  $('status').textContent = `${part(shown.nodes.size, NODES.length)} 实体 entities · ${part(shown.facts.size, FACTS.length)} 事实 facts${more}`;
}
