// SEND: report to the server soon, at a random moment, so that an ALLSEND is no storm [seed].

import { ctime } from "../../process/localtime.ts";
import { defineCommand, text } from "../../wire/command.ts";
import type { ClientDesk } from "./desk.ts";

export default defineCommand<ClientDesk>({
  name: "SEND",
  from: ["localhost", "server"],
  args: [],
  doc: "Send the next report within ten seconds.",
  handle(desk) {
    const { server, at_s } = desk.sendSoon();
    return text([`next_send ${server} ${ctime(at_s)}`]);
  },
});
