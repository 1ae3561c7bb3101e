// argv (or argv0) -> command -> exit code.

import { basename } from "node:path";
import { cliCommands } from "./cli/index.ts";
import { main } from "./cli/main.ts";

// Invoked as mk-dmon-work it is mk-work [seed].
const invokedAs = basename(process.argv0) === "mk-dmon-work" ? ["mk-work"] : [];
void main([...invokedAs, ...process.argv.slice(2)], cliCommands).then(async (code) => {
  await Promise.all([written(process.stdout), written(process.stderr)]).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return; // `| head` has read enough
    process.exit(1); // what was asked for could not be said
  });
  process.exit(code); // a daemon that is stopped has open sockets of others: it does not wait for them
});

/** Resolves when a reader that may be slower than we are has all of it. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once("error", reject);
    stream.end(() => resolve());
  });
}
