// The keys of graphs, as keys.ts declares them.

import { type Does, KEYS } from "./keys.ts";
import { isPlain } from "./plain-key.ts";

/** Calls with what a key does, unless it is meant for somebody else: a field, a dialog, the browser. */
export function onKeys(root: HTMLElement, act: (does: Does) => void): void {
  addEventListener("keydown", (event) => {
    if (!isPlain(event) || !root.isConnected) return;
    const { target } = event;
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]")) return;
    const inFocus = root.contains(document.activeElement);
    const pressed = event.key === "=" ? "+" : event.key; // the same key without Shift
    const found = KEYS.find(
      ({ key, where }) => key === pressed && (where === "graph" || (where === "graph in focus" && inFocus)),
    );
    if (!found || found.where === "everywhere") return;
    event.preventDefault();
    // A held key goes on as fast as there is something to see, and does not leave all ranges behind it at once.
    if (event.repeat && (found.key === "Escape" || root.ariaBusy)) return;
    act(found.does);
  });
}
