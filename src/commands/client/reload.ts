// RELOAD SECRET: read config and work anew, and say what came of it; a signal could not answer.

import { text } from "../../wire/command.ts";
import { defineClientCommand } from "./declare.ts";

export default defineClientCommand({
  name: "RELOAD",
  from: ["localhost"],
  relayed: false,
  args: [{ name: "SECRET" }],
  doc: "Read config and work anew; says what was wrong when the old ones stay. The secret is in rundir/dmon.stp.",
  handle: async (desk, [secret = ""]) => text([await desk.reload(secret)]),
});
