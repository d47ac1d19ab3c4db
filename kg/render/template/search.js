// Search by any part of a name or another name; with nothing typed it lists the best connected.
const MOST = 14;
const fold = (text) => text.normalize('NFKC').toLowerCase();
const keys = ENTITIES.map((entity) => [entity.name, ...entity.aliases].map(fold));
let found = [], active = -1;

function find(text) {
  const wanted = fold(text.trim());
  const ids = NODES.map((_, id) => id);
  if (!wanted) return ids.slice(0, MOST);
  const rank = (id) => (keys[id][0] === wanted ? 0 : keys[id].some((key) => key === wanted) ? 1 : keys[id][0].startsWith(wanted) ? 2 : keys[id][0].includes(wanted) ? 3
    : keys[id].some((key) => key.includes(wanted)) ? 4 : 9);
  return ids.map((id) => [rank(id), id]).filter(([by]) => by < 9).sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, MOST).map(([, id]) => id);
}

function showResults() {
  const text = $('search').value;
  found = find(text);
  active = text.trim() && found.length ? 0 : -1;
  $('results').replaceChildren(...(found.length ? found.map(option) : [el('li', { className: 'none', textContent: '没有找到 Nothing found' })]));
  $('results').hidden = false;
  $('search').setAttribute('aria-expanded', 'true');
  mark();
}

function option(node, i) {
  const entity = ENTITIES[node];
  const wanted = fold($('search').value.trim());
  const alias = wanted && !fold(entity.name).includes(wanted) ? entity.aliases.find((name) => fold(name).includes(wanted)) : null;
  return el('li', { id: `result-${i}`, role: 'option', onpointerdown: (event) => { event.preventDefault(); choose(i); } },
    kindGlyph(entity.kind), el('span', { textContent: alias ? `${entity.name}（${alias}）` : entity.name }), el('em', { textContent: DATA.kinds[entity.kind].zh }));
}

function mark() {
  [...$('results').children].forEach((item, i) => item.setAttribute('aria-selected', String(i === active)));
  if (active < 0) return $('search').removeAttribute('aria-activedescendant');
  $('search').setAttribute('aria-activedescendant', `result-${active}`);
  return $(`result-${active}`).scrollIntoView({ block: 'nearest' });
}

function hideResults() {
  $('results').hidden = true;
  $('search').setAttribute('aria-expanded', 'false');
  $('search').removeAttribute('aria-activedescendant');
}

function choose(i) {
  hideResults();
  $('search').value = '';
  $('graph').focus();
  select({ node: found[i] }, true);
}

function buildSearch() {
  const box = $('search');
  box.addEventListener('input', showResults);
  box.addEventListener('focus', showResults);
  box.addEventListener('blur', hideResults);
  box.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (found.length) active = (active + (event.key === 'ArrowDown' ? 1 : found.length - (active < 0 ? 0 : 1))) % found.length;
      mark();
    } else if (event.key === 'Enter' && active >= 0) choose(active);
    else if (event.key === 'Escape') { event.stopPropagation(); box.value = ''; hideResults(); $('graph').focus(); }
  });
}
