// WORK and WORK_LM: a work-file, and when it was last modified [seed]. Nobody reads another's.

import { WORK_KINDS } from "../../core/work-kind.ts";
import { type Command, defineCommand, json, type Peer, Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";
import { knownHost } from "./known-host.ts";

const args = [{ name: "KIND" }, { name: "HOST" }] as const;

export const work: Command<ServerDesk> = defineCommand({
  name: "WORK",
  from: ["localhost", "client"],
  args,
  doc: `The work-file of a host. KIND: ${WORK_KINDS.join(", ")}.`,
  handle: (desk, words, peer) => {
    const { text, lm } = find(desk, words, peer);
    return json({ resp: "ok work", data: text, lm });
  },
});

export const workLm: Command<ServerDesk> = defineCommand({
  name: "WORK_LM",
  from: ["localhost", "client"],
  args,
  doc: "When the work-file of a host was last modified; seconds since the epoch.",
  handle: (desk, words, peer) => json({ resp: "ok work_lm", data: "", lm: find(desk, words, peer).lm }),
});

function find(
  desk: ServerDesk,
  [kindName = "", hostName = ""]: readonly string[],
  peer: Peer,
): { text: string; lm: number } {
  const kind = WORK_KINDS.find((each) => each === kindName.toLowerCase());
  if (!kind) throw new Refusal(`KIND is one of ${WORK_KINDS.join(", ")}`);
  const host = knownHost(desk, hostName);
  if (!peer.who.includes("localhost") && !peer.hosts.includes(host)) {
    throw new Refusal(`${peer.address} may not read the work of ${host}`);
  }
  const found = desk.work(kind, host);
  if (!found) throw new Refusal(`there is no ${kind} work for ${host}; run mk-work on the server`);
  return found;
}
