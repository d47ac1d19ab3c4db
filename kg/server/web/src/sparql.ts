// The SPARQL page: Yasgui on this server's endpoint, with the vocabulary's prefixes and terms, and the named questions as examples.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import { ask } from "./dom";
import { LinkTable } from "./results";

interface Vocabulary { classes: { iri: string }[]; predicates: { iri: string }[]; statuses: { iri: string }[]; }

/** The query with a PREFIX line for each known prefix that it uses and does not declare. */
export function declared(query: string, prefixes: Record<string, string>): string {
  const used = Object.entries(prefixes).filter(([name]) => new RegExp(`(^|[^\\w:<-])${name}:`).test(query) && !new RegExp(`PREFIX\\s+${name}:`, "i").test(query));
  return used.map(([name, space]) => `PREFIX ${name}: <${space}>\n`).join("") + query;
}

function start(): void {
  const place = document.querySelector<HTMLElement>("#yasgui"), form = document.querySelector<HTMLFormElement>("#plain-sparql"), text = form?.querySelector("textarea");
  if (!place || !form || !text) return;
  const prefixes = JSON.parse(place.dataset.prefixes ?? "{}") as Record<string, string>;
  LinkTable.base = place.dataset.base ?? "";
  complete(prefixes);
  Yasgui.Yasr.registerPlugin("table", LinkTable as never);        // in the place of its own
  Yasgui.Yasqe.defaults.autocompleters = ["prefixes", "variables", "zhihan-terms"];         // its others ask a server on the web
  form.hidden = true;
  document.querySelectorAll("#plain-answer, .problem").forEach((answer) => answer.remove());
  const first = declared(text.value, prefixes);
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint: `${location.origin}/sparql`, method: "POST" }, copyEndpointOnNewTab: false, persistenceId: "zhihan-sparql", populateFromUrl: false, autofocus: false,
    endpointCatalogueOptions: { getData: () => [] } as never,
    yasqe: { value: first, createShareableLink: (yasqe: { getValue(): string }) => `${location.origin}/query?query=${encodeURIComponent(yasqe.getValue())}`, createShortLink: undefined, resizeable: true } as never,
    yasr: { prefixes, pluginOrder: ["table", "boolean", "response"], defaultPlugin: "table", maxPersistentResponseSize: 200_000 } as never,
  });
  const given = new URLSearchParams(location.search);
  if (given.has("query")) open(yasgui, first, given.has("run"));
  for (const example of document.querySelectorAll<HTMLAnchorElement>("#examples a[data-sparql]")) {
    example.addEventListener("click", (event) => { event.preventDefault(); open(yasgui, declared(example.dataset.sparql ?? "", prefixes), false); place.scrollIntoView({ block: "nearest" }); });
  }
  document.querySelectorAll<HTMLElement>("#yasgui .CodeMirror textarea").forEach((area) => area.setAttribute("aria-label", "SPARQL"));
  place.dataset.ready = "true";
}

/** Put a query into the tab that is open when it holds the same or nothing of the reader's, else into a new one. */
function open(yasgui: Yasgui, query: string, run: boolean, blank = ""): void {
  const tab = yasgui.getTab();
  if (tab && (tab.getYasqe().getValue() === query || tab.getYasqe().getValue() === blank)) tab.setQuery(query);
  else yasgui.addTab(true, { ...Yasgui.Tab.getDefaults(yasgui), yasqe: { value: query }, name: "Query" } as never);
  if (run) yasgui.getTab()?.query().catch(() => { /* the page shows what is wrong */ });
}

/** The characters of a token, which its type leaves out. */
function written(token: unknown): string {
  return (token as { string?: string } | undefined)?.string ?? "";
}

/** Complete terms of the vocabulary: kg:co… */
function complete(prefixes: Record<string, string>): void {
  let terms: Promise<string[]> | undefined;
  const load = () => ask<Vocabulary>("/api/vocabulary").then((found) => [...found.predicates, ...found.classes, ...found.statuses].map((term) => term.iri));
  Yasgui.Yasqe.registerAutocompleter({
    name: "zhihan-terms", bulk: false, autoShow: true,
    isValidCompletionPosition: (yasqe) => /^[a-z]+:\w*$/i.test(written(yasqe.getCompleteToken())),
    get: async (_yasqe, token) => {
      terms ??= load();
      const wanted = token?.autocompletionString ?? written(token);
      return (await terms).filter((iri) => iri.startsWith(wanted));
    },
    preProcessToken: (_yasqe, token) => {
      const [prefix = "", local = ""] = written(token).split(":"), space = prefixes[prefix];
      return space ? { ...token, tokenPrefix: `${prefix}:`, tokenPrefixUri: space, autocompletionString: space + local } : token;
    },
    postProcessSuggestion: (_yasqe, token, iri) => token.tokenPrefixUri ? (token.tokenPrefix ?? "") + iri.slice(token.tokenPrefixUri.length) : `<${iri}>`,
  });
}

start();
