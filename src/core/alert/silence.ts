// Which clients have fallen silent, judged by the server's own steady clock from when it last heard them. One that just started, or
// slept, accuses nobody before it has listened for a whole interval; one that hears nearly nobody suspects itself, for an hour at most.

/** A client is stale when it was not heard for so many of its intervals, and dead after so many. */
export const STALE_INTERVALS = 2;
export const DEAD_INTERVALS = 3;
/** Nobody looked for longer than this: the server slept. */
const LOOK_S_MAX = 60;
/** Fewer silent clients are no sign that it is the server. */
const SUSPICIOUS_LEAST = 3;
const SUSPICIOUS_SHARE = 0.5;
/** Where others are heard for so many intervals of those that are silent it is not the server. */
export const WITNESSED_INTERVALS = 6;
/** Whoever is to be sent for is to be sent for by then, whatever it is. */
const SUSPICION_S_MAX = 3600;
/** It is looked at so many times in the shortest interval of all, but not less often nor more often than this. */
const LOOKS_PER_INTERVAL = 30;
const LOOK_S_LEAST = 1;
const LOOK_S_MOST = 10;

export type Voice = "well" | "stale" | "dead";

interface Heard {
  ival_s: number;
  /** From when on its silence counts: when it was heard last, or later. */
  at_s: number;
  /** When it was heard last, or the server began to listen for it. */
  heard_s: number;
  voice: Voice;
  /** It was not heard since the server started; and it was in time before. */
  isAwaited?: true;
  isExpected?: true;
}

/** The server takes itself for the reason that most are silent. */
interface Suspicion {
  since_s: number;
  /** From when on others are heard without a break. */
  witnessed_s?: number;
}

export interface Died {
  client: string;
  /** For how long it was not heard, while the server listened. */
  silent_s: number;
  ival_s: number;
}

/** Why the server suspects itself no more: most are heard again, others are heard all the time, or it is an hour. */
export type Trust = "heard" | "witnessed" | "late";

/** What changed since the last look. */
export interface Verdict {
  /** Clients that are dead, or are heard again after they were. */
  died: Died[];
  returned: string[];
  /** The server begins to suspect itself: so many are silent, of so many. */
  suspects?: { silent: number; of: number };
  /** It suspects itself no more. */
  trusts?: Trust;
}

export class Silence {
  /** The client on the server's own host, which is heard whatever becomes of the network. */
  private readonly own: string;
  private readonly clients = new Map<string, Heard>();
  private looked_s: number;
  private suspicion: Suspicion | undefined;
  private readonly voiced: (client: string) => void;

  /** `voiced` is told of each client whose voice is another. */
  constructor(own: string, now_s: number, voiced: (client: string) => void = () => {}) {
    this.own = own;
    this.voiced = voiced;
    this.looked_s = now_s;
  }

  /** A report came, which says when the next one is due. */
  heard(client: string, ival_s: number, now_s: number): void {
    const before = this.clients.get(client)?.voice;
    const voice = before === "dead" ? "dead" : "well"; // that it is back is told by the next look
    this.clients.set(client, { ival_s, at_s: now_s, heard_s: now_s, voice });
    if (voice !== before) this.voiced(client);
  }

  /** Any other sign of life. */
  sign(client: string, now_s: number): void {
    const heard = this.clients.get(client);
    if (heard) this.heard(client, heard.ival_s, now_s);
  }

  /**
   * Clients that were known before the server started, and what they were when it stopped, or heard anybody last: each has an interval
   * to be heard. Whoever was in time counts as well meanwhile.
   */
  expect(client: string, { ival_s, before }: { ival_s: number; before: Voice }, now_s: number): void {
    const at_s = now_s - (DEAD_INTERVALS - 1) * ival_s;
    const isExpected = before === "well" ? { isExpected: true as const } : {};
    this.clients.set(client, { ival_s, at_s, heard_s: now_s, voice: before, isAwaited: true, ...isExpected });
    this.voiced(client);
  }

  /** Others are not waited for any more. */
  retain(isClient: (client: string) => boolean): void {
    for (const client of this.clients.keys()) if (!isClient(client)) this.clients.delete(client);
  }

  voice(client: string): Voice | undefined {
    return this.clients.get(client)?.voice;
  }

  /** After how many seconds `judge` is to be called again. */
  get look_s(): number {
    let shortest_s = Number.POSITIVE_INFINITY;
    for (const { ival_s } of this.clients.values()) shortest_s = Math.min(shortest_s, ival_s);
    return Math.min(LOOK_S_MOST, Math.max(LOOK_S_LEAST, shortest_s / LOOKS_PER_INTERVAL));
  }

  /** Where we look only now and then. */
  judge(now_s: number): Verdict {
    this.forgive(now_s - this.looked_s);
    this.looked_s = now_s;
    const returned = [...this.clients].filter(
      ([, heard]) => heard.voice === "dead" && age(heard, now_s) < STALE_INTERVALS,
    );
    for (const [client, heard] of returned) this.setVoice(client, heard, "well");
    const verdict: Verdict = { died: [], returned: returned.map(([client]) => client) };
    for (const [client, heard] of this.clients)
      if (heard.voice !== "dead") this.setVoice(client, heard, voiceOf(heard, now_s));
    if (this.suspicion) this.calmDown(this.suspicion, verdict, now_s);
    else if (this.dying(now_s).length > 0) this.suspect(verdict, now_s);
    for (const [client, heard] of this.accused(now_s)) {
      this.setVoice(client, heard, "dead");
      verdict.died.push({ client, silent_s: now_s - heard.heard_s, ival_s: heard.ival_s });
    }
    return verdict;
  }

  private setVoice(client: string, heard: Heard, voice: Voice): void {
    if (heard.voice === voice) return;
    heard.voice = voice;
    this.voiced(client);
  }

  /** Nobody is waited for since the server started, and it does not suspect itself. */
  get isSettled(): boolean {
    return !this.suspicion && this.alive.every(([, { isAwaited }]) => !isAwaited);
  }

  /** What the server slept counts for nobody. */
  private forgive(slept_s: number): void {
    if (slept_s <= LOOK_S_MAX) return;
    for (const heard of this.clients.values()) {
      heard.at_s += slept_s;
      heard.heard_s += slept_s;
    }
    const { suspicion } = this;
    if (!suspicion) return;
    suspicion.since_s += slept_s;
    delete suspicion.witnessed_s;
  }

  private get alive(): [string, Heard][] {
    return [...this.clients].filter(([, { voice }]) => voice !== "dead");
  }

  private dying(now_s: number): [string, Heard][] {
    return this.alive.filter(([, heard]) => age(heard, now_s) >= DEAD_INTERVALS);
  }

  /** While the server suspects itself, only those that it heard since then; and of them not most together. */
  private accused(now_s: number): [string, Heard][] {
    const dying = this.dying(now_s);
    const { suspicion } = this;
    if (!suspicion) return dying;
    const isKnown = ([, { heard_s }]: [string, Heard]) => heard_s > suspicion.since_s;
    const known = this.alive.filter(isKnown);
    const silent = known.filter(([, heard]) => isSilent(heard, now_s));
    return isSuspicious(silent.length, known.length) ? [] : dying.filter(isKnown);
  }

  // Those that fell silent together are all silent by the time that the first of them would be dead.
  private suspect(verdict: Verdict, now_s: number): void {
    const { alive } = this;
    const silent = alive.filter(([, heard]) => isSilent(heard, now_s));
    if (!isSuspicious(silent.length, alive.length)) return;
    this.suspicion = { since_s: now_s };
    verdict.suspects = { silent: silent.length, of: alive.length };
  }

  private calmDown(suspicion: Suspicion, verdict: Verdict, now_s: number): void {
    const { alive } = this;
    const silent = alive.filter(([, heard]) => isSilent(heard, now_s)).map(([, heard]) => heard);
    const isOver = silent.length <= alive.length * SUSPICIOUS_SHARE;
    const trusts = isOver ? "heard" : this.giveUp(suspicion, silent, now_s);
    if (!trusts) return;
    this.suspicion = undefined;
    verdict.trusts = trusts;
    if (!isOver) return;
    // It was the way to them: who is still silent has another interval.
    for (const heard of silent) heard.at_s = Math.max(heard.at_s, now_s - (DEAD_INTERVALS - 1) * heard.ival_s);
  }

  /** Whether those that are silent are to be taken for dead now. */
  private giveUp(suspicion: Suspicion, silent: readonly Heard[], now_s: number): Trust | undefined {
    const { since_s } = suspicion;
    const isWitness = ([client, heard]: [string, Heard]) =>
      client !== this.own && heard.heard_s > since_s && !isSilent(heard, now_s);
    if (this.alive.some(isWitness)) suspicion.witnessed_s ??= now_s;
    else delete suspicion.witnessed_s;
    const longest_s = Math.max(...silent.map(({ ival_s }) => ival_s));
    if (now_s - (suspicion.witnessed_s ?? now_s) >= WITNESSED_INTERVALS * longest_s) return "witnessed";
    return now_s - since_s >= SUSPICION_S_MAX ? "late" : undefined;
  }
}

function age({ at_s, ival_s }: Heard, now_s: number): number {
  return (now_s - at_s) / ival_s;
}

function isSilent(heard: Heard, now_s: number): boolean {
  return age(heard, now_s) >= STALE_INTERVALS;
}

/** Nothing speaks against one that is only expected until its interval is over. */
function voiceOf(heard: Heard, now_s: number): Voice {
  return age(heard, now_s) >= (heard.isExpected ? DEAD_INTERVALS : STALE_INTERVALS) ? "stale" : "well";
}

function isSuspicious(silent: number, of: number): boolean {
  return silent >= SUSPICIOUS_LEAST && silent > of * SUSPICIOUS_SHARE;
}
