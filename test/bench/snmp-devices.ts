// Devices that speak SNMP, on addresses of loopback, in a process of their own: what they cost is not the client's. Ends with
// its standard input. bun snmp-devices.ts PORT ADDRESS…

import { Agent, fromTree, gauge, type Tree } from "../reach/agent.ts";

/** What the bench asks each of them for. */
export const OIDS = Array.from({ length: 10 }, (_, i) => `1.3.6.1.4.1.318.1.1.1.2.2.${i + 1}.0`);

if (import.meta.main) {
  const [port, ...addresses] = process.argv.slice(2);
  const tree: Tree = Object.fromEntries(OIDS.map((oid, i) => [oid, gauge(i * 100)]));
  const answering = fromTree(tree);
  for (const address of addresses) await Agent.start(answering, { address, port: Number(port), keeps: false });
  console.log("ready");
  for await (const _ of process.stdin) {
    // Until it ends.
  }
  process.exit(0);
}
