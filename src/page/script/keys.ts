// All keys of the pages: what is pressed, what it does, and where. The help of the pages and the docs are made of it.

export interface Key {
  /** As KeyboardEvent.key has it. */
  key: string;
  /** As people read it, where that is something else. */
  shown?: string;
  does: string;
  where: "graph" | "graph in focus";
}

/** On a page with graphs, wherever the focus is but in a field. */
export const KEYS = [
  { key: "ArrowLeft", shown: "←", does: "earlier", where: "graph" },
  { key: "ArrowRight", shown: "→", does: "later", where: "graph" },
  { key: "+", does: "zoom in", where: "graph" },
  { key: "-", shown: "−", does: "zoom out", where: "graph" },
  { key: "Escape", shown: "Esc", does: "back to the range before", where: "graph" },
  // Elsewhere they move the page.
  { key: "ArrowUp", shown: "↑", does: "zoom in", where: "graph in focus" },
  { key: "ArrowDown", shown: "↓", does: "zoom out", where: "graph in focus" },
] as const satisfies readonly Key[];

export type Does = (typeof KEYS)[number]["does"];
