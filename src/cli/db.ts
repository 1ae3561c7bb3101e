// dmon db: looks after the databases: checks, copies and exports them while the daemon runs, and saves what can be saved.

import { existsSync } from "node:fs";
import type { Tier } from "../core/consolidation.ts";
import { didYouMean } from "../core/diagnostic.ts";
import { MOMENT_FORM } from "../core/moment.ts";
import { indented } from "../core/text.ts";
import { paths } from "../daemon/paths.ts";
import { type CliContext, defineCli, UsageError } from "./command.ts";

export interface DbContext extends Pick<CliContext, "options" | "args" | "out" | "say" | "err"> {
  /** data.lite and server.lite. */
  files: { client: string; server: string };
  tiers: readonly Tier[];
  rundir: string;
}

interface Sub {
  /** The least and the largest number of words behind it, and what they are. */
  count: readonly [number, number];
  args: string;
  options: readonly string[];
  load(): Promise<{ run: (context: DbContext) => number | Promise<number> }>;
}

const SUBS: Readonly<Record<string, Sub>> = {
  check: { count: [0, 1], args: "[FILE]", options: ["json"], load: () => import("./db-check.ts") },
  backup: { count: [1, 1], args: "FILE", options: ["server", "force"], load: () => import("./db-backup.ts") },
  export: {
    count: [0, Number.POSITIVE_INFINITY],
    args: "[ITEM…]",
    options: ["host", "from", "to", "tier", "changes", "csv", "json"],
    load: () => import("./db-export.ts"),
  },
  rescue: { count: [0, 0], args: "", options: ["server", "force"], load: () => import("./db-rescue.ts") },
};

export default defineCli({
  name: "db",
  args: "check|backup|export|rescue …",
  count: [1, Number.POSITIVE_INFINITY],
  doc: "Look after the history: check, copy and export the database while dmon runs.",
  more: `dmon db check [FILE]
  Says what there is in the client's database, and in the server's where there is one, or in
  a FILE, such as a backup; and whether all of it is right. It writes nothing and holds up
  nobody. Exit code: 0 all is right, 1 it is not.

dmon db backup FILE
  Copies the client's database, or the server's, as it is at one moment, and checks the copy.
  To go back to it:
    dmon stop
    rm -f /var/dmon/data.lite-wal
    cp FILE /var/dmon/data.lite
    dmon start

dmon db export [ITEM…]
  Writes the rows of the history as CSV: host, item, seconds of the row, its time (UTC), average,
  least, greatest, number of readings. Of each time the finest rows that there are, so each
  reading counts once. ITEM may have * and ? in it, and !ITEM leaves one out.
${indented(`TIME: ${MOMENT_FORM}.`, "  ")}

dmon db rescue
  While dmon does not run: moves a database aside that check finds damaged, and begins a new
  one with what can be read of it. So does dmon itself with damage that it meets. One with which
  nothing is wrong stays as it is.

Examples:
  dmon db check
  dmon db backup /backup/mars.lite --force
  dmon db export 'cpu_*' --from -2h > cpu.csv
  dmon db export --tier 1h --json | jq .avg
  dmon db export --changes --from yesterday`,
  options: {
    json: { doc: "check: the report as JSON; export: a JSON object a line" },
    server: { doc: "backup, rescue: the server's database" },
    force: { doc: "backup: replace FILE if it is there; rescue: also one with which nothing is wrong" },
    host: { value: "HOST", doc: "export: of these hosts alone; * and ? may be in it" },
    from: { value: "TIME", doc: "export: since when" },
    to: { value: "TIME", doc: "export: until when" },
    tier: { value: "SIZE", doc: "export: rows of this size alone, such as 1m, or of all" },
    changes: { doc: "export: changes of level and of the text beside the value" },
    csv: { doc: "export: CSV, which is the default" },
  },
  async run({ args, options, global, settings, out, say, err }) {
    const [name = "", ...words] = args;
    const sub = Object.hasOwn(SUBS, name) ? SUBS[name] : undefined;
    if (!sub) {
      const names = Object.keys(SUBS);
      throw new UsageError(`dmon db has no "${name}"; ${didYouMean(name, names) ?? `it has ${names.join(", ")}`}`);
    }
    refuseOthers(name, sub, words, options);
    const { conf } = await settings();
    const { data, server } = paths(conf, global.test);
    const { run } = await sub.load();
    return run({
      args: words,
      options,
      out,
      say,
      err,
      files: { client: data, server },
      tiers: conf.history,
      rundir: conf.rundir,
    });
  },
});

/** Throws where a database is not there, for a reason that the command may not think of. */
export function mustBeThere(file: string): void {
  if (existsSync(file)) return;
  throw new Error(`${file}: no such file; dmon has not run here yet, or it has another vardir: -c FILE`);
}

function refuseOthers(name: string, sub: Sub, words: readonly string[], options: CliContext["options"]): void {
  const usage = `dmon db ${name} ${sub.args}`.trimEnd();
  const [least, most] = sub.count;
  if (words.length < least) throw new UsageError(`too few words; usage: ${usage}`);
  if (words.length > most) throw new UsageError(`"${words[most]}" is too much; usage: ${usage}`);
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || sub.options.includes(option)) continue;
    const others = Object.keys(SUBS).filter((other) => SUBS[other]?.options.includes(option));
    throw new UsageError(`--${option} goes with dmon db ${others.join(" or ")}, not with ${name}`);
  }
}
