// RULES: by which rules the items of a host have their levels. Not the work-file, which has passwords of plugins and communities.

import { json, Refusal } from "../../wire/command.ts";
import { defineClientCommand } from "./declare.ts";

export default defineClientCommand({
  name: "RULES",
  from: ["localhost", "server"],
  relayed: true,
  args: [{ name: "host", optional: true }],
  doc: "The rules of each item of a host, the mildest level first: level, and the test in words with its place in work.conf.",
  handle(desk, [host = desk.hostname]) {
    if (!desk.hosts().includes(host))
      throw new Refusal(`${desk.hostname} does not monitor ${host}; it monitors ${desk.hosts().join(", ")}`);
    const rules = desk.rules(host);
    return json({ resp: `ok rules ${Object.keys(rules).length}`, rules });
  },
});
