// Devices that speak SNMP, on addresses of loopback, in a process of their own: what they cost is not the client's. Ends with
// its standard input. bun snmp-devices.ts VERSION PORT ADDRESS…; those of v3 are the package net-snmp's own agents.

import { Agent, fromTree, gauge, type Tree } from "../reach/agent.ts";

/** What the bench asks each of them for. */
export const OIDS = Array.from({ length: 10 }, (_, i) => `1.3.6.1.4.1.318.1.1.1.2.2.${i + 1}.0`);
/** How each version is spoken, in the words of a host statement. */
export const ACCESS = { v2c: "public", v3: "fred:SHA-256:fredspassword:AES:fredsprivacy" } as const;
export type Version = keyof typeof ACCESS;

/** The part of the package that is an agent; it has no types of its own. */
interface Library {
  createAgent(options: object, done: () => void, mib: unknown): { getAuthorizer(): { addUser(user: object): void } };
  createMib(): { registerProvider(provider: object): void; setScalarValue(name: string, value: number): void };
  MibProviderType: { Scalar: number };
  ObjectType: { Gauge: number };
  MaxAccess: Record<string, number>;
  AuthProtocols: Record<string, number>;
  PrivProtocols: Record<string, number>;
  SecurityLevel: { authPriv: number };
}

async function startOldOnes(addresses: readonly string[], port: number): Promise<void> {
  const tree: Tree = Object.fromEntries(OIDS.map((oid, i) => [oid, gauge(i * 100)]));
  const answering = fromTree(tree);
  for (const address of addresses) await Agent.start(answering, { address, port, keeps: false });
}

async function startThoseOfV3(addresses: readonly string[], port: number): Promise<void> {
  const { default: library } = (await import("net-snmp")) as unknown as { default: Library };
  const mib = library.createMib();
  for (const [i, oid] of OIDS.entries()) {
    const name = `value${i}`;
    const { MibProviderType, ObjectType, MaxAccess } = library;
    mib.registerProvider({
      name,
      type: MibProviderType.Scalar,
      oid: oid.replace(/\.0$/, ""),
      scalarType: ObjectType.Gauge,
      maxAccess: MaxAccess["read-only"],
    });
    mib.setScalarValue(name, i * 100);
  }
  const [name, , authKey, , privKey] = ACCESS.v3.split(":");
  const user = {
    name,
    level: library.SecurityLevel.authPriv,
    authProtocol: library.AuthProtocols.sha256,
    authKey,
    privProtocol: library.PrivProtocols.aes,
    privKey,
  };
  for (const address of addresses)
    library
      .createAgent({ address, port }, () => {}, mib)
      .getAuthorizer()
      .addUser(user);
  await Bun.sleep(SOCKETS_MS);
}

/** The package does not say when its sockets are open. */
const SOCKETS_MS = 2000;

if (import.meta.main) {
  const [version, port, ...addresses] = process.argv.slice(2);
  await (version === "v3" ? startThoseOfV3 : startOldOnes)(addresses, Number(port));
  console.log("ready");
  for await (const _ of process.stdin) {
    // Until it ends.
  }
  process.exit(0);
}
