// dmon start: the daemon, in the background or (-i) here.

import type { Settings } from "../config/load.ts";
import type { Self } from "../process/reexec.ts";
import { type CliContext, defineCli } from "./command.ts";

/** So long we wait for a daemon that somebody else just started. */
const SERVES_MS_MAX = 5_000;
/** What STATE says of the config of a daemon that has none. */
const STANDING_ALONE = "none: standing alone";
/** From the spawn to serving, on a slow machine with a resolver that is down. */
const READY_MS_MAX = 30_000;

export default defineCli({
  name: "start",
  args: "",
  count: [0, 0],
  doc: "Start the daemon. Without a config it monitors this host and serves its own page.",
  more: "With -i it stays in the foreground, with -t it only tests config and work (-v shows them).\nA dmon that runs already is said so, and is no failure.",
  options: { detached: { doc: "the daemon in the background", hidden: true } },
  async run(context) {
    const settings = await context.settings();
    if (context.global.testConfig) return (await import("./test-config.ts")).testConfig(context, settings);
    const { runFiles, runningPid } = await import("../process/lock.ts");
    const pid = runningPid(runFiles(settings.conf.rundir));
    if (pid !== undefined) return runsAlready(context, settings, pid);
    if (context.options.detached) return run(context, settings, undefined);
    if (context.global.interactive) return run(context, settings, context.out);
    return detach(context, settings);
  },
});

/** No failure; but who changed over to a config of their own must hear that the daemon has not. */
async function runsAlready({ say, err }: CliContext, { conf, file }: Settings, pid: number): Promise<number> {
  say(`dmon runs already (pid ${pid})\n`);
  const { existsSync } = await import("node:fs");
  const { runFiles } = await import("../process/lock.ts");
  const { ownState } = await import("./own-daemon.ts");
  // Two starts at once: the other one's daemon may be about to serve.
  const deadline = Date.now() + SERVES_MS_MAX;
  while (!existsSync(runFiles(conf.rundir).secret) && Date.now() < deadline) await Bun.sleep(10);
  const { config } = await ownState(conf);
  if (config !== undefined && config !== (file ?? STANDING_ALONE)) {
    err(`[warning] dmon: it runs by another config (${config}); for ${file ?? "none"}: dmon stop; dmon start\n`);
  }
  return 0;
}

async function run(
  context: CliContext,
  settings: Settings,
  echo: ((line: string) => void) | undefined,
): Promise<number> {
  const { runDaemon } = await import("../daemon/run.ts");
  const { verbosity, test } = context.global;
  if (echo) await writeInventory(context, settings);
  return runDaemon({
    settings,
    test,
    self: self(context, settings, echo ? ["-i"] : ["--detached"]),
    ...(verbosity ? { verbosity } : {}),
    ...(echo ? { echo } : {}),
    onReady: (url) => echo?.(`${welcome(settings, url, "stop it with ^C")}\n`),
  });
}

async function detach(context: CliContext, settings: Settings): Promise<number> {
  const { existsSync } = await import("node:fs");
  const { startDetached } = await import("../process/detach.ts");
  const { runFiles, runningPid } = await import("../process/lock.ts");
  const files = runFiles(settings.conf.rundir);
  // The secret is written last: who finds it finds a daemon that serves.
  const ready = (pid: number) => runningPid(files) === pid && existsSync(files.secret);
  const started = await startDetached(
    self(context, settings, ["--detached"]),
    settings.conf.rundir,
    ready,
    READY_MS_MAX,
  );
  if (!started.ok) {
    // Two starts at once: the other one was quicker, and one daemon runs.
    const other = runningPid(files);
    if (other !== undefined) return runsAlready(context, settings, other);
    context.err(started.output.startsWith("[error]") ? `${started.output}\n` : `[error] dmon: ${started.output}\n`);
    return 1;
  }
  context.say(`dmon started (pid ${started.pid})\n`);
  await writeInventory(context, settings);
  const { ownState } = await import("./own-daemon.ts");
  const { pages, trouble } = await ownState(settings.conf);
  for (const line of trouble) context.err(`[warning] dmon: ${line}\n`);
  if (!settings.file) context.say(`${welcome(settings, pages, `stop it with: ${process.execPath} stop`)}\n`);
  else if (pages) context.say(`pages at ${pages}\n`);
  return 0;
}

/** Has it written what the host is made of, beside the daemon: that takes half a second and some programs. */
async function writeInventory({ global }: CliContext, { file, conf }: Settings): Promise<void> {
  const { mkdirSync } = await import("node:fs");
  const { dirname } = await import("node:path");
  const { paths } = await import("../daemon/paths.ts");
  const { startAside } = await import("../process/detach.ts");
  try {
    mkdirSync(dirname(paths(conf, global.test).inventory), { recursive: true });
    const flags = [...(file ? ["-c", file] : []), ...(global.test ? ["--test"] : [])];
    await startAside({ file: process.execPath, argv: [...flags, "inventory", "--save"] });
  } catch {
    // A page without it is no trouble; a vardir that cannot be written the daemon itself complains of.
  }
}

/** What makes this program run again as it was asked to, wherever it is started from. */
function self({ global }: CliContext, settings: Settings, mode: readonly string[]): Self {
  const flags: Record<string, string> = { Silent: "-s", Quiet: "-q", Verbose: "-v", Debug: "-d", Trace: "-T" };
  const verbosity = global.verbosity ? (flags[global.verbosity] ?? "") : "";
  const argv = [
    ...(verbosity ? [verbosity] : []),
    ...(settings.file ? ["-c", settings.file] : []),
    ...(global.test ? ["--test"] : []),
    "start",
    ...mode,
  ];
  return { file: process.execPath, argv };
}

function welcome({ conf, file, hostname }: Settings, url: string | undefined, stop: string): string {
  const program = Bun.which("dmon") === process.execPath ? "dmon" : process.execPath;
  return `
  dmon monitors ${hostname}${file ? "" : ", with everything that it can find out by itself"}.
${url ? `\n  Its page        ${url}` : ""}
  Its state       echo STATE | nc localhost ${conf.PORT + 1}
  Its values      ${program} probe${file ? "" : `\n  Your own config ${program} init`}
  ${stop.charAt(0).toUpperCase()}${stop.slice(1)}
`;
}
