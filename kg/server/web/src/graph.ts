// The graph view: the form asks the server, the canvas shows its answer, the panel says what is chosen. Every state is an address.
import type { Core, NodeSingular } from "cytoscape";
import { canvas, nearest, png, show, type GraphEdge, type View } from "./canvas";
import { ask, both, here, make } from "./dom";

const KEYS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const GROW = 24, MOST = 300;

class GraphPage {
  private readonly form = element<HTMLFormElement>("#graph-form");
  private readonly stage = element<HTMLElement>("#stage");
  private readonly status = element<HTMLElement>("#graph-status");
  private readonly panel = make("aside", { class: "panel", tabindex: "-1", "aria-label": "详情 Details" });
  private readonly cy: Core;
  private view: View = { centres: [], path: [], nodes: [], edges: [], omitted: 0, sparql: "", found: true };
  private chosen: string | null = null;
  private running: AbortController | null = null;

  constructor() {
    document.querySelector("#still")?.remove();
    this.stage.classList.add("live");
    const place = make("div", { class: "canvas", tabindex: "0", role: "application", "aria-label": "关系图 Graph. 方向键选择 arrows choose, Enter 展开 grows, + − 0 缩放 zoom, Esc 取消 clears" });
    this.panel.hidden = true;
    this.stage.append(place, this.tools(), this.panel);
    this.cy = canvas(place);
    this.cy.on("tap", "node", (event) => this.tapped((event.target as NodeSingular).id()));
    this.cy.on("tap", "edge", (event) => this.chooseEdge(event.target.id()));
    this.cy.on("tap", (event) => { if (event.target === this.cy) this.clear(); });
    place.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.go(this.asked()); });
    this.form.addEventListener("change", (event) => { if ((event.target as HTMLElement).matches("[type=checkbox], select, [name=about], [name=to]")) this.go(this.asked()); });
    window.addEventListener("popstate", () => { location.reload(); });
  }

  /** What the form asks for, without what is empty. */
  private asked(): URLSearchParams {
    const given = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string" && value.trim()) given.append(name, value.trim());
    return given;
  }

  private go(given: URLSearchParams): void {
    history.pushState(null, "", `/graph?${given}`);
    void this.load(given);
  }

  async load(given: URLSearchParams): Promise<void> {
    this.running?.abort();
    this.running = new AbortController();
    this.stage.setAttribute("aria-busy", "true");
    try {
      this.view = await ask<View>(`/api/graph?${given}`, this.running.signal);
      show(this.cy, this.view);
      this.tell(given);
      if (this.chosen && this.view.nodes.some((node) => node.iri === this.chosen)) this.choose(this.chosen); else this.clear();
    } catch (error) {
      if ((error as Error).name !== "AbortError") this.status.textContent = (error as Error).message;
    } finally { this.stage.removeAttribute("aria-busy"); this.stage.dataset.ready = "true"; }
  }

  /** The words, links and list beside the picture. */
  private tell(given: URLSearchParams): void {
    const { nodes, edges, omitted, found } = this.view;
    this.status.replaceChildren(...(found ? [] : [both("两者之间六步之内没有路。", "There is no way between the two within six steps."), " "]),
      `${nodes.length} `, both("个实体", "entities"), ` · ${edges.length} `, both("条关系", "edges"), ...(omitted ? [" · ", both("未显示", "not shown"), ` ${omitted}`] : []));
    const kinds = new Map(nodes.map((node) => [node.kind, node]));
    element("#legend").replaceChildren(...[...kinds.values()].flatMap((one) => [make("span", { class: `kind k-${one.kind}` }, both(one.zh, one.en)), " "]), ...document.querySelectorAll("#legend .line"));
    for (const link of document.querySelectorAll<HTMLAnchorElement>("#exports a[download]:not([id])")) link.href = `/api/graph.svg?${given}`;
    element<HTMLAnchorElement>("#sparql-link").href = `/query?query=${encodeURIComponent(this.view.sparql)}`;
    const names = new Map(nodes.map((node) => [node.iri, node]));
    element("#edge-rows").replaceChildren(...edges.map((edge) => make("tr", {}, ...[this.name(names.get(edge.source)), both(edge.predicate.zh, edge.predicate.en), this.name(names.get(edge.target)),
      state(edge), links(edge)].map((cell) => make("td", {}, cell)))));
  }

  private name(node: { name: string; href: string; kind: string } | undefined): Node {
    return node ? make("a", { class: `e k-${node.kind}`, href: here(node.href) }, node.name) : make("span");
  }

  /** A tap chooses; a tap on a node with more to show grows it. */
  private tapped(iri: string): void {
    const node = this.view.nodes.find((one) => one.iri === iri);
    this.choose(iri);
    if (node && node.hidden > 0 && !node.centre) this.grow(iri);
  }

  private grow(iri: string): void {
    const given = this.asked(), node = this.view.nodes.find((one) => one.iri === iri);
    if (!node || given.get("to")) return;
    if (!given.has("about")) for (const centre of this.view.centres) given.append("about", this.view.nodes.find((one) => one.iri === centre)?.name ?? centre);
    if (!given.getAll("about").includes(node.name)) given.append("about", node.name);
    given.set("size", String(Math.min(MOST, this.view.nodes.length + GROW)));
    this.fill(given);
    this.go(given);
  }

  /** Write into the form what the address says. */
  private fill(given: URLSearchParams): void {
    const about = given.getAll("about"), fields = [...this.form.querySelectorAll<HTMLInputElement>("input[name=about]")];
    about.forEach((name, i) => {
      if (fields[i]) fields[i].value = name; else fields[0]?.closest(".row")?.append(make("input", { type: "hidden", name: "about", value: name }));
    });
    const size = this.form.querySelector<HTMLSelectElement>("select[name=size]"), wanted = given.get("size");
    if (size && wanted) { if (![...size.options].some((one) => one.value === wanted)) size.append(make("option", {}, wanted)); size.value = wanted; }
  }

  private choose(iri: string): void {
    const node = this.view.nodes.find((one) => one.iri === iri);
    if (!node) return this.clear();
    this.chosen = iri;
    const drawn = this.cy.getElementById(iri), near = drawn.closedNeighborhood();
    this.cy.elements().unselect().removeClass("near told").addClass("faint");
    near.removeClass("faint").addClass("near").toggleClass("told", near.edges().length < 15);
    drawn.select();
    const grow = make("button", { type: "button" }, both("展开", "grow"), ` +${node.hidden}`);
    grow.disabled = !node.hidden || node.centre;
    grow.addEventListener("click", () => this.grow(iri));
    const only = make("a", { class: "button", href: `/graph?about=${encodeURIComponent(node.name)}` }, both("以它为中心", "centre"));
    const edges = this.view.edges.filter((edge) => edge.source === iri || edge.target === iri);
    const names = new Map(this.view.nodes.map((one) => [one.iri, one]));
    this.fillPanel(make("h2", {}, this.name(node)), make("p", {}, make("span", { class: `kind k-${node.kind}` }, both(node.zh, node.en))), make("p", { class: "row" }, grow, " ", only),
      make("ul", {}, ...edges.map((edge) => make("li", {}, edge.source === iri ? "" : "← ", both(edge.predicate.zh, edge.predicate.en), " ", this.name(names.get(edge.source === iri ? edge.target : edge.source)), " ", state(edge), " ", links(edge)))));
  }

  private chooseEdge(id: string): void {
    const edge = this.view.edges.find((one) => one.id === id);
    if (!edge) return;
    this.clear();
    this.cy.getElementById(id).select();
    const names = new Map(this.view.nodes.map((one) => [one.iri, one]));
    this.fillPanel(make("p", { class: "said" }, this.name(names.get(edge.source)), both(edge.predicate.zh, edge.predicate.en), this.name(names.get(edge.target)), state(edge)),
      ...edge.facts.map((fact) => make("div", { class: "fact" }, make("blockquote", {}, fact.quote), make("div", { class: "source" }, [fact.time, fact.amount].filter(Boolean).join(" "), " ",
        ...(fact.letter ? [make("a", { href: here(fact.letter.href) }, fact.letter.name), " "] : []), make("a", { href: here(fact.href) }, both("依据", "evidence"))))));
  }

  private fillPanel(...children: Node[]): void {
    const close = make("button", { type: "button", class: "close", "aria-label": "关闭 Close" }, "×");
    close.addEventListener("click", () => this.clear());
    this.panel.replaceChildren(close, ...children);
    this.panel.hidden = false;
  }

  private clear(): void {
    this.chosen = null;
    this.cy.elements().unselect().removeClass("faint near told");
    this.panel.hidden = true;
  }

  private tools(): HTMLElement {
    const button = (text: string, label: string, act: () => void) => {
      const made = make("button", { type: "button", title: label, "aria-label": label }, text);
      made.addEventListener("click", act);
      return made;
    };
    const save = make("button", { type: "button", id: "png" }, "PNG");
    save.addEventListener("click", () => {
      const link = make("a", { href: URL.createObjectURL(png(this.cy)), download: "zhihan-graph.png" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
    element("#exports").prepend(save, " ");
    return make("div", { class: "zoom" }, button("+", "放大 Zoom in", () => this.zoom(1.3)), button("−", "缩小 Zoom out", () => this.zoom(1 / 1.3)), button("⤢", "看全图 Fit", () => this.cy.fit(undefined, 34)));
  }

  private zoom(by: number): void {
    this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  private key(event: KeyboardEvent): void {
    const way = KEYS[event.key];
    if (way) {
      const from = this.chosen ? this.cy.getElementById(this.chosen) : undefined;
      const next = from?.nonempty() ? nearest(this.cy, from as unknown as NodeSingular, ...way) : this.cy.nodes().max((node) => node.degree(false)).ele as NodeSingular | undefined;
      if (next) { this.choose(next.id()); this.cy.animate({ center: { eles: next } }, { duration: 150 }); }
    } else if (event.key === "Enter" && this.chosen) this.tapped(this.chosen);
    else if (event.key === "Escape") this.clear();
    else if (event.key === "+" || event.key === "=") this.zoom(1.3);
    else if (event.key === "-") this.zoom(1 / 1.3);
    else if (event.key === "0") this.cy.fit(undefined, 34);
    else return;
    event.preventDefault();
  }
}

function element<T extends Element = HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

function state(edge: GraphEdge): Node {
  return make("span", { class: `state s-${edge.status.name}` }, both(edge.status.zh, edge.status.en));
}

function links(edge: GraphEdge): Node {
  const out = document.createDocumentFragment();
  for (const fact of edge.facts.slice(0, 3)) out.append(make("a", { href: here(fact.href) }, fact.time ? fact.time : both("依据", "evidence")), " ");
  return out;
}

void new GraphPage().load(new URLSearchParams(location.search));
