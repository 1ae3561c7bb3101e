// ALLSEND: every client reports soon [seed].

import { defineCommand } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";

export default defineCommand<ServerDesk>({
  name: "ALLSEND",
  from: ["localhost", "client"],
  args: [],
  doc: "SEND to every client; a line a host, as they answer.",
  handle: (desk) => ({ body: desk.askAll("SEND") }),
});
