// STOP SECRET: only who can read the stop-secret owns the daemon [seed].

import { text } from "../../wire/command.ts";
import { defineClientCommand } from "./declare.ts";

export default defineClientCommand({
  name: "STOP",
  from: ["localhost"],
  relayed: false,
  args: [{ name: "SECRET" }],
  doc: "Stop the daemon. The secret is in rundir/dmon.stp.",
  handle(desk, [secret = ""]) {
    desk.stop(secret);
    return text(["stopping"]);
  },
});
