// The graphs of a page come to life: a canvas in place of each SVG, zoomed by dragging, moved by keys; the address has what is seen.

import { clockOfData, type GraphData, type GraphPart } from "../../plot/graph-data.ts";
import { ADDRESS } from "./address.ts";
import { showAround } from "./graph-around.ts";
import { onKeys } from "./graph-keys.ts";
import { showCursor, showFigures } from "./graph-legend.ts";
import { showMarks } from "./graph-marks.ts";
import { drawPanel, layoutsOf, type Panel } from "./graph-panel.ts";
import { bounded, ivalOf, moved, type Span, zoomed } from "./graph-range.ts";
import { onPinch } from "./graph-touch.ts";
import type { Does } from "./keys.ts";

const LIVE_MS = 60_000;
/** So often a history is asked for that could not be had: it is what somebody waits for. */
const AWAY_MS = 15_000;
/** By what is measured how long graphs take. */
const DRAWN = "graphs drawn";

/** Begins where there are graphs. */
export function bringGraphs(): void {
  const found = document.querySelector<HTMLElement>("#graphs[data-graphs]");
  if (found) new Graphs(found).begin();
}

class Graphs {
  private readonly root: HTMLElement;
  private data: GraphData;
  private panels: (Panel | undefined)[] = [];
  private loading: AbortController | undefined;
  private loaded_ms = performance.now();
  private readonly began_ms = performance.now();
  private isDrawn = false;

  constructor(root: HTMLElement) {
    this.root = root;
    this.data = JSON.parse(root.dataset.graphs ?? "") as GraphData;
    delete root.dataset.graphs;
  }

  begin(): void {
    this.root.tabIndex = 0;
    this.draw();
    const redraw = () => this.draw();
    const places = new ResizeObserver(() => this.fit());
    for (const place of this.root.querySelectorAll(".place")) places.observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    addEventListener("beforeprint", () => this.draw(true));
    addEventListener("afterprint", redraw);
    addEventListener("popstate", () => this.follow());
    addEventListener("click", (event) => this.clicked(event));
    onKeys(this.root, (does) => this.act(does));
    onPinch(this.root, {
      timeAt: (place, x) => this.timeAt(place, x),
      select: (span) => this.go(span),
    });
    setInterval(() => this.refresh(), AWAY_MS);
    document.addEventListener("visibilitychange", () => this.refresh());
  }

  private get figures(): { figure: HTMLElement; place: HTMLElement; part: GraphPart; at: number }[] {
    return this.data.graphs.flatMap((part, at) => {
      const figure = this.root.querySelector<HTMLElement>(`[data-graph="${at}"]`);
      const place = figure?.querySelector<HTMLElement>(".place");
      return figure && place ? [{ figure, place, part, at }] : [];
    });
  }

  private hasPlace(at: number): boolean {
    return this.root.querySelector(`[data-graph="${at}"] .place`) !== null;
  }

  private draw(isPrint = false): void {
    const { data, figures } = this;
    for (const { place } of figures) place.classList.add("plot", "drawn");
    const layouts = layoutsOf(data, figures);
    for (const [i, { figure, place, part, at }] of figures.entries()) {
      const layout = layouts[i];
      const old = this.panels[at];
      const { left = -10, top = -10 } = old?.plot.cursor ?? {};
      const kept = [...place.childNodes];
      if (!layout) continue;
      const events = {
        point: (time_s: number | undefined) => showCursor(figure, this.data, part, time_s),
        select: (span: Span) => this.go(span),
        back: () => this.back(),
      };
      try {
        const panel = drawPanel(place, part, layout, events, isPrint);
        old?.plot.destroy();
        for (const node of kept) node.remove();
        this.panels[at] = panel;
        showMarks(place, part, layout, clockOfData(data));
        figure.setAttribute("aria-label", part.title);
        panel.plot.root.setAttribute("role", "img");
        panel.plot.root.setAttribute("aria-label", part.title);
        if (left >= 0) panel.plot.setCursor({ left, top });
      } catch (error) {
        // The picture of the server is as good.
        if (!old) place.classList.remove("plot", "drawn");
        console.error(error);
      }
    }
    performance.clearMarks(DRAWN);
    performance.mark(DRAWN);
    this.isDrawn = true;
  }

  /** Draws anew what has another size than its canvas. */
  private fit(): void {
    if (!this.isDrawn) return;
    const misfit = this.figures.some(({ place, at }) => {
      const plot = this.panels[at]?.plot;
      return plot && (plot.width !== Math.round(place.clientWidth) || plot.height !== Math.round(place.clientHeight));
    });
    if (misfit) this.draw();
  }

  private act(does: Does): void {
    const seen = { from_s: this.data.from_s, to_s: this.data.to_s };
    if (does === "earlier") this.go(moved(seen, -1));
    else if (does === "later") this.go(moved(seen, 1));
    else if (does === "zoom in") this.go(zoomed(seen, "in", this.data.isLive ? 1 : 0.5));
    else if (does === "zoom out") this.go(zoomed(seen, "out", this.data.isLive ? 1 : 0.5));
    else this.back();
  }

  /** Shows a range: at once what is known of it, then what there is. */
  private go(wished: Span): void {
    const now_s = this.now_s();
    const span = bounded(wished, now_s);
    const ival = ivalOf(span, now_s);
    const url = new URL(location.href);
    if ((url.searchParams.get("ival") ?? this.data.range) === ival) return;
    url.searchParams.set("ival", ival);
    this.data = { ...this.data, ...span, isLive: false };
    this.draw();
    this.leadTo(url, depth() + 1);
  }

  /** A link to another range leads there without a new page. */
  private clicked(event: MouseEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const { target } = event;
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>(".ranges a") : null;
    if (!link || link.pathname !== location.pathname) return;
    event.preventDefault();
    this.leadTo(new URL(link.href), depth() + 1);
  }

  private leadTo(url: URL, steps: number): void {
    history.pushState({ depth: steps }, "", url);
    this.follow();
  }

  /** The address is another one now. */
  private follow(): void {
    document.dispatchEvent(new Event(ADDRESS));
    void this.load();
  }

  private back(): void {
    if (depth() > 0) {
      history.back();
      return;
    }
    const url = new URL(location.href);
    if (!url.searchParams.has("ival") || url.searchParams.get("ival") === "day") return;
    url.searchParams.set("ival", "day");
    this.leadTo(url, 1);
  }

  /** The server's clock. */
  private now_s(): number {
    return this.data.now_s + (performance.now() - Math.max(this.loaded_ms, this.began_ms)) / 1000;
  }

  private timeAt(place: Element, x: number): number | undefined {
    const panel = this.panels[this.figures.find((each) => each.place === place)?.at ?? -1];
    return panel?.plot.posToVal(x - panel.plot.rect.left, "x");
  }

  private refresh(): void {
    const isSelecting = this.panels.some((panel) => (panel?.plot.select.width ?? 0) > 0);
    const isMissing = this.data.graphs.some((_, at) => !this.hasPlace(at));
    const due = !isSelecting && performance.now() - this.loaded_ms >= (isMissing ? AWAY_MS : LIVE_MS);
    if (due && (isMissing || this.data.isLive) && document.visibilityState === "visible") void this.load();
  }

  /** Asks for what the address says. */
  private async load(): Promise<void> {
    this.loading?.abort();
    const own = new AbortController();
    this.loading = own;
    this.loaded_ms = performance.now();
    this.root.setAttribute("aria-busy", "true");
    try {
      const subject = (this.root.dataset.subject ?? "").split("/").map(encodeURIComponent).join("/");
      const answer = await fetch(`graph-data/${subject}${location.search}`, { signal: own.signal });
      const got = (await answer.json()) as GraphData | { error: string };
      if (own.signal.aborted) return;
      if ("error" in got) throw new Error(got.error);
      this.take(got);
    } catch (error) {
      if (!own.signal.aborted) this.say(`This could not be asked for: ${(error as Error).message}`);
    } finally {
      if (this.loading === own) this.root.removeAttribute("aria-busy");
    }
  }

  private take(got: GraphData): void {
    const trouble = got.graphs.flatMap(({ lines }) => lines.flatMap(({ trouble: why }) => why ?? []))[0];
    // What is on the screen is more than nothing.
    const isNothing = got.graphs.every(({ lines }) => lines.every((line) => line.trouble !== undefined));
    this.say(trouble ?? "");
    showAround(this.root, got);
    if (isNothing) return;
    // A part that had no history has no place for a graph yet: the server makes it.
    const isHad = got.graphs.some(
      ({ lines }, at) => !this.hasPlace(at) && lines.some((line) => line.trouble === undefined),
    );
    if (isHad) {
      location.reload();
      return;
    }
    this.data = got;
    this.loaded_ms = performance.now();
    this.draw();
    for (const { figure, part } of this.figures) showFigures(figure, got, part);
  }

  /** Says what went wrong, below the graphs; an empty text takes it back. */
  private say(text: string): void {
    let line = this.root.querySelector<HTMLElement>(".graph-trouble");
    if (!line && text === "") return;
    if (!line) {
      line = Object.assign(document.createElement("p"), { className: "graph-trouble" });
      line.setAttribute("role", "status");
      this.root.append(line);
    }
    line.textContent = text;
  }
}

/** How many ranges were gone to on this page. */
function depth(): number {
  return (history.state as { depth?: number } | null)?.depth ?? 0;
}
