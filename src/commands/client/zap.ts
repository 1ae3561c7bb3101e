// ZAP: clean up the history now: groups of rows become one row each [seed].

import { json } from "../../wire/command.ts";
import { defineClientCommand } from "./declare.ts";

export default defineClientCommand({
  name: "ZAP",
  from: ["localhost", "server"],
  relayed: true,
  args: [],
  doc: "Consolidate the history now and drop what is too old; says how many rows there were before and after.",
  async handle(desk) {
    const { before, after } = await desk.zap();
    return json({ resp: `ok zap rows ${before} -> ${after}`, before, after });
  },
});
