// TESTMESSAGE: somebody tries whether messages arrive. The answer comes when the other ends have answered.

import { object } from "../../core/shape.ts";
import { defineCommand, json } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson } from "./foreign.ts";
import { name } from "./wishes.ts";

const shape = object({ user: name }, { channel: name });

export default defineCommand<ServerDesk>({
  name: "TESTMESSAGE",
  from: ["localhost", "pagemaker"],
  args: [{ name: "JSON", rest: "text" }],
  doc: 'Send a test message to {"user"} at once, by {"channel"}, or else by all by which an alert line tells them. {"tried"} has what each of them answered: taken, refused, or unsure.',
  async handle(desk, [given = ""]) {
    const { user, channel } = foreignJson(given, (value) => shape(value, ""));
    const tried = await desk.people.sendTest(user, channel);
    return json({ resp: "ok testmessage", now: desk.now_s(), user, tried });
  },
});
