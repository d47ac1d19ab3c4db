// Where an IRI of the graph is shown; the same as kg/explore/links.py.

export function link(iri: string, base: string): string {
  const [path = "", fragment] = iri.slice(base.length).split(/#(.*)/s);
  if (path.split("/").some((part) => part === "%2E" || part === "%2E%2E")) return `/lookup?iri=${encodeURIComponent(iri)}`;
  return `/id/${path}${fragment ? `#${fragment}` : ""}`;
}

export function fact(iri: string): string {
  return `/fact?iri=${encodeURIComponent(iri)}`;
}
