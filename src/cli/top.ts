// dmon top: what is not fine, and all hosts, in a terminal, as it changes.

import { defineCli } from "./command.ts";
import { paperOf } from "./rows.ts";
import { render } from "./screen.ts";

/** As systemctl has it for what is not well. */
const NOT_FINE = 3;

export default defineCli({
  name: "top",
  args: "",
  count: [0, 0],
  doc: "Show what is not fine, all hosts and the last events in the terminal, live. In a pipe, or with --once, what is not fine as text, once.",
  more: `It works on any host of the work, for it asks the server through this host's daemon; a change appears within two seconds of
reaching the server. \`?\` shows its keys: j and k move, Enter opens a host, Esc goes back, 1 2 3 are alerts, hosts and events, / looks for names,
q quits.

Colours and signs are those that TERM, COLORTERM, NO_COLOR and the locale allow; each level has a sign of its own.

Printed once, a line is HOST LEVEL ITEM VALUE SINCE REASON. Exit codes: 0 nothing is wrong that nobody sees to, ${NOT_FINE} something is; 1 the server
cannot be asked. On a terminal, quitting is 0.

Examples:
  dmon top
  dmon top --once
  dmon top | grep root_
  watch -n 10 dmon top`,
  options: { once: { doc: "print what is not fine and be done, also on a terminal" } },
  notOptions: {
    json: "write dmon send HOST CLIENTS, or ask the pages",
    n: "changes are shown when they come; nothing is to be set",
    b: "write --once",
    batch: "write --once",
  },
  async run({ options, settings, out }) {
    const { TopSource } = await import("./top/source.ts");
    const source = new TopSource(await settings());
    try {
      await source.start();
      if (!options.once && isInteractive()) return await interactive(source);
      const { isOpen, onceLines } = await import("./top/once.ts");
      const fleet = source.fleet();
      const paper = paperOf(process.stdout, process.env);
      out(render(onceLines(fleet, paper), paper));
      return isOpen(fleet) ? NOT_FINE : 0;
    } finally {
      source.stop();
    }
  },
});

/** A terminal for keys and for lines, which knows how to go to one. */
function isInteractive(): boolean {
  const { TERM } = process.env;
  return process.stdin.isTTY && process.stdout.isTTY && TERM !== undefined && TERM !== "" && TERM !== "dumb";
}

async function interactive(source: import("./top/source.ts").TopSource): Promise<number> {
  const { live } = await import("./top/live.ts");
  const { coloursOf, isPlain } = await import("./top/ink.ts");
  const { screenOf } = await import("./screen.ts");
  const { ascii } = screenOf(process.stdout, process.env);
  return live(source, { ascii: isPlain(ascii, process.env), colours: coloursOf(process.env) });
}
