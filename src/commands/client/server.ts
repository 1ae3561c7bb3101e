// SERVER CMD: ask the server, and hand its answer on [seed].

import { defineClientCommand } from "./declare.ts";

export default defineClientCommand({
  name: "SERVER",
  from: ["localhost"],
  relayed: false,
  args: [{ name: "CMD", rest: "text" }],
  doc: "Ask the server CMD and hand on its answer.",
  handle: (desk, [command = ""]) => desk.askServer(command),
});
