// statfs(2) on network file systems, which may take for ever: a worker asks, so that nothing but the worker waits.
// node:fs/promises would not do: its threads are as few as the cpus, and with two dead mounts DNS would stand still as well.

import type { StatsFs } from "node:fs";
import { Worker } from "node:worker_threads";
import { ProbeError } from "../core/reading.ts";

/** Who has not answered for so long may be dead: the questions behind it go to a worker of their own. */
const PATIENCE_MS = 250;
/** Workers that wait for the dead; each holds a thread and 3 MB until its server is back. */
export const STUCK_MAX = 16;

/** The name of an errno (`ESTALE`) where the system call failed. */
export type Answer = StatsFs | { code: string };

/** Puts one question at a time; rejects only when it is itself broken. A test has one that never answers. */
export interface Asker {
  ask(path: string): Promise<Answer>;
  end(): void;
}

/**
 * Makes an asynchronous statfs. Questions are put in turn, mostly by one worker. A path whose question is open is not
 * asked for again: that and too many open questions are a ProbeError; a failed call is an Error with an errno's name
 * as `code`. The worker keeps no process alive: the caller's deadline does.
 */
export function remoteStatfs(
  now_s: () => number,
  start: () => Asker = startWorker,
  patience_ms = PATIENCE_MS,
): (path: string) => Promise<StatsFs> {
  const open = new Map<string, number>();
  let asker: Asker | undefined;
  let stuck = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function put(path: string): { answer: Promise<Answer>; patience: Promise<void> } {
    if (stuck >= STUCK_MAX) throw new ProbeError(`${path} is not asked: ${stuck} other mounts have not answered`);
    const mine = asker ?? start();
    asker = mine;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      asker = undefined; // it stays behind with its question
      stuck++;
      patience.resolve();
    }, patience_ms);
    const settle = (sound: boolean) => {
      clearTimeout(timer);
      patience.resolve();
      if (asker !== mine) stuck--;
      else if (sound) return;
      else asker = undefined;
      mine.end();
    };
    const answer = mine.ask(path);
    void answer.then(
      () => settle(true),
      () => settle(false),
    );
    return { answer, patience: patience.promise };
  }

  return (path) => {
    const since = open.get(path);
    if (since !== undefined) {
      const time = new Date(since * 1000).toISOString().replace(/\.\d+Z$/, "Z");
      return Promise.reject(new ProbeError(`${path} has not answered since ${time}: is its server there?`));
    }
    open.set(path, now_s());
    const question = turn.then(() => put(path));
    turn = question.then(
      ({ patience }) => patience,
      () => {},
    );
    return question
      .then(({ answer }) => answer)
      .then((answer) => {
        if ("code" in answer) throw Object.assign(new Error(`statfs ${path}: ${answer.code}`), answer);
        return answer;
      })
      .finally(() => open.delete(path));
  };
}

// A text, because a compiled binary finds no second file.
const WORKER = `
  const { statfsSync } = require("node:fs");
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", (path) => {
    try { parentPort.postMessage({ ...statfsSync(path) }); }
    catch (error) { parentPort.postMessage({ code: error.code ?? String(error) }); }
  });`;

function startWorker(): Asker {
  const worker = new Worker(WORKER, { eval: true });
  worker.unref();
  return {
    ask: (path) =>
      new Promise((resolve, reject) => {
        worker.removeAllListeners();
        worker.once("error", reject);
        worker.once("message", resolve);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows; this is a thread
        worker.postMessage(path);
      }),
    end: () => void worker.terminate(),
  };
}
