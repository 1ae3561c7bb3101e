import { expect, test } from "bun:test";
import { STRETCH_MS_MAX } from "../../src/core/limits.ts";
import { ask } from "../../src/wire/ask.ts";
import { defineCommand, type Peer } from "../../src/wire/command.ts";
import { switchboard } from "../../src/wire/dispatch.ts";
import { listen } from "../../src/wire/listen.ts";

const LOCAL: Peer = { address: "127.0.0.1", who: ["localhost"], hosts: [] };
/** More looks than any socket needs to be served between them; without turns it would be so many stretches of silence. */
const LOOKS_MAX = 300;

test("an answer that takes long to have its first piece lets others have their turn", async () => {
  let target = { host: "127.0.0.1", port: 0 };
  let other: Promise<unknown> | undefined;
  const seen = { looks: 0, isAnswered: false };
  function* slow(): Generator<string> {
    other ??= ask(target, "QUICK").then(() => {
      seen.isAnswered = true;
      return undefined;
    });
    for (; seen.looks < LOOKS_MAX && !seen.isAnswered; seen.looks++) {
      Bun.sleepSync(STRETCH_MS_MAX + 1);
      yield "";
    }
    yield "at last\n";
  }
  const define = (name: string, body: () => Iterable<string>) =>
    defineCommand({ name, from: ["localhost"], args: [], doc: "", handle: () => ({ body: body() }) });
  const listener = listen({
    addresses: [target.host],
    port: 0,
    identify: () => LOCAL,
    switchboard: switchboard([define("SLOW", slow), define("QUICK", () => ["here\n"])], {}),
    log: { quiet: () => undefined, debug: () => undefined },
  });
  target = { ...target, port: listener.port };
  try {
    expect((await ask(target, "SLOW")).body).toBe("at last\n");
    await other;
    expect(seen.looks).toBeLessThan(LOOKS_MAX);
  } finally {
    await listener.stop();
  }
});
