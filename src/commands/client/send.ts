// SEND: report to the server soon, at a random moment, so that an ALLSEND is no storm [seed].

import { ctime } from "../../process/localtime.ts";
import { text } from "../../wire/command.ts";
import { defineClientCommand } from "./declare.ts";

export default defineClientCommand({
  name: "SEND",
  from: ["localhost", "server"],
  relayed: true,
  args: [],
  doc: "Send the next report within ten seconds.",
  handle(desk) {
    const { server, at_s } = desk.sendSoon();
    return text([`next_send ${server} ${ctime(at_s)}`]);
  },
});
