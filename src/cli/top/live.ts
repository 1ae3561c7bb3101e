// dmon top on a terminal: keys and news become a state, and that a screen.

import { type Frame, frame } from "./frame.ts";
import type { Ink } from "./ink.ts";
import { press } from "./keys.ts";
import type { TopSource } from "./source.ts";
import { FIRST, type State } from "./state.ts";
import { Terminal } from "./terminal.ts";

/** Ages grow by seconds. */
const TICK_MS = 1000;
/** What comes together is shown together: 25 screens a second are as good as any. */
const GATHER_MS = 40;

/** Runs until it is quit; returns the exit code. */
export function live(source: TopSource, ink: Ink): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let state: State = FIRST;
  let last: Frame | undefined;
  let soon: Timer | undefined;

  const draw = () => {
    soon = undefined;
    try {
      last = frame(state, source.fleet(), terminal.size, ink, source.mirror.whyAway);
      state = last.state;
      terminal.show(last.lines);
    } catch (error) {
      reject(error);
    }
  };
  const drawSoon = () => {
    soon ??= setTimeout(draw, GATHER_MS);
  };
  const terminal = new Terminal({
    redraw: draw,
    end: resolve,
    fail: reject,
    key(name) {
      const outcome = press(state, name, last?.seen ?? { rows: [], height: 1 });
      if (outcome === "quit") return resolve(0);
      if (outcome === "redraw") return terminal.redraw();
      state = outcome;
      draw();
    },
  });
  const off = source.mirror.onChange(drawSoon);
  const tick = setInterval(draw, TICK_MS);
  terminal.open();
  draw();
  return promise.finally(() => {
    off();
    clearInterval(tick);
    clearTimeout(soon);
    terminal.close();
  });
}
