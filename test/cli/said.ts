// What a command of the command line writes, while a test runs it in this process.

import { afterEach, beforeEach, spyOn } from "bun:test";
import { cliCommands } from "../../src/cli/index.ts";
import { main } from "../../src/cli/main.ts";

export interface Said {
  out: string;
  err: string;
}

/** Runs commands in each test of a file, and keeps what they say. `rewrite` takes out what differs from run to run. */
export function capture(rewrite: (text: string) => string = (text) => text) {
  const said: Said = { out: "", err: "" };
  let spies: { mockRestore(): void }[] = [];
  const into = (name: keyof Said) => (text: unknown) => {
    said[name] += rewrite(String(text));
    return true;
  };
  const forget = () => Object.assign(said, { out: "", err: "" });
  beforeEach(() => {
    forget();
    spies = [
      spyOn(process.stdout, "write").mockImplementation(into("out")),
      spyOn(process.stderr, "write").mockImplementation(into("err")),
    ];
  });
  afterEach(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return { said, forget, run: (argv: readonly string[]) => main([...argv], cliCommands) };
}
