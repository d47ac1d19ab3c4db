// The drawing: cytoscape, told where everything stands. The server has worked out the places.
import cytoscape from "cytoscape";

export interface Term { name: string; zh: string; en: string; }
export interface GraphNode { iri: string; href: string; name: string; kind: string; zh: string; en: string; x: number; y: number; size: number; shape: string; colours: [string, string]; centre: boolean; hidden: number; }
export interface GraphFact { href: string; time: string | null; amount: string | null; confidence: number; letter: { name: string; href: string } | null; quote: string; }
export interface GraphEdge { id: string; source: string; target: string; predicate: Term; status: Term; arrow: boolean; dashes: number[]; colours: [string, string]; count: number; facts: GraphFact[]; }
export interface View { centres: string[]; path: string[]; nodes: GraphNode[]; edges: GraphEdge[]; omitted: number; sparql: string; found: boolean; }

const SHAPES: Record<string, string> = { dot: "ellipse", square: "rectangle", diamond: "diamond", star: "star", hexagon: "hexagon", triangle: "triangle", triangleDown: "polygon" };
const FONT = '"Noto Sans SC", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif';
const WIDEST = 110, MOST = 5, CLOSING = "》”」』）)，、。：·";        // a line of a name, how many there are, and what never stands at the head of one
const SIDES = ["below", "above", "right", "left"] as const;
const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function canvas(container: HTMLElement): cytoscape.Core {
  const cy = cytoscape({ container, elements: [], layout: { name: "preset" }, minZoom: 0.08, maxZoom: 3.5, boxSelectionEnabled: false, style: style() });
  dark.addEventListener("change", () => cy.style(style()));
  return cy;
}

/** Colours as the page has them. */
function style(): cytoscape.StylesheetJson {
  const page = getComputedStyle(document.documentElement), ground = page.getPropertyValue("--ground").trim(), ink = page.getPropertyValue("--ink").trim();
  const soft = page.getPropertyValue("--soft").trim(), seal = page.getPropertyValue("--seal").trim(), side = dark.matches ? 1 : 0;
  const colour = (element: { data(name: string): unknown }) => (element.data("colours") as [string, string])[side];
  return [
    { selector: "node", style: {
      width: "data(wide)", height: "data(wide)", shape: ((node: cytoscape.NodeSingular) => SHAPES[node.data("shape")] ?? "ellipse") as never, "shape-polygon-points": "-1 -0.8 1 -0.8 0 1",
      "background-color": colour as never, label: "data(said)", color: ink, "font-family": FONT, "font-size": 11, "text-valign": "bottom", "text-margin-y": 3, "text-wrap": "wrap", "text-max-width": "1000px",
      "text-outline-color": ground, "text-outline-width": 2, "min-zoomed-font-size": 6.5, "border-width": 1, "border-color": ground } },
    { selector: "node[?centre]", style: { "font-size": 15, "font-weight": 700, "border-width": 3, "border-color": seal, "min-zoomed-font-size": 0 } },
    { selector: "node[hidden > 0]", style: { "border-width": 2, "border-style": "double", "border-color": soft } },
    { selector: "node[?centre][hidden > 0]", style: { "border-width": 3, "border-style": "solid", "border-color": seal } },
    { selector: "node.above", style: { "text-valign": "top", "text-margin-y": -3 } },
    { selector: "node.right", style: { "text-valign": "center", "text-halign": "right", "text-margin-x": 4, "text-margin-y": 0 } },
    { selector: "node.left", style: { "text-valign": "center", "text-halign": "left", "text-margin-x": -4, "text-margin-y": 0 } },
    { selector: "edge", style: { width: 1.3, "line-color": colour as never, "target-arrow-color": colour as never, "curve-style": "bezier", "control-point-step-size": 26, opacity: 0.7, "arrow-scale": 0.75 } },
    { selector: "edge[?arrow]", style: { "target-arrow-shape": "triangle" } },
    { selector: 'edge[status = "planned"]', style: { "line-style": "dashed", "line-dash-pattern": [8, 6] } },
    { selector: 'edge[status = "suggested"]', style: { "line-style": "dashed", "line-dash-pattern": [2, 5] } },
    { selector: ".way", style: { width: 4, opacity: 1 } },
    { selector: ".faint", style: { opacity: 0.16 } },
    { selector: "edge.near", style: { width: 2.2, opacity: 1 } },
    { selector: "edge.told", style: { label: "data(label)", "font-size": 10, color: soft, "font-family": FONT, "text-background-color": ground, "text-background-opacity": 0.85, "text-rotation": "autorotate", "min-zoomed-font-size": 7 } },
    { selector: "node:selected", style: { "border-width": 4, "border-style": "solid", "border-color": seal } },
    { selector: "edge:selected", style: { width: 4, opacity: 1 } },
  ];
}

/** Show a view: what was there moves to its new place, what is new appears. */
export function show(cy: cytoscape.Core, view: View): void {
  const ids = new Set([...view.nodes.map((node) => node.iri), ...view.edges.map((edge) => edge.id)]);
  const steps = new Set(view.path.slice(1).flatMap((iri, i) => [`${view.path[i]} ${iri}`, `${iri} ${view.path[i]}`]));
  cy.batch(() => {
    cy.elements().filter((element) => !ids.has(element.id())).remove();
    for (const node of view.nodes) {
      const data = { id: node.iri, name: node.name, shape: node.shape, colours: node.colours, centre: node.centre, hidden: node.hidden, wide: node.size * 1.7, said: node.name };
      const old = cy.getElementById(node.iri);
      if (old.nonempty()) old.data(data); else cy.add({ group: "nodes", data, position: { x: node.x, y: node.y } });
    }
    for (const edge of view.edges) {
      const data = { id: edge.id, source: edge.source, target: edge.target, colours: edge.colours, status: edge.status.name, arrow: edge.arrow, label: edge.predicate.zh };
      const old = cy.getElementById(edge.id);
      const drawn = old.nonempty() ? old.data(data) : cy.add({ group: "edges", data });
      drawn.toggleClass("way", steps.has(`${edge.source} ${edge.target}`));
    }
  });
  const boxes = names(cy, view.nodes);
  const at = new Map(view.nodes.map((node) => [node.iri, { x: node.x, y: node.y }]));
  cy.layout({ name: "preset", positions: ((node: cytoscape.NodeSingular) => at.get(node.id())) as never, fit: false, animate: !still.matches, animationDuration: 350 }).run();
  frame(cy, boxes);
}

interface Box { x0: number; y0: number; x1: number; y1: number; }

/** Put each name on the side of its node where it covers least of the nodes and of the other names; the largest nodes choose first, and all choose again. */
function names(cy: cytoscape.Core, nodes: GraphNode[]): Box[] {
  const pen = document.createElement("canvas").getContext("2d");
  const dots: Box[] = nodes.map((node) => { const by = node.size * 0.85; return { x0: node.x - by, y0: node.y - by, x1: node.x + by, y1: node.y + by }; });
  const said: (Box | undefined)[] = nodes.map(() => undefined), side = nodes.map(() => 0);
  const order = nodes.map((_, i) => i).sort((a, b) => Number(nodes[b]?.centre) - Number(nodes[a]?.centre) || (nodes[b]?.size ?? 0) - (nodes[a]?.size ?? 0));
  const texts = nodes.map((node) => written(pen, node));
  const choices = nodes.map((node, i) => SIDES.map((one) => beside(node, one, (texts[i]?.wide ?? 0) + 6, (texts[i]?.high ?? 0) + 6)));
  for (let round = 0; round < 3; round += 1) for (const i of order) {
    const costs = (choices[i] ?? []).map((box) => [...dots, ...said].reduce((sum, other, j) => sum + (other && j % nodes.length !== i ? overlap(box, other) : 0), 0));
    side[i] = costs.indexOf(Math.min(...costs));
    said[i] = choices[i]?.[side[i] ?? 0];
  }
  cy.batch(() => nodes.forEach((node, i) => {
    const drawn = cy.getElementById(node.iri).removeClass("above right left").data("said", texts[i]?.text ?? node.name);
    if (side[i]) drawn.addClass(SIDES[side[i] ?? 0] ?? "");
  }));
  return [...dots, ...said.filter((box) => box !== undefined)];
}

/** A name in lines of about the same length, and how wide and high they are. */
function written(pen: CanvasRenderingContext2D | null, node: GraphNode): { text: string; wide: number; high: number } {
  const size = node.centre ? 15 : 11, width = (text: string) => pen?.measureText(text).width ?? text.length * size;
  if (pen) pen.font = `${node.centre ? 700 : 400} ${size}px ${FONT}`;
  const long = width(node.name), even = Math.min(WIDEST, long / Math.ceil(long / WIDEST) + size * 0.6), lines = [""];
  for (const char of node.name) {
    const last = lines.length - 1, with_ = (lines[last] ?? "") + char;
    if (width(with_) <= even || CLOSING.includes(char) || /[\w.-]$/.test(lines[last] ?? "") && /[\w.-]/.test(char) && width(with_) <= WIDEST) lines[last] = with_; else lines.push(char);
  }
  if (lines.length > MOST) lines.splice(MOST - 1, lines.length, `${lines[MOST - 1]?.slice(0, -1)}…`);
  return { text: lines.join("\n"), wide: Math.max(...lines.map(width)), high: lines.length * size * 1.05 };
}

function beside(node: GraphNode, side: (typeof SIDES)[number], wide: number, high: number): Box {
  const away = node.size * 0.85 + 3, across = node.x - wide / 2, middle = node.y - high / 2;
  const [x0, y0] = side === "below" ? [across, node.y + away] : side === "above" ? [across, node.y - away - high] : side === "right" ? [node.x + away, middle] : [node.x - away - wide, middle];
  return { x0, y0, x1: x0 + wide, y1: y0 + high };
}

function overlap(a: Box, b: Box): number {
  return Math.max(0, Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0)) * Math.max(0, Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0));
}

/** Look at all of these boxes, a few of them no larger than they are drawn. */
function frame(cy: cytoscape.Core, boxes: Box[]): void {
  const left = Math.min(0, ...boxes.map((box) => box.x0)) - 24, right = Math.max(0, ...boxes.map((box) => box.x1)) + 24;
  const top = Math.min(0, ...boxes.map((box) => box.y0)) - 16, bottom = Math.max(0, ...boxes.map((box) => box.y1)) + 16;
  const zoom = Math.min(1.6, cy.width() / (right - left), cy.height() / (bottom - top));
  const pan = { x: cy.width() / 2 - zoom * (left + right) / 2, y: cy.height() / 2 - zoom * (top + bottom) / 2 };
  if (still.matches) cy.viewport({ zoom, pan }); else cy.animate({ zoom, pan }, { duration: 350 });
}

/** The picture of all that is shown, at twice its size. */
export function png(cy: cytoscape.Core): Blob {
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--ground").trim();
  return cy.png({ output: "blob", full: true, scale: 2, bg: ground, maxWidth: 6000, maxHeight: 6000 });
}

/** The node that is nearest in a direction from another; undefined when there is none. */
export function nearest(cy: cytoscape.Core, from: cytoscape.NodeSingular, dx: number, dy: number): cytoscape.NodeSingular | undefined {
  const start = from.position();
  let best: cytoscape.NodeSingular | undefined, least = Infinity;
  cy.nodes().forEach((node) => {
    const x = node.position().x - start.x, y = node.position().y - start.y, along = x * dx + y * dy, across = Math.abs(x * dy - y * dx);
    if (node.id() !== from.id() && along > 0 && along + 2.5 * across < least) { least = along + 2.5 * across; best = node; }
  });
  return best;
}
