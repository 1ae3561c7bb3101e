// One question to many clients at once: parallel under a bound, a dead host holds up nobody, and the answer says for
// each host what became of it, in the order in which they answered.

import { FANOUT_WAITING_BYTES_MAX } from "../core/limits.ts";

/** Clients that are being asked, by all fan-outs of this process; and the fan-outs that wait to ask one more. */
let asking = 0;
const waiting = new Set<() => void>();

/**
 * Calls `ask` for each host and yields one line a host as it finishes: its name and the answer, or the error. All fan-outs
 * together ask `atOnce`, and none goes on asking when its lines are not taken.
 */
export async function* fanOut(
  hosts: readonly string[],
  atOnce: number,
  ask: (host: string) => Promise<string>,
): AsyncGenerator<string> {
  const done: string[] = [];

  let doneChars = 0;
  let running = 0;
  let wake: (() => void) | undefined;
  const look = () => wake?.();
  const mayAsk = () => asking < atOnce && doneChars < FANOUT_WAITING_BYTES_MAX;
  const askOne = async (host: string) => {
    asking++;
    running++;
    const text = await ask(host).then(
      (answer) => line(host, answer),
      (error: Error) => line(host, `error: ${error.message}`),
    );
    asking--;
    running--;
    done.push(text);
    doneChars += text.length;
    look();
    for (const other of waiting) other();
  };
  try {
    for (let next = 0; ; ) {
      for (; next < hosts.length && mayAsk(); next++) void askOne(hosts[next] ?? "");
      const text = done.shift();
      if (text !== undefined) {
        doneChars -= text.length;
        yield text;
        continue;
      }
      if (next === hosts.length && running === 0) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (next < hosts.length) waiting.add(look);
      });
      wake = undefined;
      waiting.delete(look);
    }
  } finally {
    waiting.delete(look); // who hung up wants to ask nobody any more
  }
}

function line(host: string, answer: string): string {
  return `${host} ${answer.trim().replace(/\s*\n\s*/g, " | ")}\n`;
}
