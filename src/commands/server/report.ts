// REPORT: the current state of a client's hosts; the answer tells the time of its newest work [seed].

import { reportFromJson } from "../../core/report.ts";
import { defineCommand, json, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { foreignJson, spokenFor } from "./foreign.ts";

export default defineCommand<ServerDesk>({
  name: "REPORT",
  from: ["localhost", "client"],
  args: [{ name: "JSON", rest: "json" }],
  doc: "The state of a client and of the dumb hosts behind it. The answer names the hosts refused, since they are another's, and the time of the client's newest work.",
  handle(desk, [text = ""], peer) {
    const report = foreignJson(text, reportFromJson);
    const mine = spokenFor(desk, peer);
    const { about } = report;
    if (!mine.has(about.host)) throw new Refusal(`${peer.address} may not speak for ${about.host}`);
    const own = Object.entries(report.hosts).filter(([host]) => mine.has(host));
    // Refused one by one: a dumb host that moved to another client must not make its old one look silent, nor keep from it
    // that there is newer work, which is what will put it right.
    const refused = Object.keys(report.hosts).filter((host) => !mine.has(host));
    const hosts = desk.takeReport({ about, hosts: Object.fromEntries(own) });
    const work = desk.workTime("client", about.host);
    return json({ resp: `ok report from [${peer.address}] for ${hosts.join(" ")}`, work, refused });
  },
});
