// What stands around the graphs follows the range that is seen: links, the form, downloads.

import type { GraphData } from "../../plot/graph-data.ts";
import { bounded, ivalOf, moved } from "./graph-range.ts";

export function showAround(root: HTMLElement, data: GraphData): void {
  root.setAttribute("aria-label", `Graph of ${data.isLive ? "the last " : ""}${data.label}`);
  const main = root.closest("main") ?? document.body;
  for (const link of main.querySelectorAll<HTMLAnchorElement>(".legend a, .downloads a"))
    link.href = withIval(link, data.range);
  for (const field of main.querySelectorAll<HTMLInputElement>("form.add input[name=ival]")) field.value = data.range;
  const nav = main.querySelector<HTMLElement>(".ranges");
  if (nav) showRanges(nav, data);
}

function showRanges(nav: HTMLElement, data: GraphData): void {
  nav.querySelector(".own")?.remove();
  const links = [...nav.querySelectorAll<HTMLAnchorElement>("a:not(.step)")];
  let shown: HTMLAnchorElement | undefined;
  for (const link of links) {
    link.removeAttribute("aria-current");
    if (new URL(link.href).searchParams.get("ival") === data.range) shown = link;
  }
  if (!shown) {
    shown = document.createElement("a");
    shown.className = "own";
    shown.href = location.href;
    shown.textContent = data.label;
    links.at(-1)?.after(shown);
  }
  shown.setAttribute("aria-current", "page");
  const [earlier, later] = nav.querySelectorAll<HTMLElement>(".step");
  const seen = { from_s: data.from_s, to_s: data.to_s };
  step(earlier, ivalOf(bounded(moved(seen, -1), data.now_s), data.now_s), "earlier");
  step(later, data.isLive ? undefined : ivalOf(bounded(moved(seen, 1), data.now_s), data.now_s), "later");
}

/** A link, or its sign alone where it would lead nowhere. */
function step(old: HTMLElement | undefined, ival: string | undefined, name: string): void {
  if (!old) return;
  const made = document.createElement(ival === undefined ? "span" : "a");
  made.className = "step";
  made.textContent = old.textContent;
  if (made instanceof HTMLAnchorElement && ival !== undefined) {
    made.href = location.href;
    made.href = withIval(made, ival);
    made.title = name;
    made.setAttribute("aria-label", name);
  } else made.setAttribute("aria-hidden", "true");
  old.replaceWith(made);
}

function withIval(link: HTMLAnchorElement, ival: string): string {
  const url = new URL(link.href);
  url.searchParams.set("ival", ival);
  return url.href;
}
