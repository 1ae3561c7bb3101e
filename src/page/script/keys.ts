// All keys of the pages: what is pressed, what it does, and where. The help of the pages and the docs are made of it.

export interface Key {
  /** As KeyboardEvent.key has it. */
  key: string;
  /** As people read it, where that is something else. */
  shown?: string;
  does: string;
  where: "everywhere" | "graph" | "graph in focus";
}

/** Wherever the focus is but in a field; in a graph, on a page with graphs. */
export const KEYS = [
  { key: "?", does: "these keys", where: "everywhere" },
  { key: "/", does: "search", where: "everywhere" },
  { key: "j", does: "the next line", where: "everywhere" },
  { key: "k", does: "the line before", where: "everywhere" },
  { key: "a", does: "Alerts", where: "everywhere" },
  { key: "h", does: "Hosts", where: "everywhere" },
  { key: "i", does: "Items", where: "everywhere" },
  { key: "e", does: "Events", where: "everywhere" },
  { key: "s", does: "System", where: "everywhere" },
  { key: "ArrowLeft", shown: "←", does: "earlier", where: "graph" },
  { key: "ArrowRight", shown: "→", does: "later", where: "graph" },
  { key: "+", does: "zoom in", where: "graph" },
  { key: "-", shown: "−", does: "zoom out", where: "graph" },
  { key: "Escape", shown: "Esc", does: "back to the range before", where: "graph" },
  // Elsewhere they move the page.
  { key: "ArrowUp", shown: "↑", does: "zoom in", where: "graph in focus" },
  { key: "ArrowDown", shown: "↓", does: "zoom out", where: "graph in focus" },
] as const satisfies readonly Key[];

type Declared = (typeof KEYS)[number];
/** What a key does with a graph. */
export type Does = Exclude<Declared, { where: "everywhere" }>["does"];
/** What one does on any page. */
export type DoesAnywhere = Extract<Declared, { where: "everywhere" }>["does"];
