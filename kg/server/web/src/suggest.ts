// Names as you type, in a list below the field: arrows choose, Enter takes, Escape closes.
import { ask, both, here, make } from "./dom";

interface Result { name: string; href: string; kind: string; zh: string; en: string; via: string | null; mentions: number; facts: number; }
interface Found { total: number; results: Result[]; letters: { name: string; href: string; title: string | null }[]; }
interface Choice { name: string; href: string; line: HTMLLIElement; }

let lists = 0;

/** Suggest for `input`; `take` is told what was chosen. */
export function suggest(input: HTMLInputElement, list: HTMLUListElement, letters: boolean, take: (choice: Choice) => void): void {
  list.id ||= `suggestions-${++lists}`;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  let choices: Choice[] = [], at = -1, running: AbortController | null = null, timer = 0;

  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (to: number) => {
    at = to;
    choices.forEach((choice, i) => choice.line.setAttribute("aria-selected", String(i === at)));
    const line = choices[at]?.line;
    if (line) { input.setAttribute("aria-activedescendant", line.id); line.scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
  };
  const show = (found: Found) => {
    if (document.activeElement !== input) return;
    choices = found.results.map((one, i) => ({ name: one.name, href: one.href, line: row(one, `${list.id}-${i}`) }));
    if (letters) choices.push(...found.letters.slice(0, 4).map((one, i) => ({ name: one.name, href: one.href, line: letterRow(one.title ?? one.name, `${list.id}-l${i}`) })));
    for (const choice of choices) choice.line.addEventListener("pointerdown", (event) => { event.preventDefault(); close(); take(choice); });
    list.replaceChildren(...choices.map((choice) => choice.line));
    list.hidden = !choices.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };
  const look = async () => {
    running?.abort();
    if (!input.value.trim()) return close();
    running = new AbortController();
    try { show(await ask<Found>(`/api/search?limit=10&q=${encodeURIComponent(input.value)}`, running.signal)); } catch { /* a newer question is on its way */ }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = window.setTimeout(look, 90); });
  input.addEventListener("focus", () => { if (choices.length && input.value.trim()) { list.hidden = false; input.setAttribute("aria-expanded", "true"); } });
  input.addEventListener("blur", () => { clearTimeout(timer); running?.abort(); close(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") { if (!list.hidden) { event.preventDefault(); close(); } return; }
    if (list.hidden || !choices.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(at < 0 && step < 0 ? choices.length - 1 : (at + step + choices.length) % choices.length);
    } else if (event.key === "Enter") {
      const choice = choices[at];
      if (choice) { event.preventDefault(); close(); take(choice); }
    }
  });
}

function row(one: Result, id: string): HTMLLIElement {
  const via = one.via ? [" ", make("small", {}, `= ${one.via}`)] : [];
  return make("li", { id, role: "option" }, make("span", { class: `name kind k-${one.kind}` }, one.name, ...via), make("small", {}, both(one.zh, one.en)), make("small", {}, String(one.facts)));
}

function letterRow(title: string, id: string): HTMLLIElement {
  return make("li", { id, role: "option" }, make("span", { class: "name" }, title), make("small", {}, both("函件", "letter")));
}

/** The search field of every page, and the fields of forms that take a name. */
export function suggestEverywhere(): void {
  const search = document.querySelector<HTMLInputElement>("#q"), list = document.querySelector<HTMLUListElement>("#suggestions");
  if (search && list) suggest(search, list, true, (choice) => location.assign(here(choice.href)));
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-suggest]")) suggestIn(input);
}

export function suggestIn(input: HTMLInputElement): void {
  const own = make("ul", { class: "suggest", role: "listbox", hidden: "" });
  input.after(own);
  suggest(input, own, false, (choice) => { input.value = choice.name; input.dispatchEvent(new Event("change", { bubbles: true })); });
}
