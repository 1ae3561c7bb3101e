// REPORT on the client's port: its current state, as it would report it [seed].

import { defineClientCommand } from "./declare.ts";

export default defineClientCommand({
  name: "REPORT",
  from: ["localhost", "server"],
  relayed: true,
  args: [],
  doc: "The client's current state as JSON.",
  handle: (desk) => ({ body: [`${desk.report()}\n`] }),
});
