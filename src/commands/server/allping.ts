// ALLPING: a PING to every client, in parallel [seed].

import { defineCommand } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";

export default defineCommand<ServerDesk>({
  name: "ALLPING",
  from: ["localhost", "client"],
  args: [],
  doc: "PING every client; a line a host, as they answer.",
  handle: (desk) => ({ body: desk.askAll("PING") }),
});
