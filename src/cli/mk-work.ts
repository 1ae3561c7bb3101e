// dmon mk-work: from the work-config to each host's work-file [seed].

import { existsSync } from "node:fs";
import { readText } from "../config/load.ts";
import { formatAll } from "../core/diagnostic.ts";
import { writeFileAtomic } from "../process/files.ts";
import { catalogue } from "../work/catalogue.ts";
import { makeWorks } from "../work/compile.ts";
import { includedFiles } from "../work/include.ts";
import { diffLines, installChanges, planChanges, type WorkChange } from "../work/install.ts";
import { type CliContext, defineCli, UsageError } from "./command.ts";
import { label } from "./main.ts";

/** Where a work-config is looked for [seed]. */
const WORK_FILES = ["work.conf", "/etc/dmon/work"] as const;

export default defineCli({
  name: "mk-work",
  args: "",
  count: [0, 0],
  doc: "Make each host's work-file from the work-config. Without -f it only shows what would change, host by host.",
  more: "An error in the work-config changes nothing. With -v unchanged hosts are shown too; -q shows only errors.\nInvoked as mk-dmon-work, dmon is mk-work. `dmon -h work` lists the statements.",
  options: {
    force: { short: "f", doc: "make the work-files" },
    list: { short: "l", doc: "list item names; -v with kind, unit and probe; -d as JSON" },
    work: { short: "w", value: "WORK", doc: `the work-config; default the first of ${WORK_FILES.join(", ")}` },
  },
  async run(context) {
    const { options, global, out, say, err } = context;
    if (options.list) return listItems(context);
    const { conf, server, file: confFile } = await context.settings();
    if (!confFile) throw new UsageError("there is no dmon.conf; `dmon init` makes one");
    const file = typeof options.work === "string" ? options.work : WORK_FILES.find((each) => existsSync(each));
    if (file === undefined) throw new UsageError(`there is no work-config (${WORK_FILES.join(", ")}); -w names one`);
    const works = makeWorks(file, readText(file), server, includedFiles(readText));
    const quiet = global.verbosity === "Quiet" || global.verbosity === "Silent";
    if (works.warnings.length > 0 && !quiet) err(`${formatAll(works.warnings, label)}\n`);
    const changes = planChanges(works, conf.vardir);
    for (const change of changes) say(show(change));
    if (global.verbosity === "Verbose") {
      const changed = new Set(changes.map(({ host }) => host));
      for (const host of works.clients.keys()) if (!changed.has(host)) out(`= ${host}: unchanged\n`);
    }
    if (options.force) installChanges(changes, conf.vardir, (path, text) => writeFileAtomic(path, text, 0o600));
    say(`${summary(works.clients.size, changes.length, Boolean(options.force))}\n`);
    return 0;
  },
});

function show(change: WorkChange): string {
  const what = change.before === undefined ? "new" : change.after === undefined ? "removed" : "changed";
  const lines = what === "changed" ? diffLines(change).map((line) => `  ${line}\n`) : [];
  return `${change.kind} ${change.host}: ${what}\n${lines.join("")}`;
}

function summary(hosts: number, changes: number, done: boolean): string {
  const clients = `${hosts} client${hosts === 1 ? "" : "s"}`;
  const files = `${changes} work-file${changes === 1 ? "" : "s"}`;
  if (changes === 0) return `${clients}; nothing changes`;
  if (!done) return `${clients}; ${files} would change (-f makes them)`;
  return `${clients}; ${files} made; running dmons take them up at their next check (ival_check_work), or with: dmon reload`;
}

function listItems({ global, out }: CliContext): number {
  if (global.verbosity === "Debug") {
    out(
      `${JSON.stringify(
        catalogue.map(({ name, probe, value, declared }) => ({
          name,
          probe: probe.name,
          value,
          args: probe.args ?? [],
          ...declared,
        })),
        null,
        2,
      )}\n`,
    );
    return 0;
  }
  const verbose = global.verbosity === "Verbose";
  for (const { name, probe, value, declared } of catalogue) {
    const args = (probe.args ?? []).map((arg) => arg.toUpperCase()).join(" ");
    const cells = [
      name.padEnd(20),
      declared.kind.padEnd(6),
      (declared.unit || "-").padEnd(10),
      `${probe.name}.${value} ${args}`.trim(),
    ];
    out(verbose ? `${cells.join(" ")}\n` : `${name}\n`);
  }
  return 0;
}
