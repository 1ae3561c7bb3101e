// This host's own daemon, as the commands of the command line find and ask it.

import { readFileSync } from "node:fs";
import type { Conf } from "../config/keys.ts";
import { runFiles, runningPid } from "../process/lock.ts";
import { ask } from "../wire/ask.ts";
import { DialError, type Target } from "../wire/dial.ts";

type Where = Pick<Conf, "rundir" | "listen" | "PORT">;

/** Where its client listens: what it wrote when it began to serve, for dmon.conf may say otherwise by now. */
export function ownClient({ rundir, listen, PORT }: Where): Target {
  try {
    const [host = "", port = ""] = readFileSync(runFiles(rundir).listen, "utf8").trim().split(" ");
    if (/^\d{1,5}$/.test(port)) return { host, port: Number(port) };
  } catch {
    // It does not run, or somebody else's may: dmon.conf is the best guess.
  }
  return { host: listen[0] ?? "127.0.0.1", port: PORT + 1 };
}

/** Calls it. Throws an Error that says how to start it when it does not run, else what the call throws. */
export async function callOwn<T>(conf: Where, call: (target: Target) => Promise<T>): Promise<T> {
  try {
    return await call(ownClient(conf));
  } catch (error) {
    if (!(error instanceof DialError) || runningPid(runFiles(conf.rundir)) !== undefined) throw error;
    throw new NotRunning(notRunning(conf), { cause: error });
  }
}

/** There is no daemon to be asked; the message says how to start it. */
export class NotRunning extends Error {
  override name = "NotRunning";
}

export function notRunning({ rundir }: Pick<Conf, "rundir">): string {
  return `dmon does not run (rundir ${rundir}); start it with: dmon start`;
}

/** What the daemon says of its pages and its config, and what it lacks. */
export interface OwnState {
  pages?: string;
  /** `none: standing alone`, or the path of its dmon.conf. */
  config?: string;
  trouble: string[];
}

export async function ownState(conf: Where): Promise<OwnState> {
  try {
    const { body } = await callOwn(conf, (target) => ask(target, "STATE"));
    const [, pages] = /^-- pages at (.*)$/m.exec(body) ?? [];
    const [, config] = /^-- config (.*)$/m.exec(body) ?? [];
    return {
      ...(pages ? { pages } : {}),
      ...(config ? { config } : {}),
      trouble: [...body.matchAll(/^-- ((?:no pages|(?:no )?history|no newer work): .*)$/gm)].map(
        ([, line = ""]) => line,
      ),
    };
  } catch (error) {
    return { trouble: [(error as Error).message] };
  }
}
