// argv (or argv0) -> command -> exit code.

import { basename } from "node:path";
import { cliCommands } from "./cli/index.ts";
import { main } from "./cli/main.ts";

// Invoked as mk-dmon-work it is mk-work [seed].
const invokedAs = basename(process.argv0) === "mk-dmon-work" ? ["mk-work"] : [];
// A daemon that is stopped has open sockets of others: it does not wait for them.
void main([...invokedAs, ...process.argv.slice(2)], cliCommands).then((code) => process.exit(code));
