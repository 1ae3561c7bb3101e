// Keys of all pages, and the dialog that tells them.

import { type DoesAnywhere, KEYS, type Key } from "./keys.ts";
import { isPlain } from "./plain-key.ts";

/** Who speaks to a browser, or cannot help touching keys, can do without them. */
const OFF = "dmon:keys-off";
const WHERES: Readonly<Record<Key["where"], string>> = {
  everywhere: "On every page",
  graph: "On a page with graphs",
  "graph in focus": "In a graph that has the focus",
};
/** Where a line of a page begins, for those who go through it by keys. */
const LINES = "main :is(.c-item, .c-host, .card > header h2, .events .c-time, .feed .what) a:first-of-type";

export function helpWithKeys(): void {
  addEventListener("keydown", (event) => {
    if (!isPlain(event) || isElsewhere(event.target)) return;
    const found = KEYS.find(({ key, where }) => where === "everywhere" && key === event.key);
    if (found?.where !== "everywhere" || (isOff() && found.does !== "these keys")) return;
    // Of what a held key does only to go on makes sense: another page would get it too, and go to another one.
    if (event.repeat && found.does !== "the next line" && found.does !== "the line before") return;
    event.preventDefault();
    act(found.does);
  });
}

/** Whether a key is meant for a field or a dialog. */
function isElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return true;
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function act(does: DoesAnywhere): void {
  if (does === "these keys") showKeys();
  else if (does === "search") search();
  else if (does === "the next line") move(1);
  else if (does === "the line before") move(-1);
  else document.querySelector<HTMLAnchorElement>(`.top nav a[data-page="${does}"]`)?.click();
}

/** What this page can be searched by; else the hosts. */
function search(): void {
  const field = document.querySelector<HTMLInputElement>("main form[role=search] input");
  if (field) field.focus();
  else location.assign(new URL("hosts#search", document.baseURI));
}

function move(by: 1 | -1): void {
  const lines = [...document.querySelectorAll<HTMLElement>(LINES)].filter((line) => line.offsetParent !== null);
  const at = lines.indexOf(document.activeElement as HTMLElement);
  lines[at < 0 ? (by > 0 ? 0 : lines.length - 1) : at + by]?.focus();
}

function showKeys(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-labelledby", "keys");
  const heading = document.createElement("h2");
  heading.id = "keys";
  heading.textContent = "Keys";
  const close = document.createElement("button");
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.append(heading, ...Object.entries(WHERES).flatMap(([where, text]) => tableOf(where, text)), onOff(), close);
  dialog.addEventListener("close", () => dialog.remove());
  // Beside what the server makes, so that no change of that takes it away.
  document.documentElement.append(dialog);
  dialog.showModal();
}

function tableOf(where: string, text: string): HTMLElement[] {
  const keys: readonly Key[] = KEYS.filter((key) => key.where === where);
  const isShown = where === "everywhere" || document.getElementById("graphs") !== null;
  if (!isShown) return [];
  const heading = document.createElement("h3");
  heading.textContent = text;
  const list = document.createElement("dl");
  for (const { key, shown, does } of keys) {
    const [row, term, meaning, cap] = ["div", "dt", "dd", "kbd"].map((tag) => document.createElement(tag));
    if (!row || !term || !meaning || !cap) continue;
    cap.textContent = shown ?? key;
    meaning.textContent = does;
    term.append(cap);
    row.append(term, meaning);
    list.append(row);
  }
  return [heading, list];
}

function onOff(): HTMLElement {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = !isOff();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
  label.append(box, " Single keys act; without them only ? does");
  return label;
}

function isOff(): boolean {
  return localStorage.getItem(OFF) !== null;
}
