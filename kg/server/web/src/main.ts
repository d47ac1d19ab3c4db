// On every page: search as you type, the language, / to search.
import { suggestEverywhere } from "./suggest";

const SHOWN: Record<string, string> = { both: "中 / EN", zh: "中文", en: "English" };
const ORDER = ["both", "zh", "en"];

function languages(): void {
  const button = document.querySelector<HTMLButtonElement>("#language");
  if (!button) return;
  const current = () => document.documentElement.dataset.language ?? "both";
  const tell = () => { button.textContent = SHOWN[current()] ?? ""; button.setAttribute("aria-label", `语言 Language: ${button.textContent}`); };
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length] ?? "both";
    if (next === "both") delete document.documentElement.dataset.language; else document.documentElement.dataset.language = next;
    try { localStorage.setItem("zhihan-language", next); } catch { /* for this page alone */ }
    tell();
  });
  tell();
}

function shortcut(): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    event.preventDefault();
    document.querySelector<HTMLInputElement>("#q")?.focus();
  });
}

languages();
shortcut();
suggestEverywhere();
