// One page as browsers watch it: made once for all of them when something of it changed, and sent as what changed.

import { deltaOf } from "../../core/delta.ts";
import type { Change } from "../model.ts";
import { type Frame, frame } from "./frames.ts";

/** A page in lines, and the number of the server's state of which it was made. */
export interface Text {
  lines: readonly string[];
  version: string;
  seq: string;
}

/** Makes the page anew. `only`: what changed; undefined, anything may have. Undefined when there is no such page any more. */
export type Draw = (changed: Change | undefined) => Promise<{ text: string; seq: string } | undefined>;

export interface Watcher {
  send(frame: Uint8Array): void;
}

/** How long ago something was is written by browsers themselves; else each page would change each second. */
const AGE = /(<time class="age"[^>]*>)[^<]*/g;
/** What a graph is drawn from is asked for by its script. */
const GRAPHS = / data-graphs="[^"]*"/g;

export class Channel {
  readonly watchers = new Set<Watcher>();
  private readonly draw: Draw;
  private text: Text | undefined;
  /** The drawing that goes on, and what changed since it began. */
  private drawing: Promise<Text | undefined> | undefined;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  /** The page as it is now; undefined when there is none. */
  async now(): Promise<Text | undefined> {
    return this.text ?? (await this.refresh(undefined));
  }

  /** Makes it anew, and tells all who watch what changed. One at a time: who asks meanwhile gets the next. */
  async refresh(changed: Change | undefined): Promise<Text | undefined> {
    const before = this.drawing;
    const drawing = (async () => {
      await before?.catch(() => undefined);
      return await this.make(changed);
    })();
    this.drawing = drawing;
    return await drawing;
  }

  private async make(changed: Change | undefined): Promise<Text | undefined> {
    const drawn = await this.draw(changed);
    if (!drawn) {
      this.tell(frame("gone", {}));
      return undefined;
    }
    const text = drawn.text.replace(AGE, "$1").replace(GRAPHS, "");
    const version = Bun.hash(text).toString(36);
    const before = this.text;
    this.text = { lines: text.split("\n"), version, seq: drawn.seq };
    if (before && before.version !== version) {
      const delta = deltaOf(before.lines, this.text.lines);
      this.tell(frame("change", { from: before.version, to: version, seq: drawn.seq, delta }));
    }
    return this.text;
  }

  private tell(message: Frame): void {
    for (const watcher of this.watchers) watcher.send(message);
  }
}
