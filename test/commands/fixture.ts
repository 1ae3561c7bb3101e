// Both ports without a socket: lines as a peer sends them, answers as text.

import type { ClientDesk } from "../../src/commands/client/desk.ts";
import { clientCommands, clientsPort } from "../../src/commands/client/index.ts";
import type { ServerDesk } from "../../src/commands/server/desk.ts";
import { serverCommands, serversPort } from "../../src/commands/server/index.ts";
import { peopleDesk, toldOf } from "../../src/daemon/desks.ts";
import { type Peer, Refusal } from "../../src/wire/command.ts";
import { type Switchboard, switchboard } from "../../src/wire/dispatch.ts";
import { MARS, START, type World } from "../server/fixture.ts";

const LOCAL: Peer = { address: "127.0.0.1", who: ["localhost", "client"], hosts: [MARS] };

/** The whole answer to a line, or `refused: …`. */
export async function say(port: Switchboard, line: string, peer = LOCAL): Promise<string> {
  try {
    const { answer: given } = await port.answer(line, peer);
    const answer = "later" in given ? await given.later : given;
    const chunks: string[] = [];
    for await (const chunk of answer.body)
      chunks.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    return chunks.join("");
  } catch (error) {
    if (error instanceof Refusal) return `refused: ${error.message}`;
    throw error;
  }
}

/** The server's port of a world. What it relays is answered with the line. */
export function serverPort({ server, clock }: Pick<World, "server" | "clock">): Switchboard {
  const desk: ServerDesk = {
    role: "Server",
    version: "1.0.0",
    hostname: MARS,
    now_s: () => clock.wall_s,
    stateLines: () => [],
    hosts: () => server.hosts(),
    host: (host) => server.known(host),
    people: peopleDesk(server.people),
    news: server.news,
    figures: () => ({ version: "1.0.0", started_s: START, rss_bytes: 1, cpu_s: 1, refused: 0, ...server.figures() }),
    told: (host) => toldOf(server, host),
    placedEvents: (query) => server.placedEvents(query),
    eventsAfter: (row, count) => server.eventsAfter(row, count),
    voice: (client) => server.alerts?.voice(client),
    canonical: (name) => server.clients.canonical(name),
    hostsOfClient: (client) => server.clients.hostsOf(client),
    takeReport: (report) => server.takeReport(report),
    takeEvents: (events) => server.takeEvents(events),
    events: (query) => server.events(query),
    search: (search) => server.search(search),
    work: () => undefined,
    workTime: () => 77,
    relay: async function* (host, command) {
      yield Buffer.from(`${host} ${command}`);
    },
    askAll: async function* () {},
  };
  return switchboard(serverCommands, desk, clientsPort);
}

/** The client's port of a host that has these items by host, and no history but `past`. */
export function clientPort(
  items: Readonly<Record<string, readonly string[]>>,
  past: Partial<Pick<ClientDesk, "held" | "history" | "changes" | "measures" | "askServer">> = {},
): Switchboard {
  const unused = () => {
    throw new Error("not in this test");
  };
  const desk: ClientDesk = {
    role: "Client",
    version: "1.0.0",
    hostname: MARS,
    now_s: () => START,
    stateLines: () => [],
    hosts: () => Object.keys(items),
    items: (host) => [...(items[host] ?? [])],
    rules: () => ({}),
    measures: () => ({}),
    held: () => [],
    history: () => [],
    changes: () => [],
    askServer: unused,
    ...past,
    report: unused,
    sendSoon: unused,
    stop: unused,
    reload: unused,
    zap: unused,
  };
  return switchboard(clientCommands, desk, serversPort);
}
