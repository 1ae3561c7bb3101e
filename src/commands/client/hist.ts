// HIST: rows of history, grouped as the original's table or as wished [seed].

import { didYouMean } from "../../core/diagnostic.ts";
import { parseRange, RANGE_FORM } from "../../core/range.ts";
import { type Answer, Refusal } from "../../wire/command.ts";
import { defineClientCommand } from "./declare.ts";
import type { ClientDesk } from "./desk.ts";

/** Asks for min, max and count beside the average; no item's name can begin with a plus. */
export const MINMAX = "+minmax";
/** Rows that are made between two looks at the socket. */
const ROWS_PER_CHUNK = 200;

export default defineClientCommand({
  name: "HIST",
  from: ["localhost", "server"],
  relayed: true,
  args: [
    { name: "ival", optional: true },
    { name: "pnts", optional: true },
    { name: "host", optional: true },
    { name: "item", optional: true, many: true },
  ],
  doc: `History as JSON rows, averaged over groups. ival: ${RANGE_FORM}. pnts: about so many rows, 0 for the usual number. ${MINMAX} among the items adds min, max and the number of readings.`,
  handle(desk, args) {
    const [ival = "day", points = "0", host = desk.hostname, ...words] = args;
    if (!/^\d{1,7}$/.test(points)) throw new Refusal(noNumber(desk, args));
    const range = parseRange(ival, Number(points) || undefined, desk.now_s());
    if ("error" in range) throw new Refusal(range.error);
    if (!desk.hosts().includes(host))
      throw new Refusal(`${desk.hostname} does not monitor ${host}; it monitors ${desk.hosts().join(", ")}`);
    const known = desk.items(host);
    const minMax = words.includes(MINMAX);
    const asked = words.filter((word) => word !== MINMAX);
    const unknown = asked.find((item) => !known.includes(item));
    if (unknown !== undefined) {
      throw new Refusal(`${host} has no item "${unknown}"; ${didYouMean(unknown, known) ?? "STATE lists all"}`);
    }
    const items = asked.length > 0 ? [...new Set(asked)].sort() : known;
    return histAnswer(desk, { host, items, ...range }, minMax);
  },
});

/** What is wrong with `pnts`. Who left it out is told what the line would be with it. */
function noNumber(desk: ClientDesk, [ival = "", points = "", ...words]: readonly string[]): string {
  const wrong = `pnts "${points}" is no number of rows up to 9999999`;
  const hosts = desk.hosts();
  const host = [points, ...words].find((word) => hosts.includes(word)) ?? desk.hostname;
  const items = [points, ...words].filter((word) => word !== host);
  const known = new Set([MINMAX, ...desk.items(host)]);
  if (!items.every((item) => known.has(item))) return wrong;
  return `${wrong}; write ${["HIST", ival, "0", host, ...items].join(" ")}`;
}

type Query = Parameters<ClientDesk["history"]>[0];

function histAnswer(desk: ClientDesk, query: Query, minMax: boolean): Answer {
  const count = Math.round((query.to_s - query.from_s) / query.bucket_s);
  const cols = query.items.flatMap((item) => (minMax ? [item, `${item}:min`, `${item}:max`, `${item}:count`] : [item]));
  return {
    body: rows(
      desk,
      query,
      minMax,
      `{"resp":"ok rows ${count}","data":{"cols":${JSON.stringify(["TIME", ...cols])},"rows":[`,
    ),
  };
}

function* rows(desk: ClientDesk, query: Query, minMax: boolean, head: string): Generator<string> {
  const width = query.items.length * (minMax ? 4 : 1);
  const gap = ",null".repeat(width);
  let chunk = head;
  let next_s = query.from_s;
  let made = 0;
  const row = (time_s: number, cells: string) => {
    chunk += `${made === 0 ? "" : ","}[${time_s}${cells}]`;
    made++;
  };
  function* gaps(until_s: number): Generator<string> {
    for (; next_s < until_s; next_s += query.bucket_s) {
      row(next_s, gap);
      if (made % ROWS_PER_CHUNK === 0) yield* flush();
    }
  }
  function* flush(): Generator<string> {
    yield chunk;
    chunk = "";
  }
  for (const { time_s, buckets } of desk.history(query)) {
    yield* gaps(time_s);
    const cells = buckets.map((b) => {
      if (!b) return minMax ? ",null,null,null,null" : ",null";
      return minMax ? `,${show(b.avg)},${show(b.min)},${show(b.max)},${b.count}` : `,${show(b.avg)}`;
    });
    row(time_s, cells.join(""));
    next_s = time_s + query.bucket_s;
    if (made % ROWS_PER_CHUNK === 0) yield* flush();
  }
  yield* gaps(query.to_s);
  yield `${chunk}]}}\n`;
}

// Nine digits tell a byte in a gigabyte; the rest is noise of the averaging and three times the bytes.
function show(value: number): string {
  return String(Number(value.toPrecision(9)));
}
