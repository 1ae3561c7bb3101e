// REPORT: the current state of a client's hosts; the answer tells the time of its newest work [seed].

import { reportFromJson } from "../../core/report.ts";
import { defineCommand, json, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson, spokenFor } from "./foreign.ts";

export default defineCommand<ServerDesk>({
  name: "REPORT",
  from: ["localhost", "client"],
  args: [{ name: "JSON", rest: "json" }],
  doc: "The state of a client and of the dumb hosts behind it. A client speaks only for those.",
  handle(desk, [text = ""], peer) {
    const report = foreignJson(text, reportFromJson);
    const mine = spokenFor(desk, peer);
    const foreign = [report.about.host, ...Object.keys(report.hosts)].find((host) => !mine.has(host));
    if (foreign !== undefined) throw new Refusal(`${peer.address} may not speak for ${foreign}`);
    const hosts = desk.takeReport(report);
    const work = desk.workTime("client", report.about.host);
    return json({ resp: `ok report from [${peer.address}] for ${hosts.join(" ")}`, work });
  },
});
