// ZAP: clean up the history now: groups of rows become one row each [seed].

import { defineCommand, json } from "../../wire/command.ts";
import type { ClientDesk } from "./desk.ts";

export default defineCommand<ClientDesk>({
  name: "ZAP",
  from: ["localhost", "server"],
  args: [],
  doc: "Consolidate the history now and drop what is too old; says how many rows there were before and after.",
  handle(desk) {
    const { before, after } = desk.zap();
    return json({ resp: `ok zap rows ${before} -> ${after}`, before, after });
  },
});
