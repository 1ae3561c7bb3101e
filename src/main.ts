// argv (or argv0) -> command -> exit code.

import { writeSync } from "node:fs";
import { basename } from "node:path";
import { cliCommands, ownCommands } from "./cli/index.ts";
import { main } from "./cli/main.ts";

// Invoked as mk-dmon-work it is mk-work [seed].
const invokedAs = basename(process.argv0) === "mk-dmon-work" ? ["mk-work"] : [];
// A reader that went away is no failure of ours (`| head`), whenever it shows; anything else is told, and by the exit code.
const errors: NodeJS.ErrnoException[] = [];
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => errors.push(error));
}
void main([...invokedAs, ...process.argv.slice(2)], cliCommands, ownCommands).then(async (code) => {
  await Promise.all([written(process.stdout), written(process.stderr)]);
  const failure = errors.find((error) => error.code !== "EPIPE");
  if (failure) {
    const why = failure.message.replace(/^E[A-Z]+: |, write$/g, "");
    try {
      writeSync(2, `[error] dmon: what it says could not be written: ${why}\n`); // the stream is ended
    } catch {
      // It was stderr that could not be written.
    }
    process.exit(1);
  }
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
