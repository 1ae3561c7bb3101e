// The text of a work-file taken apart by its lines, without reading the JSON in them: of ten thousand hosts nearly all lines are
// what they were.

import { formatWork } from "./works.ts";

export interface FileLines {
  /** The JSON of each key but `hosts`. */
  keys: Map<string, string>;
  hosts: Map<string, HostLines>;
}

export interface HostLines {
  keys: Map<string, string>;
  /** All items, a line each, as they stand in a client's file; itemLines takes them apart. */
  items?: string;
}

const ITEMS_BEGIN = '    "items": {';
const ITEMS_END = "\n    }\n";

/** Undefined for a text that is no work-file. One that somebody laid out in another way is read too. */
export function readFileLines(text: string): FileLines | undefined {
  return orNothing(() => takeApart(text)) ?? orNothing(() => takeApart(formatWork(JSON.parse(text))));
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // it is JSON in another layout, or none
  }
}

/** The JSON of each item. */
export function itemLines(block: string): Map<string, string> {
  const items = new Map<string, string>();
  for (const line of block === "" ? [] : block.split(",\n")) {
    const name = line.indexOf('"') + 1;
    const end = line.indexOf('": ', name);
    items.set(line.slice(name, end), line.slice(end + 3));
  }
  return items;
}

function takeApart(text: string): FileLines | undefined {
  const file: FileLines = { keys: new Map(), hosts: new Map() };
  let host: HostLines | undefined;
  if (!text.startsWith("{\n")) return undefined;
  for (let at = 2; at < text.length; ) {
    const end = text.indexOf("\n", at);
    if (end < 0) return undefined;
    const line = text.slice(at, end);
    at = end + 1;
    if (line === ITEMS_BEGIN) {
      const close = text.indexOf(ITEMS_END, end);
      if (!host || close < 0) return undefined;
      host.items = text.slice(at, Math.max(at, close));
      at = close + ITEMS_END.length;
      continue;
    }
    if (line === '"hosts": {' || /^ *\},?$/.test(line)) continue;
    const entry = /^( *)"([^"]+)": (.*?),?$/.exec(line);
    if (!entry) return undefined;
    const [, indent = "", key = "", value = ""] = entry;
    if (indent === "") file.keys.set(key, value);
    else if (indent === "  ") {
      host = { keys: value === "{" ? new Map() : keysOf(value) };
      file.hosts.set(key, host);
    } else host?.keys.set(key, value);
  }
  return file;
}

function keysOf(json: string): Map<string, string> {
  return new Map(Object.entries(JSON.parse(json) as object).map(([key, value]) => [key, JSON.stringify(value)]));
}
