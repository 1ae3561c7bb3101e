// A printer that speaks SNMP: supplies and pages by Printer-MIB (RFC 3805), what is wrong with it by HOST-RESOURCES-MIB (RFC 2790).

import { slug } from "../src/core/names.ts";
import { defineFinder, type Found } from "../src/core/probe.ts";
import { counterOf, type Failed, isFailed, ProbeError, type Reading, readingOf } from "../src/core/reading.ts";
import { agentOf, type SnmpRows } from "../src/reach/snmp.ts";
import { bytesOf, numberOf, type SnmpValue, textOf } from "../src/reach/snmp-value.ts";

/** All agents may be off, and only some are asked at a time; and printers sleep. */
const TIMEOUT_S = 50;

const PRT = "1.3.6.1.2.1.43";
/** prtMarkerSuppliesTable */
const SUPPLIES = `${PRT}.11.1.1`;
/** Colorant, type, description, unit, capacity, level */
const SUPPLY_COLUMNS = [3, 5, 6, 7, 8, 9].map((column) => `${SUPPLIES}.${column}`);
/** prtMarkerColorantValue, by colorant */
const COLORS = `${PRT}.12.1.1.4`;
/** prtMarkerCounterUnit and prtMarkerLifeCount, by marker */
const COUNTED = `${PRT}.10.2.1.3`;
const PAGES = `${PRT}.10.2.1.4`;
/** Impressions and sheets; others count lines, hours or feet. */
const PAGE_UNITS = new Set([7, 8]);
/** hrPrinterStatus and hrPrinterDetectedErrorState, by device */
const STATUS = "1.3.6.1.2.1.25.3.5.1.1";
const ERRORS = "1.3.6.1.2.1.25.3.5.1.2";

export default defineFinder({
  name: "printer",
  doc: "A printer that speaks SNMP: its supplies, its pages, and what is wrong with it.",
  values: {
    supplies: {
      item: "printer_supplies",
      unit: "%",
      kind: "gauge",
      fit: "soso <10% until >15%  sick <=1% until >5%",
      doc: "What is left of the supply of which the least is left, and its name. A full box for waste has nothing left.",
    },
    errors: {
      item: "printer_errors",
      unit: "",
      kind: "state",
      fit: "soso >=1 for 10m  sick >=2 for 30m",
      doc: "What is wrong with it: 0 nothing, 1 a warning, 2 it cannot print. People who fill in paper or open a door need some minutes.",
    },
    pages: { item: "printer_pages", unit: "pages", kind: "gauge", doc: "Pages printed in its life." },
    page_rate: { item: "printer_page_rate", unit: "pages/min", kind: "rate", doc: "Pages printed by the minute." },
    status: {
      item: "printer_status",
      unit: "",
      kind: "state",
      doc: "What it does: 3 idle, 4 printing, 5 warming up, 1 something else. Without a default fitness: none of it is a fault.",
    },
  },
  finds: "each supply, by type and colour: printer_supplies.toner_black",
  example: "get prn1 printer_supplies printer_errors printer_pages",
  needs: "SNMP access to the printer: snmp= in its host statement.",
  nodata: "A supply of which the printer knows only that some is left has no data.",
  timeout_s: TIMEOUT_S,
  remote: "snmp",
  find: async (_, { target }) => {
    const agent = agentOf(target);
    const supplies = await agent.walk(SUPPLY_COLUMNS);
    const states = await agent.walk([STATUS, ERRORS]);
    if (supplies.size === 0 && states.size === 0)
      throw new ProbeError(
        "it answers, but is no printer that dmon knows: it has neither Printer-MIB nor a printer's state",
      );
    const [epoch, more] = await Promise.all([agent.epoch(), agent.walk([COLORS, COUNTED, PAGES])]);
    const found = evaluateSupplies(supplies, colorsOf(more));
    return { readings: { supplies: lowest(found), ...pagesOf(more, epoch), ...statesOf(states) }, found };
  },
});

function colorsOf(rows: SnmpRows): Map<string, string> {
  return new Map([...rows].flatMap(([index, [color]]) => (color ? [[index, textOf(color).toLowerCase()]] : [])));
}

/** prtMarkerSuppliesType in words that names are made of; others go by their description. */
const TYPES: Readonly<Record<number, string>> = {
  3: "toner",
  4: "waste_toner",
  5: "ink",
  6: "ink",
  7: "ribbon",
  8: "waste_ink",
  9: "drum",
  10: "developer",
  11: "fuser_oil",
  12: "wax",
  14: "waste_wax",
  15: "fuser",
  18: "cleaner",
  20: "transfer",
  21: "toner",
  24: "waste_water",
  26: "waste_paper",
  32: "staples",
};
const COLOR_WORD =
  /\b(black|cyan|magenta|yellow|photo black|light cyan|light magenta|red|blue|green|gr[ae]y|white|clear)\b/i;
/** prtMarkerSuppliesSupplyUnit: percent */
const PERCENT = 19;

/**
 * Each supply with what is left of it in %. -1 and -2 (RFC 3805) are no data, and so is -3, that some is left. Names come from
 * type and colour, not from the description: many have the cartridge's number in that.
 */
export function evaluateSupplies(rows: SnmpRows, colors: ReadonlyMap<string, string>): Found[] {
  return [...rows].map(([index, [colorant, type, description, unit, max, level]]) => {
    const text = description ? textOf(description) : "";
    const device = index.split(".").slice(0, 2).join(".");
    const color = colors.get(`${device}.${plain(colorant) ?? 0}`) ?? COLOR_WORD.exec(text)?.[1];
    const kind = TYPES[plain(type) ?? 0];
    const isColored = color !== undefined && !/^(none|unknown|other|)$/.test(color) && !kind?.startsWith("waste");
    const key = kind ? [kind, ...(isColored ? [color] : [])].join("_") : text || `supply${index}`;
    const left = readingOf(() =>
      share(
        numberOf(level, "its level", `${SUPPLIES}.9${index}`),
        numberOf(max, "its capacity", `${SUPPLIES}.8${index}`),
        plain(unit) === PERCENT,
      ),
    );
    const outcome = isFailed(left) ? { reading: null, error: left.error } : { reading: left };
    return { key: slug(key.toLowerCase()), ...outcome, unit: "%", kind: "gauge", ...(text ? { label: text } : {}) };
  });
}

/** The number of what only helps to say what a supply is. */
function plain(value: SnmpValue | undefined): number | undefined {
  return value && "number" in value ? value.number : undefined;
}

function share(left = -2, whole = -2, isPercent = false): Reading {
  if (left < 0) return null;
  if (whole > 0) return Math.min(100, (left / whole) * 100);
  // Without a capacity nothing can be said but that it is empty, or of percents.
  return isPercent && left <= 100 ? left : left === 0 ? 0 : null;
}

/** The least of what is known; where nothing is, why. */
export function lowest(found: readonly Found[]): Reading | Failed {
  let least: { value: number; text: string } | null = null;
  for (const { key, reading, label } of found) {
    if (typeof reading !== "number" || (least && reading >= least.value)) continue;
    least = { value: reading, text: label ?? key };
  }
  const error = found.find((each) => each.error !== undefined)?.error;
  return least ?? (error === undefined ? null : { error });
}

function pagesOf(rows: SnmpRows, epoch: number): Record<"pages" | "page_rate", Reading | Failed> {
  const pages = readingOf(() => {
    const counts = [...rows].flatMap(([index, [, unit, count]]) =>
      PAGE_UNITS.has(plain(unit) ?? 7) ? (numberOf(count, "the count of pages", PAGES + index) ?? []) : [],
    );
    const known = counts.filter((count) => count >= 0);
    return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
  });
  return { pages, page_rate: typeof pages === "number" ? counterOf(pages * 60, epoch) : pages };
}

/** hrPrinterDetectedErrorState: bit 0 is the first byte's highest. With 2 it cannot print. */
const FAULTS: readonly (readonly [text: string, severity: 1 | 2])[] = [
  ["paper is low", 1],
  ["no paper", 2],
  ["toner is low", 1],
  ["no toner", 2],
  ["door open", 2],
  ["paper jam", 2],
  ["offline", 2],
  ["wants service", 1],
  ["input tray missing", 2],
  ["output tray missing", 2],
  ["supply missing", 2],
  ["output is nearly full", 1],
  ["output is full", 2],
  ["a tray is empty", 1],
  ["maintenance is overdue", 1],
];
const STATUS_TEXTS = ["", "something else", "unknown", "idle", "printing", "warming up"];

/** Of several devices (a printer with a fax) the worst. */
export function statesOf(rows: SnmpRows): Record<"errors" | "status", Reading | Failed> {
  const errors = readingOf(() => {
    const all = [...rows].flatMap(([index, [, bits]]) => {
      const bytes = bytesOf(bits, "what is wrong with it", ERRORS + index);
      return bytes ? [FAULTS.filter((_, bit) => ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)] : [];
    });
    const judged = all.map((on) => ({
      value: Math.max(0, ...on.map(([, severity]) => severity)),
      text: on.map(([text]) => text).join(", "),
    }));
    return judged.toSorted((a, b) => b.value - a.value)[0] ?? null;
  });
  const status = readingOf(() => {
    for (const [index, [doing]] of rows) {
      const value = numberOf(doing, "the printer's status", STATUS + index);
      if (value !== undefined) return { value, text: STATUS_TEXTS[value] ?? "" };
    }
    return null;
  });
  return { errors, status };
}
