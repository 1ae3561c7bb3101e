// argv (or argv0) -> command -> exit code.

import { basename } from "node:path";
import { cliCommands } from "./cli/index.ts";
import { main } from "./cli/main.ts";

// Invoked as mk-dmon-work it is mk-work [seed].
const invokedAs = basename(process.argv0) === "mk-dmon-work" ? ["mk-work"] : [];
// A reader that went away is no failure of ours (`| head`), whenever it shows; anything else is told by the exit code.
const errors: NodeJS.ErrnoException[] = [];
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => errors.push(error));
}
void main([...invokedAs, ...process.argv.slice(2)], cliCommands).then(async (code) => {
  await Promise.all([written(process.stdout), written(process.stderr)]);
  if (errors.some((error) => error.code !== "EPIPE")) process.exit(1); // what was asked for could not be said
  process.exit(code); // a daemon that is stopped has open sockets of others: it does not wait for them
});

/** Resolves when a reader that may be slower than we are has all of it, or is gone. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (errors.length > 0) resolve();
    stream.once("error", () => resolve());
    stream.end(() => resolve());
  });
}
