// One page as browsers watch it: made once for all of them when something of it changed, and sent as what changed.

import { deltaOf } from "../../core/delta.ts";
import type { Change } from "../model.ts";
import { type Frame, frame } from "./frames.ts";
import type { Turns } from "./turns.ts";

/** A page in lines, and the name of the server's state of which it was made. */
export interface Text {
  lines: readonly string[];
  version: string;
  seq: string;
}

/** Makes a page; undefined when there is no such page any more. */
export type Make = () => { text: string; seq: string } | undefined;

/** Waits for all that a page needs. `changed`: what changed; undefined, anything may have. */
export type Draw = (changed: Change | undefined) => Promise<Make>;

export interface Watcher {
  send(frame: Uint8Array): void;
}

/** How long ago something was is written by browsers themselves; else each page would change each second. */
const AGE = /(<time class="age"[^>]*>)[^<]*/g;
/** What a graph is drawn from is asked for by its script. */
const GRAPHS = / data-graphs="[^"]*"/g;
/** For whom somebody waits. */
const AT_ONCE: Pick<Turns, "load" | "make"> = { load: (work) => work(), make: (work) => Promise.resolve().then(work) };

export class Channel {
  readonly watchers = new Set<Watcher>();
  /** The size of the page. */
  chars = 0;
  /** How long the last drawing took, with all that it waited for. */
  took_ms = 0;
  /** Why the last drawing failed. */
  fault: string | undefined;
  private readonly draw: Draw;
  private text: Text | undefined;
  private drawing: Promise<Text | undefined> | undefined;
  /** What changed since the last drawing began. */
  private due: { changed: Change | undefined } | undefined;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  /** The page as it is now; undefined when there is none. Who asks while it is drawn gets that. */
  async now(): Promise<Text | undefined> {
    return this.text ?? (await (this.drawing ?? this.begin(undefined, AT_ONCE)));
  }

  /** Something changed, which the next drawing shows. */
  note(changed: Change): void {
    this.due = { changed: this.due ? both(this.due.changed, changed) : changed };
  }

  /** Whether something changed and nobody sees to it. */
  get isDue(): boolean {
    return this.due !== undefined && this.drawing === undefined;
  }

  /** Makes it anew when it has its turn, and tells all who watch what changed. When that fails, it is due again. */
  async refresh(turns: Turns): Promise<void> {
    if (this.due && !this.drawing) await this.begin(this.due.changed, turns);
  }

  private begin(changed: Change | undefined, turns: Pick<Turns, "load" | "make">): Promise<Text | undefined> {
    const began_ms = performance.now();
    this.due = undefined;
    this.drawing = this.make(changed, turns).finally(() => {
      this.drawing = undefined;
      this.took_ms = performance.now() - began_ms;
    });
    return this.drawing;
  }

  private async make(changed: Change | undefined, turns: Pick<Turns, "load" | "make">): Promise<Text | undefined> {
    try {
      const make = await turns.load(() => this.draw(changed));
      const text = await turns.make(() =>
        turns === AT_ONCE || this.watchers.size > 0 ? this.take(make()) : undefined,
      );
      this.fault = undefined;
      return text;
    } catch (error) {
      // What it should have shown is not lost.
      this.due = { changed: undefined };
      throw error;
    }
  }

  private take(drawn: ReturnType<Make>): Text | undefined {
    const before = this.text;
    if (!drawn) {
      this.text = undefined;
      this.tell(frame("gone", {}));
      return undefined;
    }
    const { seq } = drawn;
    const text = drawn.text.replace(AGE, "$1").replace(GRAPHS, "");
    const version = Bun.hash(text).toString(36);
    this.chars = text.length;
    this.text = { lines: text.split("\n"), version, seq };
    if (before && before.version !== version) {
      const delta = deltaOf(before.lines, this.text.lines);
      this.tell(frame("change", { from: before.version, to: version, seq, delta }));
    }
    return this.text;
  }

  private tell(message: Frame): void {
    for (const watcher of this.watchers) watcher.send(message);
  }
}

function both(one: Change | undefined, other: Change): Change | undefined {
  return one && { hosts: one.hosts.union(other.hosts), more: one.more || other.more };
}
