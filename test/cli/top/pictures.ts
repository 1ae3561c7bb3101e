// The screens of dmon top as text: a fleet with all kinds of trouble, at the sizes and in the characters that terminals have.

import { render } from "../../../src/cli/screen.ts";
import { frame } from "../../../src/cli/top/frame.ts";
import type { Ink } from "../../../src/cli/top/ink.ts";
import { onceLines } from "../../../src/cli/top/once.ts";
import { FIRST, type State } from "../../../src/cli/top/state.ts";
import { judge } from "../../../src/page/fleet.ts";
import { allFine, seenTo, troubled } from "../../page/fixture.ts";

const INKS = { "UTF-8": { ascii: false, colours: 0 }, ASCII: { ascii: true, colours: 0 } } satisfies Record<
  string,
  Ink
>;
const SIZES = [
  { width: 80, height: 24 },
  { width: 120, height: 40 },
];
const STALE_S = 130;

/** Without what only a terminal obeys: what is bold, what is inverse. */
export function bare(line: string): string {
  return line.replace(/\x1b\[[\d;]*[mG]/g, "").trimEnd();
}

export function pictures(): string {
  const [fleet, seen, fine] = [judge(troubled()), judge(seenTo()), judge(allFine())];
  const now = troubled();
  const away = judge({ ...now, now_s: now.now_s + STALE_S, stale_since_s: now.now_s });
  const screens: [name: string, state: State, of: typeof fleet, why?: string][] = [
    ["alerts", FIRST, fleet],
    ["alerts that somebody sees to", FIRST, seen],
    ["all is fine", FIRST, fine],
    ["the server is away", FIRST, away, "127.0.0.1:22007: connection refused"],
    ["hosts by level", { ...FIRST, view: "hosts", order: "level" }, fleet],
    ["events", { ...FIRST, view: "events" }, fleet],
    ["a host", { ...FIRST, host: "mars.example.org" }, fleet],
    ["a search", { ...FIRST, view: "hosts", filter: "web", before: "" }, fleet],
    ["help", { ...FIRST, help: true }, fleet],
  ];
  const once = [80, Number.POSITIVE_INFINITY].map(
    (width) =>
      `== once, ${width} wide\n${render(onceLines(fleet, { width }), { width, height: 24, ascii: false, colour: false })}`,
  );
  const shown = screens.flatMap(([name, state, of, why]) =>
    SIZES.flatMap((size) =>
      Object.entries(INKS).map(([letters, ink]) => {
        const { lines } = frame(state, of, size, ink, why);
        return `== ${name}, ${size.width} x ${size.height}, ${letters}\n${lines.map(bare).join("\n")}\n`;
      }),
    ),
  );
  return [...shown, ...once].join("");
}
