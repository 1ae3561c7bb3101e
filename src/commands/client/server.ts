// SERVER CMD: ask the server, and hand its answer on [seed].

import { defineCommand } from "../../wire/command.ts";
import type { ClientDesk } from "./desk.ts";

export default defineCommand<ClientDesk>({
  name: "SERVER",
  from: ["localhost"],
  args: [{ name: "CMD", rest: "text" }],
  doc: "Ask the server CMD and hand on its answer.",
  handle: (desk, [command = ""]) => desk.askServer(command),
});
