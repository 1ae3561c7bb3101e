// One graph on a canvas, by uPlot: curves, bands, cursor and selection are its, all else is painted as the SVG has it.

import uPlot from "uplot";
import { clockOfData, type GraphData, type GraphPart, seriesOf } from "../../plot/graph-data.ts";
import { type Layout, layoutOf, marginsOf } from "../../plot/layout.ts";
import { strokeOf } from "../../plot/line-styles.ts";
import { type Colours, coloursOf } from "./graph-colours.ts";
import { columnsOf } from "./graph-columns.ts";
import { paintOver, paintUnder } from "./graph-paint.ts";
import type { Span } from "./graph-range.ts";

/** Of more lines the bands would cover one another. */
const BANDS_MAX = 3;
/** A hand is not still: less is a click. */
const DRAG_PX = 8;

/** What is further from the cursor has no point at it. */
const NEAR_PX = 16;

export interface PanelEvents {
  /** The cursor is at a time, or nowhere. */
  point(time_s: number | undefined): void;
  select(span: Span): void;
  back(): void;
}

export interface Panel {
  layout: Layout;
  plot: uPlot;
}

/** Where everything of some graphs stands, in places of one width. */
export function layoutsOf(data: GraphData, shown: readonly { place: HTMLElement; part: GraphPart }[]): Layout[] {
  const wanted = shown.map(({ place, part }) => {
    const lines = part.lines.map((line) => ({
      name: line.name,
      series: seriesOf(data, line),
      stretches: line.stretches,
    }));
    const { unit, kind, thresholds } = part;
    const [width, height] = [Math.round(place.clientWidth), Math.round(place.clientHeight)];
    return { lines, options: { width, height, unit, kind, thresholds, clock: clockOfData(data) } };
  });
  const layouts = wanted.map(({ lines, options }) => layoutOf(lines, options));
  const [first] = wanted;
  if (!first || layouts.length === 1) return layouts;
  const margins = marginsOf(layouts, first.options.width);
  return wanted.map(({ lines, options }) => layoutOf(lines, { ...options, margins }));
}

/** Draws into a place; throws where that cannot be. */
export function drawPanel(
  place: HTMLElement,
  part: GraphPart,
  layout: Layout,
  events: PanelEvents,
  isPrint = false,
): Panel {
  const width = Math.round(place.clientWidth);
  const height = Math.round(place.clientHeight);
  const colours = coloursOf(place, isPrint);
  const { frame } = layout;
  const painted = (paint: typeof paintUnder) => (plot: uPlot) => {
    plot.ctx.save();
    plot.ctx.scale(uPlot.pxRatio, uPlot.pxRatio);
    paint(plot.ctx, layout, colours);
    plot.ctx.restore();
  };
  const { series, bands, columns } = curvesOf(part, layout, colours);
  const plot = new uPlot(
    {
      width,
      height,
      padding: [frame.top, width - frame.right, height - frame.bottom, frame.left],
      pxAlign: 0,
      axes: [{ show: false }, { show: false }],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [layout.from_s, layout.to_s] },
        y: { range: () => [layout.axis.low, layout.axis.high] },
      },
      series,
      bands,
      cursor: {
        y: false,
        hover: { prox: NEAR_PX },
        points: { size: 7, width: 2 },
        drag: { x: true, y: false, setScale: false, dist: DRAG_PX },
        // What is selected is nobody else's; where the cursor is, all graphs show.
        sync: {
          key: "dmon",
          setSeries: false,
          filters: { pub: (type) => type === "mousemove" || type === "mouseleave", sub: () => true },
        },
        bind: { dblclick: () => backward(events) },
      },
      hooks: {
        drawClear: [painted(paintUnder)],
        draw: [painted(paintOver)],
        setCursor: [
          (own) => {
            const { left = -1 } = own.cursor;
            events.point(left < 0 ? undefined : own.posToVal(left, "x"));
          },
        ],
        setSelect: [
          (own) => {
            const { left, width: wide } = own.select;
            if (wide < DRAG_PX) return;
            own.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            events.select({ from_s: own.posToVal(left, "x"), to_s: own.posToVal(left + wide, "x") });
          },
        ],
      },
    },
    columns,
    place,
  );
  return { layout, plot };
}

/** The lines, the first one on top of all; each with its band where there are few. */
function curvesOf(part: GraphPart, layout: Layout, colours: Colours) {
  const { times, lines } = columnsOf(layout.runs, part.kind);
  const paths = part.kind === "state" ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.();
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const columns: (number | null | undefined)[][] = [times];
  const hidden = { paths, points: { show: false }, width: 0, stroke: "transparent" } as uPlot.Series;
  for (const [i, { avg, min, max, alone }] of [...lines.entries()].toReversed()) {
    const { hue, dash } = strokeOf(i);
    const colour = colours.line(hue);
    if (lines.length <= BANDS_MAX) {
      bands.push({ series: [series.length, series.length + 1], fill: faint(colour) });
      series.push({ ...hidden, ...NO_CURSOR }, { ...hidden, ...NO_CURSOR });
      columns.push(max, min);
    }
    series.push({
      stroke: colour,
      width: 1.75,
      dash: [...dash],
      ...(paths ? { paths } : {}),
      points: { show: alone.length > 0, size: 4, fill: colour, width: 0, filter: () => alone },
    });
    columns.push(avg);
  }
  return { series, bands, columns: columns as uPlot.AlignedData };
}

/** Only lines have a point at the cursor. */
const NO_CURSOR: Partial<uPlot.Series> = { class: "no-point" };

function faint(colour: string): string {
  return `color-mix(in srgb, ${colour} 18%, transparent)`;
}

function backward(events: PanelEvents): () => null {
  return () => {
    events.back();
    return null;
  };
}
