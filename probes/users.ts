// Who is logged in: from utmp(5), or where that is gone (Debian 13) from the sessions of systemd-logind. Linux.

import { type Host, readIfTold } from "../src/core/host.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import { counted, ProbeError, type Reading } from "../src/core/reading.ts";

const UTMP = ["/run/utmp", "/var/run/utmp"];
const SESSIONS = "/run/systemd/sessions";

export default defineProbe({
  name: "users",
  doc: "People who are logged in, and their sessions, as who(1) has them.",
  example: "get * users users_sessions",
  nodata: "In containers and on small systems that have neither utmp nor systemd-logind.",
  values: {
    users: {
      item: "users",
      unit: "",
      kind: "gauge",
      doc: "Different users with a session; the text names them. Without a default fitness: to log in is no fault.",
    },
    sessions: { item: "users_sessions", unit: "", kind: "gauge", doc: "Sessions: of terminals, desktops and ssh." },
  },
  read: (host) => {
    const names = fromUtmp(host) ?? fromSessions(host);
    return names ? { users: named(names), sessions: names.length } : {};
  },
});

/** Of struct utmp (utmp(5)): offsets of type, pid and user are the same everywhere… */
const TYPE = 0;
const PID = 4;
const USER = 44;
const USER_BYTES = 32;
/** …and the size is not: on arm64 session and time have 8 bytes each, elsewhere 4. */
const RECORD_BYTES = [384, 400];
const TYPE_MAX = 9;
const USER_PROCESS = 7;

// One that has not even the record of the boot is kept by nobody.
function fromUtmp(host: Host): string[] | undefined {
  for (const path of UTMP) {
    const bytes = host.readBytes(path);
    if (!bytes || bytes.length === 0) continue;
    // What ends without logging out leaves its record behind, as who(1) knows, too.
    return parseUtmp(bytes, path).flatMap(({ user, pid }) => (host.stat(`/proc/${pid}`) ? [user] : []));
  }
  return undefined;
}

/** The records of users in utmp; ProbeError where it is of neither size, or a record of no type that there is. */
export function parseUtmp(bytes: Uint8Array, path: string): { user: string; pid: number }[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = RECORD_BYTES.find((each) => hasRecordsOf(each, data));
  if (!size) throw new ProbeError(`${path}: expected records of ${RECORD_BYTES.join(" or ")} bytes, found others`);
  return starts(data, size).flatMap((at) => {
    if (data.readInt16LE(at + TYPE) !== USER_PROCESS) return [];
    const [user = ""] = data.toString("utf8", at + USER, at + USER + USER_BYTES).split("\0");
    return user === "" ? [] : [{ user, pid: data.readInt32LE(at + PID) }];
  });
}

function hasRecordsOf(size: number, data: Buffer): boolean {
  if (data.length % size !== 0) return false;
  return starts(data, size).every((at) => {
    const type = data.readInt16LE(at + TYPE);
    return type >= 0 && type <= TYPE_MAX && data.readInt16LE(at + TYPE + 2) === 0 && data.readInt32LE(at + PID) >= 0;
  });
}

function starts(data: Buffer, size: number): number[] {
  return Array.from({ length: data.length / size }, (_, i) => i * size);
}

// Beside each file is a FIFO NAME.ref, which ends with the session.
function fromSessions(host: Host): string[] | undefined {
  if (!host.stat(SESSIONS)) return undefined;
  return host
    .list(SESSIONS)
    .filter((name) => !name.endsWith(".ref"))
    .flatMap((name) => {
      const text = readIfTold(host, `${SESSIONS}/${name}`);
      return text === undefined ? [] : (parseSession(text, `${SESSIONS}/${name}`) ?? []);
    });
}

/** The user of a session of a person; undefined for one of a service, of the login screen, or that is closing. */
export function parseSession(text: string, path: string): string | undefined {
  const of = (key: string) => new RegExp(`^${key}=(.*)\n`, "m").exec(text)?.[1];
  const user = of("USER") ?? of("UID");
  if (user === undefined) throw notUnderstood(path, 'a line "USER=…"', text);
  return (of("CLASS") ?? "user").startsWith("user") && of("STATE") !== "closing" ? user : undefined;
}

function named(names: readonly string[]): Reading {
  const users = [...new Set(names)].sort();
  return counted(users);
}
