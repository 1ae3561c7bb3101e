// A conversation with one SNMP agent by the package net-snmp, which codes and decodes, tries again, and knows the security of
// v3. What it leaves open is closed here: who may answer, how much, and what an error means.

import type { Message, Options, PacketSocket, Session, User } from "net-snmp";
import { SNMP_PACKETS_MAX } from "../core/limits.ts";
import { ProbeError } from "../core/reading.ts";
import { otherPrivacy, type SnmpAccess } from "../core/snmp.ts";
import { type Way, wayTo } from "./datagrams.ts";
import { useOwnKeys } from "./snmp-keys.ts";

type Library = typeof import("net-snmp");

/** The first try is given up after this, each later one after twice the time of the one before. */
const FIRST_TRY_MS = 700;
const BACKOFF = 2;
const TRIES = 3;
/** A device that was silent the last time is declared so earlier: hundreds of them are off when the mains are. */
const TRIES_WHEN_SILENT = 2;
/** Beyond any of the package's own timers: it lost an answer. */
const LOST_MS = 15_000;

/** Codes of the package's ResponseInvalidError. */
const CODES = { decrypt: 4, authentic: 5, otherOids: 6, version: 9, community: 10, report: 11, time: 14 } as const;

/** The agent refused: RFC 3416's error-status, and which of the names it was for, from 1. */
export class RefusedError extends Error {
  override name = "RefusedError";
  readonly status: number;
  readonly index: number;
  constructor(status: number, index: number) {
    super(`error-status ${status}`);
    this.status = status;
    this.index = index;
  }
}
export const REFUSED = { tooBig: 1, noSuchName: 2, noAccess: 6, authorization: 16 } as const;

/** Nothing came, or nothing that could be understood. */
export class SilentError extends ProbeError {
  override name = "SilentError";
}

let loading: Promise<Library> | undefined;

async function load(): Promise<Library> {
  const library = await import("net-snmp");
  useOwnKeys(library);
  return library;
}

/** What net-snmp calls its callback with. */
export type Done<T> = (error: Error | null, answer?: T) => void;

export class SnmpSession {
  /** Bytes that came since it was made. */
  bytes = 0;
  private readonly access: SnmpAccess;
  private readonly who: string;
  private readonly way: Way;
  private readonly session: Session;
  /** Ends the question that is open; absent: none is. */
  private fail: ((error: Error) => void) | undefined;
  private listener: (packet: Buffer) => void = () => {};
  private received = 0;
  private sent = 0;
  private garbled = false;

  /** Makes one; loads net-snmp at the first. */
  static async open(address: string, access: SnmpAccess): Promise<SnmpSession> {
    loading ??= load();
    const library = await loading;
    let session: SnmpSession | undefined;
    const way = await wayTo(address, access.port, (packet) => session?.hear(packet));
    session = new SnmpSession(library, address, access, way);
    return session;
  }

  private constructor(library: Library, address: string, access: SnmpAccess, way: Way) {
    this.access = access;
    this.who = access.port === 161 ? address : `${address} port ${access.port}`;
    this.way = way;
    const options: Options = {
      version: library[access.version === "v1" ? "Version1" : access.version === "v2c" ? "Version2c" : "Version3"],
      port: access.port,
      retries: TRIES - 1,
      timeout: FIRST_TRY_MS,
      backoff: BACKOFF,
      reportOidMismatchErrors: true,
      dgramModule: { createSocket: () => this.socket() },
    };
    if (access.version === "v3") this.session = library.createV3Session(address, userOf(library, access), options);
    else this.session = library.createSession(address, access.community, options);
    this.session.on("error", () => {
      this.garbled = true; // a packet that is no SNMP
    });
    const next = this.session.onSimpleGetResponse;
    this.session.onSimpleGetResponse = (request, message) => {
      const { errorStatus = 0, errorIndex = 0 } = message.pdu;
      if (this.isWeaker(message))
        request.responseCb(new ProbeError(`${this.who} answered without the security asked for`));
      else if (errorStatus > 0) request.responseCb(new RefusedError(errorStatus, errorIndex));
      else next(request, message);
    };
  }

  /** The package checks an answer's signature if it has one; that it has one is for us to see. */
  private isWeaker(message: Message): boolean {
    if (this.access.version !== "v3") return false;
    const { authentication, privacy } = this.access;
    return Boolean((authentication && !message.hasAuthentication()) || (privacy && !message.hasPrivacy()));
  }

  private socket(): PacketSocket {
    return {
      on: (event, listener) => {
        if (event === "message") this.listener = listener;
      },
      ref: () => {},
      unref: () => {},
      close: () => {},
      send: (packet, offset, length, _port, _address, sent) => {
        // Reports of v3 make the package ask again at once, as often as they come.
        if (++this.sent > SNMP_PACKETS_MAX) throw new ProbeError(`${this.who} answers every question with a report`);
        this.way.send(packet.subarray(offset, offset + length));
        sent(null);
      },
    };
  }

  private hear(packet: Buffer): void {
    if (!this.fail) return; // late: nobody waits for it
    this.bytes += packet.length;
    if (++this.received > SNMP_PACKETS_MAX) return;
    try {
      this.listener(packet);
    } catch {
      this.garbled = true;
      this.fail(new ProbeError(`${this.who} answered with something that is not SNMP ${this.access.version}`));
    }
  }

  /** Puts one question. Throws ProbeError, SilentError, or RefusedError; after any but the last it must be closed. */
  async ask<T>(wasSilent: boolean, put: (session: Session, done: Done<T>) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.fail = reject;
    this.received = 0;
    this.sent = 0;
    this.garbled = false;
    const tries = wasSilent ? TRIES_WHEN_SILENT : TRIES;
    this.session.retries = tries - 1;
    const lost = setTimeout(() => reject(this.silent(LOST_MS)), LOST_MS);
    try {
      put(this.session, (error, answer) => {
        if (error || answer === undefined) reject(this.explained(error, tries));
        else resolve(answer);
      });
      return await promise;
    } finally {
      clearTimeout(lost);
      this.fail = undefined;
    }
  }

  close(): void {
    this.way.close();
    this.session.cancelRequests(new Error("closed"));
  }

  private explained(error: Error | null, tries: number): Error {
    if (error instanceof ProbeError || error instanceof RefusedError) return error;
    if (error?.name === "RequestTimedOutError")
      return this.silent((FIRST_TRY_MS * (BACKOFF ** tries - 1)) / (BACKOFF - 1));
    const { code, message } = (error ?? new Error("no answer")) as Error & { code?: unknown };
    if (typeof code === "number") return new ProbeError(this.invalid(code, message));
    if (typeof code === "string") return new ProbeError(`cannot send to ${this.who}: ${SEND_ERRORS[code] ?? code}`);
    return new ProbeError(`${this.who} answered with something that is not understood: ${message}`);
  }

  private silent(after_ms: number): SilentError {
    const { version, port } = this.access;
    if (this.received > 0) {
      const what = this.garbled ? "packets that are not SNMP" : "packets that answer nothing we asked";
      // An agent that cannot decrypt a question does not know whose it is.
      const isPrivate = version === "v3" && this.access.privacy && !this.garbled;
      const hint = isPrivate ? `: are the privacy's protocol and password right${this.orOther()}?` : "";
      return new SilentError(`no answer to SNMP ${version} from ${this.who}, only ${what}${hint}`);
    }
    const secret = version === "v3" ? "are user and passwords" : "is the community";
    const within = `within ${Math.round(after_ms / 1000)} s`;
    return new SilentError(
      `no answer to SNMP ${version} from ${this.who} ${within}: is it on, ${secret} right, is UDP ${port} open?`,
    );
  }

  private orOther(): string {
    const other = otherPrivacy(this.access);
    return other === undefined ? "" : `; or is it ${other}`;
  }

  private invalid(code: number, message: string): string {
    const { who, access } = this;
    const user = access.version === "v3" ? access.user : "";
    if (code === CODES.authentic) {
      // RFC 3414, 3.2: what the agent reports, in the words that net-snmp has for it.
      if (message.startsWith("Unknown User")) return `${who} knows no user ${user} of SNMP v3`;
      if (message.startsWith("Wrong Digest"))
        return `${who} refuses the authentication of ${user}: wrong password or protocol`;
      if (message.startsWith("Decryption"))
        return `${who} cannot decrypt what ${user} says: wrong privacy password or protocol${this.orOther()}`;
      if (message.startsWith("Unsupported"))
        return `${who} refuses ${user} with this security: its user has other protocols`;
      if (message.startsWith("Not In Time"))
        return `${who} says that our time is not its own: did it forget its boots?`;
      return `the answer of ${who} is not authentic: is the password of ${user} right?`;
    }
    if (code === CODES.decrypt)
      return `the answer of ${who} could not be decrypted: is the privacy password of ${user} right?`;
    if (code === CODES.otherOids) return `${who} answered with other values than those asked for`;
    if (code === CODES.version) return `${who} answered in another version of SNMP than ${access.version}`;
    if (code === CODES.community) return `${who} answered with another community`;
    if (code === CODES.report) return `${who} answered with a report that means nothing here`;
    if (code === CODES.time) return `${who} answered out of its time: an old answer, or its clock jumps`;
    return `${who} answered with something that is not understood: ${message}`;
  }
}

const SEND_ERRORS: Record<string, string> = {
  ENETUNREACH: "no route to that network",
  EHOSTUNREACH: "no route to that host",
  EPERM: "a firewall of this host forbids it",
  EACCES: "it is a broadcast address, or a firewall of this host forbids it",
};

function userOf(library: Library, access: SnmpAccess & { version: "v3" }): User {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = library;
  const { user: name, authentication, privacy } = access;
  if (!authentication) return { name, level: SecurityLevel.noAuthNoPriv };
  const known = { name, authProtocol: AuthProtocols[authentication.protocol] ?? 0, authKey: authentication.password };
  if (!privacy) return { ...known, level: SecurityLevel.authNoPriv };
  const privProtocol = PrivProtocols[privacy.protocol] ?? 0;
  return { ...known, level: SecurityLevel.authPriv, privProtocol, privKey: privacy.password };
}
