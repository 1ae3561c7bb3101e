// Keys of SNMP v3 (RFC 3414, A.2). A password becomes a key by a hash over a MiB of it, and that becomes the key for one agent by a
// small hash with the agent's engine id. net-snmp does both for each agent: of 500 agents with one password that is a second of CPU.

import { createHash } from "node:crypto";
import { SNMP_AGENTS_MAX } from "../core/limits.ts";

type Library = typeof import("net-snmp");
type Hash = (algorithm: string, ...parts: readonly Uint8Array[]) => Buffer;

const STRETCHED_BYTES = 1024 * 1024;
/** Of authentication and privacy of each agent, and one more where two make the key of AES-256. An agent could name ever new engines. */
const KEYS_MAX = 3 * SNMP_AGENTS_MAX;

export class Keys {
  private readonly hash: Hash;
  private readonly ofPasswords = new Map<string, Buffer>();
  private readonly ofAgents = new Map<string, Buffer>();

  constructor(hash: Hash = hashOf) {
    this.hash = hash;
  }

  /** The key of a password for one agent; AES-256 with the longer key of Cisco's makes keys of keys, too. */
  keyFor(algorithm: string, password: string | Uint8Array, engine: Uint8Array): Buffer {
    const secret = Buffer.from(password as string);
    const name = `${algorithm} ${secret.toString("hex")}`;
    return remembered(this.ofAgents, `${name} ${Buffer.from(engine).toString("hex")}`, () => {
      const stretch = () => this.hash(algorithm, Buffer.alloc(STRETCHED_BYTES, secret));
      // A key of a key is good for one agent only.
      const key = typeof password === "string" ? remembered(this.ofPasswords, name, stretch) : stretch();
      return this.hash(algorithm, key, engine, key);
    });
  }
}

function remembered(keys: Map<string, Buffer>, name: string, make: () => Buffer): Buffer {
  const known = keys.get(name);
  if (known) return known;
  if (keys.size >= KEYS_MAX) keys.clear();
  const made = make();
  keys.set(name, made);
  return made;
}

function hashOf(algorithm: string, ...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Lets the package take its keys from here. */
export function useOwnKeys({ Authentication }: Library): void {
  const keys = new Keys();
  const { algorithms } = Authentication;
  Authentication.passwordToKey = (protocol, password, engine) =>
    keys.keyFor(algorithms[protocol]?.CRYPTO_ALGORITHM ?? "", password, engine);
}
