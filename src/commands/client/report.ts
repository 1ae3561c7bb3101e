// REPORT on the client's port: its current state, as it would report it [seed].

import { defineCommand } from "../../wire/command.ts";
import type { ClientDesk } from "./desk.ts";

export default defineCommand<ClientDesk>({
  name: "REPORT",
  from: ["localhost", "server"],
  args: [],
  doc: "The client's current state as JSON.",
  handle: (desk) => ({ body: [`${desk.report()}\n`] }),
});
