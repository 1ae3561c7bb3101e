// STOP SECRET: only who can read the stop-secret owns the daemon [seed].

import { defineCommand, text } from "../../wire/command.ts";
import type { ClientDesk } from "./desk.ts";

export default defineCommand<ClientDesk>({
  name: "STOP",
  from: ["localhost"],
  args: [{ name: "SECRET" }],
  doc: "Stop the daemon. The secret is in rundir/dmon.stp.",
  handle(desk, [secret = ""]) {
    desk.stop(secret);
    return text(["stopping"]);
  },
});
