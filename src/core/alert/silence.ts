// Which clients have fallen silent, judged by the server's own steady clock from when it last heard them. One that just started, or
// slept, accuses nobody before it has listened for a whole interval; one that hears nearly nobody suspects itself.

/** A client is stale when it was not heard for so many of its intervals, and dead after so many. */
export const STALE_INTERVALS = 2;
export const DEAD_INTERVALS = 3;
/** Nobody looked for longer than this: the server slept. */
const LOOK_S_MAX = 60;
/** Fewer silent clients are no sign that it is the server. */
const SUSPICIOUS_LEAST = 3;
const SUSPICIOUS_SHARE = 0.5;

export type Voice = "well" | "stale" | "dead";

interface Heard {
  ival_s: number;
  at_s: number;
  voice: Voice;
}

/** What changed since the last look. */
export interface Verdict {
  /** Clients that are dead, or are heard again after they were. */
  died: string[];
  returned: string[];
  /** The server begins to suspect itself: so many are silent, of so many. */
  suspects?: { silent: number; of: number };
  /** It suspects itself no more. */
  trusts?: true;
}

export class Silence {
  private readonly clients = new Map<string, Heard>();
  private looked_s: number;
  private isSuspicious = false;

  constructor(now_s: number) {
    this.looked_s = now_s;
  }

  /** A report came, which says when the next one is due. */
  heard(client: string, ival_s: number, now_s: number): void {
    const voice = this.clients.get(client)?.voice === "dead" ? "dead" : "well"; // that it is back is told by the next look
    this.clients.set(client, { ival_s, at_s: now_s, voice });
  }

  /** Any other sign of life. */
  sign(client: string, now_s: number): void {
    const heard = this.clients.get(client);
    if (heard) heard.at_s = now_s;
  }

  /** Clients that were known before the server started, and whether they were dead then: each has an interval to be heard. */
  expect(client: string, ival_s: number, isDead: boolean, now_s: number): void {
    const at_s = now_s - (DEAD_INTERVALS - 1) * ival_s;
    this.clients.set(client, { ival_s, at_s, voice: isDead ? "dead" : "well" });
  }

  /** Others are not waited for any more. */
  retain(isClient: (client: string) => boolean): void {
    for (const client of this.clients.keys()) if (!isClient(client)) this.clients.delete(client);
  }

  voice(client: string): Voice | undefined {
    return this.clients.get(client)?.voice;
  }

  get suspicious(): boolean {
    return this.isSuspicious;
  }

  /** Where we look only now and then: `judge` again after a few seconds. */
  judge(now_s: number): Verdict {
    const slept_s = now_s - this.looked_s;
    this.looked_s = now_s;
    if (slept_s > LOOK_S_MAX) for (const heard of this.clients.values()) heard.at_s += slept_s;
    const returned = [...this.clients].filter(
      ([, heard]) => heard.voice === "dead" && age(heard, now_s) < STALE_INTERVALS,
    );
    for (const [, heard] of returned) heard.voice = "well";
    const verdict: Verdict = { died: [], returned: returned.map(([client]) => client) };
    for (const heard of this.clients.values())
      if (heard.voice !== "dead") heard.voice = age(heard, now_s) >= STALE_INTERVALS ? "stale" : "well";
    const dying = [...this.clients].filter(
      ([, heard]) => heard.voice === "stale" && age(heard, now_s) >= DEAD_INTERVALS,
    );
    if (this.isSuspicious) this.calmDown(verdict, now_s);
    else if (dying.length > 0) this.suspect(verdict);
    if (this.isSuspicious) return verdict;
    for (const [client, heard] of dying) {
      if (age(heard, now_s) < DEAD_INTERVALS) continue; // it has got another interval
      heard.voice = "dead";
      verdict.died.push(client);
    }
    return verdict;
  }

  // Those that fell silent together are all stale by the time that the first of them would be dead.
  private suspect(verdict: Verdict): void {
    const alive = [...this.clients.values()].filter(({ voice }) => voice !== "dead");
    const silent = alive.filter(({ voice }) => voice === "stale");
    if (silent.length < SUSPICIOUS_LEAST || silent.length <= alive.length * SUSPICIOUS_SHARE) return;
    this.isSuspicious = true;
    verdict.suspects = { silent: silent.length, of: alive.length };
  }

  private calmDown(verdict: Verdict, now_s: number): void {
    const alive = [...this.clients.values()].filter(({ voice }) => voice !== "dead");
    const silent = alive.filter(({ voice }) => voice === "stale");
    if (silent.length > alive.length * SUSPICIOUS_SHARE) return;
    this.isSuspicious = false;
    verdict.trusts = true;
    // It was the way to them: who is still silent has another interval.
    for (const heard of silent) heard.at_s = Math.max(heard.at_s, now_s - (DEAD_INTERVALS - 1) * heard.ival_s);
  }
}

function age({ at_s, ival_s }: Heard, now_s: number): number {
  return (now_s - at_s) / ival_s;
}
