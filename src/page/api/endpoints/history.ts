// /history: the past of items, from the hosts that keep it.

import { API_HOSTS_AT_ONCE, API_POINTS_MAX, API_SERIES_MAX } from "../../../core/limits.ts";
import type { Series } from "../../../plot/series.ts";
import type { Fleet, HostStatus, Row } from "../../fleet.ts";
import { historyOf } from "../../history.ts";
import { noItem, type Range } from "../../lookup.ts";
import { type PageSource, SourceUnavailable } from "../../model.ts";
import { BadRequest } from "../../view.ts";
import { defineEndpoint } from "../endpoint.ts";
import { hostNames, itemNames, type Matches } from "../names.ts";
import { range, wholeNumber } from "../query.ts";
import { namesOf } from "../rows.ts";
import { list, type Made, named, object, seconds, text } from "../schema.ts";
import { historyRow, host, now_s, tag } from "../shapes.ts";

const coarser = object({
  from_s: seconds("Where the part begins."),
  to_s: seconds("Where it ends."),
  bucket_s: seconds("How long its rows are."),
});
const series = named(
  "Series",
  "The history of one item.",
  object(
    {
      host,
      tag,
      item: text("The item."),
      unit: text("The unit of all values."),
      rows: list(historyRow, "The rows, oldest first; empty when there is an `error`."),
    },
    {
      bucket_s: seconds("How long a row is."),
      coarser: list(coarser, "Parts, long ago, of which only longer rows are kept."),
      error: text("Why its host could not be asked; what it measured is not lost."),
    },
  ),
);

export default defineEndpoint({
  path: "/history",
  summary: "The past of items",
  doc: `Least, average and greatest readings of up to ${API_SERIES_MAX} items over a stretch of time. Each host keeps its own history; one that cannot be asked has an \`error\` in place of rows, and when that is so of all, the answer is 503.`,
  query: {
    host: hostNames("The hosts. Needed."),
    item: itemNames("The items. Needed."),
    ival: range("Which time. Times without a zone are local to the server of the pages."),
    points: wholeNumber("About how many rows; the nearest length is taken that people can read off an axis.", {
      min: 1,
      max: API_POINTS_MAX,
      otherwise: 300,
    }),
  },
  example: "/history?host=TAG&item=cpu_load&ival=week",
  answer: object({
    now_s,
    from_s: seconds("Where the asked time begins."),
    to_s: seconds("Where it ends."),
    series: list(series, "Each item of each host."),
  }),
  async make({ fleet, overview, query: asked }, query, source) {
    const rows = chosen(query.host, query.item, fleet);
    const points = asked.get("points") ? query.points : Math.min(query.ival.points, API_POINTS_MAX);
    const found = await seriesOf(rows, query.ival, points, source);
    const failed = found.find((each) => each instanceof SourceUnavailable);
    if (failed && found.every((each) => each instanceof SourceUnavailable)) throw failed;
    const to_s = query.ival.to_s ?? overview.now_s;
    return {
      now_s: overview.now_s,
      from_s: to_s - query.ival.span_s,
      to_s,
      series: rows.map((row, i) => shown(row, found[i])),
    };
  },
});

/** Each item of each host that is named; a name without `*` must be one. */
function chosen(hosts: Matches, items: Matches, fleet: Fleet): Row[] {
  if (hosts.isAll || items.isAll) {
    const missing = hosts.isAll ? "host" : "item";
    throw new BadRequest(
      `${missing} is missing; for example history?host=${fleet.hosts[0]?.view.tag ?? "mars"}&item=cpu_load.`,
    );
  }
  const of = fleet.hosts.filter(({ view }) => hosts(view.tag, view.host));
  const all = of.flatMap(({ rows }) => rows);
  for (const name of items.plain) if (!all.some(({ item }) => item === name)) throw noItem(name, { hosts: of });
  const rows = all.filter(({ item }) => items(item));
  if (rows.length <= API_SERIES_MAX) return rows;
  throw new BadRequest(
    `These are ${rows.length} items; at most ${API_SERIES_MAX} are answered at once. Ask several times.`,
  );
}

/** Of each host at once what is asked of it, of a few hosts at a time. */
async function seriesOf(
  rows: readonly Row[],
  ival: Range,
  points: number,
  source: PageSource,
): Promise<(Series | SourceUnavailable)[]> {
  const hosts = [...Map.groupBy(rows, (row) => row.host)];
  const found = new Map<HostStatus, Awaited<ReturnType<typeof historyOf>>>();
  for (let i = 0; i < hosts.length; i += API_HOSTS_AT_ONCE) {
    const ask = async ([of, own]: (typeof hosts)[number]) => {
      const items = own.map(({ item }) => item);
      found.set(of, await historyOf(of, items, ival, points, source));
    };
    await Promise.all(hosts.slice(i, i + API_HOSTS_AT_ONCE).map(ask));
  }
  return rows.map(({ host: of, item }) => {
    const past = found.get(of);
    if (past instanceof SourceUnavailable) return past;
    return past?.get(item) ?? new SourceUnavailable(`${of.view.tag} keeps no history of ${item}`);
  });
}

function shown(row: Row, found: Series | SourceUnavailable | undefined): Made<typeof series> {
  const subject = { ...namesOf(row.host), item: row.item, unit: row.state.unit };
  if (!found || found instanceof SourceUnavailable) return { ...subject, rows: [], error: found?.message ?? "" };
  return {
    ...subject,
    bucket_s: found.bucket_s,
    coarser: found.coarser?.map(({ from, to, bucket }) => ({ from_s: from, to_s: to, bucket_s: bucket })),
    rows: found.rows.map(({ time_s, min, avg, max, count }) => ({
      time_s,
      min,
      avg,
      max,
      count: avg === null ? 0 : (count ?? 1),
    })),
  };
}
