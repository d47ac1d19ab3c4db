/** Makes elements; texts are put in as text, never as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Chinese and English beside each other, as the server writes them. */
export function both(zh: string, en: string): DocumentFragment {
  const out = document.createDocumentFragment();
  out.append(make("span", { class: "zh", lang: "zh-Hans" }, zh), " ", make("span", { class: "en", lang: "en" }, en));
  return out;
}

/** An address of this server, whatever the graph says: anything else leads nowhere. */
export function here(href: string): string {
  const url = new URL(href, location.origin);
  return url.origin === location.origin && (url.protocol === "http:" || url.protocol === "https:") ? url.pathname + url.search + url.hash : "#";
}

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
  return await response.json() as T;
}
