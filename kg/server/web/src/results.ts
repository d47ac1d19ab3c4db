// The answer as a table whose names lead to their pages. Values are put in as text.
import type Yasr from "@zazuko/yasr";
import { fact, link } from "./iris";
import { make } from "./dom";

const MOST = 2000;

/** A plugin of Yasr. */
export class LinkTable {
  readonly priority = 20;
  readonly label = "表 Table";
  static base = "";

  constructor(private readonly yasr: Yasr) {}

  canHandleResults(): boolean {
    return Boolean(this.yasr.results && (this.yasr.results.getVariables()?.length ?? 0) > 0);
  }

  draw(): void {
    const results = this.yasr.results;
    if (!results) return;
    const columns = results.getVariables(), rows = results.getBindings() ?? [];
    const head = make("thead", {}, make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name))));
    const body = make("tbody", {}, ...rows.slice(0, MOST).map((row) => make("tr", {}, ...columns.map((name) => make("td", {}, this.cell(row[name]))))));
    const note = rows.length > MOST ? [make("p", {}, `${MOST} / ${rows.length}`)] : [];
    this.yasr.resultsEl.replaceChildren(make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "答案 Answer" }, make("table", { class: "list" }, head, body)), ...note);
  }

  private cell(value: { type: string; value: string } | undefined): Node | string {
    if (!value) return "";
    if (value.type !== "uri") return value.value;
    if (value.value.startsWith(LinkTable.base)) {
      const href = /#(fact|figure)=/.test(value.value) ? fact(value.value) : link(value.value, LinkTable.base);
      return make("a", { href }, value.value.slice(LinkTable.base.length));
    }
    const prefixes = Object.entries(this.yasr.getPrefixes()).find(([, space]) => value.value.startsWith(space));
    return prefixes ? `${prefixes[0]}:${value.value.slice(prefixes[1].length)}` : value.value;
  }

  getIcon(): Element {
    return make("span", { "aria-hidden": "true" }, "▦");
  }

  download(): { contentType: string; getData: () => string; filename: string; title: string } {
    return { contentType: "text/csv", getData: () => `\ufeff${this.yasr.results?.asCsv() ?? ""}`, filename: "zhihan.csv", title: "CSV 下载 download" };
  }
}
