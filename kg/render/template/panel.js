// The panel beside the picture: an entity with its facts and figures, or one edge with its evidence.
function openPanel(fresh = true) {
  const panel = $('panel');
  const top = panel.scrollTop;
  const content = state.node !== null ? nodePanel(state.node) : state.edge !== null ? edgePanel(state.edge) : null;
  const focused = reachable(panel).indexOf(document.activeElement);
  panel.hidden = !content;
  document.body.classList.toggle('with-panel', Boolean(content));
  if (!content) return;
  const open = new Set([...panel.querySelectorAll('details.group[open]')].map((group) => group.dataset.key));
  panel.replaceChildren(...content);
  if (!fresh) for (const group of panel.querySelectorAll('details.group')) group.open = open.has(group.dataset.key);
  panel.scrollTop = fresh ? 0 : top;
  if (focused >= 0) (fresh ? panel : reachable(panel)[focused] ?? panel).focus({ preventScroll: true });
}

const reachable = (panel) => [...panel.querySelectorAll('button, summary, [tabindex="0"]')];

function bar(...content) {
  return el('div', { className: 'bar' }, ...content,
    el('button', { type: 'button', className: 'close', textContent: '×', 'aria-label': '关闭 Close', title: '关闭 Close (Esc)', onclick: () => { select({}); $('graph').focus(); } }));
}

const nodeLink = (node) => el('button', { type: 'button', className: 'link', textContent: ENTITIES[node].name, onclick: () => select({ node }, true) });

function nodePanel(node) {
  const entity = ENTITIES[node];
  const kind = DATA.kinds[entity.kind];
  const facts = factsOf[node].filter((i) => shown.facts.has(i));
  const hidden = factsOf[node].length - facts.length;
  return [
    bar(kindGlyph(entity.kind), el('span', {}, ...both(kind.zh, kind.en), ...fine(entity))),
    el('h2', { textContent: entity.name }),
    entity.aliases.length ? el('div', { className: 'chips' }, ...entity.aliases.map((name) => el('span', { className: 'chip', textContent: name }))) : null,
    about(node, entity),
    el('div', { className: 'tools' },
      el('button', { type: 'button', onclick: () => bring(node, true) }, ...both('定位', 'Locate')),
      el('button', { type: 'button', 'aria-pressed': String(state.near), onclick: () => { state.near = !state.near; changed(); fit(); } }, ...both('只看邻域', 'Neighbours only'))),
    ...groups(node, facts),
    hidden ? el('p', { className: 'none', textContent: `另有 ${hidden} 条事实被筛去 ${hidden} more filtered out` }) : null,
    ...figureTable(entity),
  ].filter(Boolean);
}

function about(node, entity) {
  const at = factsOf[node].map((i) => FACTS[i]).filter((fact) => fact.p === 'locatedIn' && fact.s === node && fact.status !== 'planned' && fact.status !== 'suggested');
  const places = [...new Set(at.map((fact) => fact.o))];
  const rows = [];
  if (places.length) rows.push(['所在', 'Place', ...places.flatMap((place, i) => [i ? '、' : '', nodeLink(place)])]);
  else if (entity.place) rows.push(['所在', 'Place', placeLink(entity.place)]);
  if (entity.letters.length) rows.push(['信函', 'Letters', letterList(entity.letters.map((letter) => LETTERS[letter]))]);
  return el('dl', {}, ...rows.flatMap(([zh, en, ...content]) => [el('dt', {}, ...both(zh, en)), el('dd', {}, ...content)]));
}

const fine = (entity) => (entity.fine_zh || entity.fine ? [' · ', ...both(entity.fine_zh || entity.fine, entity.fine_en)] : []);

function letterList(names) {
  const text = names.join('、');
  return names.length <= 5 ? text : el('details', {}, el('summary', { textContent: `${names.length} 封 letters` }), text);
}

function placeLink(name) {
  const node = ENTITIES.findIndex((entity) => entity.name === name);
  return node < 0 ? name : nodeLink(node);
}

// The facts by predicate, in the order of the legend; all open when they are few.
function groups(node, facts) {
  return Object.keys(DATA.predicates).map((name) => [name, facts.filter((i) => FACTS[i].p === name)]).filter(([, some]) => some.length).map(([name, some], nth) => {
    const { zh, en } = predicate(name);
    return el('details', { className: 'group', 'data-key': name, open: facts.length <= 14 || nth === 0 },
      el('summary', {}, lineGlyph(edgeColour(name), []), el('span', {}, ...both(zh, en)), el('span', { className: 'count', textContent: some.length })),
      ...some.map((i) => factItem(FACTS[i], node)));
  });
}

function factItem(fact, node) {
  const away = !EDGES[fact.edge].arrows ? '↔' : fact.s === node ? '→' : '←';
  const other = fact.s === node ? fact.o : fact.s;
  return el('div', { className: 'fact' },
    el('div', { className: 'head' }, el('span', { className: 'way', textContent: away, title: fact.s === node ? '主语 subject' : '宾语 object' }), nodeLink(other), stateChip(fact.status)),
    ...evidence(fact));
}

function stateChip(status) {
  const [zh, en] = statusWords(status);
  return el('span', { className: `state ${Object.hasOwn(STATUS, status) ? status : ''}`, title: en, textContent: zh });
}

function evidence(fact) {
  const names = [[fact.s, 's'], [fact.o, 'o']].map(([node, mark]) => ({ mark, forms: forms(ENTITIES[node]) }));
  return [meta(fact), ...fact.quotes.map((i) => quote(SENTENCES[i], names))].filter(Boolean);
}

function meta(fact) {
  const range = [fact.start, fact.end].filter(Boolean);
  const dates = range.length === 2 && range[0] === range[1] ? range[0] : range.join(' – ');
  const parts = [
    ['时间 time', fact.time || dates], ['金额 amount', fact.amount], ['地点 place', fact.place], ['职务 role', fact.role], ['领域 field', [fact.field ?? []].flat().join('、')],
    ['信函 letter', LETTERS[fact.letter]], ['置信 sure', fact.sure === undefined ? '' : `${Math.round(fact.sure * 100)}%`],
  ].filter(([, value]) => value);
  return parts.length ? el('p', { className: 'meta' }, ...parts.map(([word, value]) => el('span', { textContent: `${word}: ${value}`, title: word.startsWith('时间') ? dates : '' }))) : null;
}

function edgePanel(edge) {
  const { from, to, predicate: name, status, arrows } = EDGES[edge];
  const { zh, en } = predicate(name);
  const facts = factsOfEdge[edge].filter((i) => shown.facts.has(i));
  return [
    bar(el('span', {}, ...both('事实', 'Fact')), stateChip(status)),
    el('div', { className: 'triple' }, el('div', {}, kindGlyph(ENTITIES[from].kind), ' ', nodeLink(from)),
      el('div', { className: 'pred' }, lineGlyph(edgeColour(name), DATA.dashes[status] || []), el('span', {}, `${arrows ? '↓' : '↕'} `, ...both(zh, en))),
      el('div', {}, kindGlyph(ENTITIES[to].kind), ' ', nodeLink(to))),
    el('h3', {}, ...both('依据', 'Evidence'), el('span', { className: 'count', textContent: facts.length })),
    ...facts.map((i) => el('div', { className: 'fact' }, ...evidence(FACTS[i]))),
  ];
}

function figureTable(entity) {
  const figures = entity.figures.filter((figure) => !state.off.letters.has(figure.letter));
  if (!figures.length) return [];
  const names = [{ mark: 's', forms: forms(entity) }, { mark: 'o', forms: [] }];
  const rows = figures.flatMap((figure) => {
    const said = el('tr', { className: 'quote', hidden: true }, el('td', { colSpan: 4 }, meta({ letter: figure.letter }),
      ...figure.quotes.map((i) => quote(SENTENCES[i], [names[0], { mark: 'o', forms: [`${figure.value}${figure.unit || ''}`, `${figure.value} ${figure.unit || ''}`, figure.value] }]))));
    const toggle = el('button', { type: 'button', className: 'link', textContent: figure.indicator, 'aria-expanded': 'false', onclick: () => {
      said.hidden = !said.hidden;
      toggle.setAttribute('aria-expanded', String(!said.hidden));
    } });
    return [el('tr', {}, el('td', {}, toggle), el('td', { className: 'n', textContent: figure.value }), el('td', { textContent: figure.unit || '' }), el('td', { textContent: figure.time || '' })), said];
  });
  const heads = [['指标', 'Indicator'], ['数值', 'Value'], ['单位', 'Unit'], ['时间', 'Time']];
  return [el('h3', {}, ...both('数据', 'Figures'), el('span', { className: 'count', textContent: figures.length })),
    el('div', { className: 'wide' }, el('table', {}, el('thead', {}, el('tr', {}, ...heads.map(([zh, en]) => el('th', { scope: 'col' }, ...both(zh, en))))), el('tbody', {}, ...rows)))];
}

const forms = (entity) => [...new Set([entity.name, ...entity.aliases, ...entity.surfaces])].filter(Boolean);

// A quoted sentence with the names marked; a form of one character counts only where no longer form of that name stands.
function quote(text, names) {
  const wanted = names.flatMap(({ mark, forms: all }) => {
    const long = all.filter((form) => [...form].length > 1 && text.includes(form));
    return (long.length ? long : all.filter((form) => text.includes(form))).map((form) => ({ form, mark }));
  }).sort((a, b) => b.form.length - a.form.length);
  const box = el('blockquote', text.length > 130 ? { className: 'long', tabIndex: 0, title: '展开 More', onclick: () => box.classList.toggle('open'),
    onkeydown: (event) => { if (event.key === 'Enter') box.classList.toggle('open'); } } : {});
  let plain = '';
  for (let at = 0; at < text.length;) {
    const hit = wanted.find(({ form }) => text.startsWith(form, at));
    if (hit) {
      box.append(tidy(plain), el('mark', { className: hit.mark, textContent: tidy(hit.form) }));
      plain = '';
      at += hit.form.length;
    } else plain += text[at++];
  }
  box.append(tidy(plain));
  return box;
}

// Letters break lines anywhere, also inside words: on the page the text runs on.
const tidy = (text) => text.replace(/([A-Za-z0-9,.;:])\s*\n\s*(?=[A-Za-z0-9])/g, '$1 ').replace(/\s*\n\s*/g, '');
