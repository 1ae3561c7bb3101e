// The few calls of libc that Bun does not offer, or offers at too high a price.

import { dlopen, ptr } from "bun:ffi";

let opened: ReturnType<typeof open> | undefined;

function open() {
  return dlopen("libc.so.6", {
    fcntl: { args: ["i32", "i32", "ptr"], returns: "i32" },
    flock: { args: ["i32", "i32"], returns: "i32" },
    execve: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
    signal: { args: ["i32", "u64"], returns: "u64" },
    madvise: { args: ["u64", "u64", "i32"], returns: "i32" },
    tzset: { args: [], returns: "void" },
    localtime_r: { args: ["ptr", "ptr"], returns: "ptr" },
    mktime: { args: ["ptr"], returns: "i64" },
  }).symbols;
}

function libc() {
  opened ??= open();
  return opened;
}

// Linux, all architectures (fcntl-linux.h). Open-file-description locks: released when the process dies, however.
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_WRLCK = 1;
const F_UNLCK = 2;

// struct flock of 64-bit Linux: l_type, l_whence, l_start, l_len, l_pid. Zero start and length: the whole file.
function flockStruct(): Int16Array {
  const struct = new Int16Array(16);
  struct[0] = F_WRLCK;
  return struct;
}

/** Takes the exclusive lock of an open file; false when another process holds it. Never waits. */
export function lockFile(fd: number): boolean {
  return libc().fcntl(fd, F_OFD_SETLK, ptr(flockStruct())) === 0;
}

/** Whether another process holds the lock; asking takes nothing, so it never gets into the way of one who locks. */
export function isFileLocked(fd: number): boolean {
  const struct = flockStruct();
  return libc().fcntl(fd, F_OFD_GETLK, ptr(struct)) === 0 && struct[0] !== F_UNLCK;
}

// flock(2), all architectures.
const LOCK_EX = 2;
const LOCK_NB = 4;

/** Takes the exclusive lock of an open directory, which lockFile cannot; false when another process holds it. Never waits. */
export function lockDirectory(fd: number): boolean {
  return libc().flock(fd, LOCK_EX | LOCK_NB) === 0;
}

const MADV_DONTNEED = 4;

/** Unmaps the pages of a range; a file's come back from the page cache when they are touched. */
export function dropPages(from: bigint, to: bigint): void {
  libc().madvise(from, to - from, MADV_DONTNEED);
}

/** struct tm of 64-bit Linux: sec, min, hour, mday, mon, year - 1900, wday, yday, isdst, _, gmtoff (int64), zone (pointer). */
export type Tm = Int32Array;
const TM_INTS = 14;
let zoneRead = false;

/** localtime_r(3) of seconds since the epoch. */
export function localtime(time_s: number): Tm {
  if (!zoneRead) libc().tzset(); // localtime_r need not
  zoneRead = true;
  const tm = new Int32Array(TM_INTS);
  libc().localtime_r(ptr(new BigInt64Array([BigInt(Math.floor(time_s))])), ptr(tm));
  return tm;
}

/** mktime(3): seconds since the epoch of a local time, whose parts may be beyond their ranges. */
export function mktime(parts: readonly number[]): number {
  const tm = new Int32Array(TM_INTS);
  tm.set(parts);
  tm[8] = -1; // whether it is summer, the zone's rules decide
  return Number(libc().mktime(ptr(tm)));
}

const SIG_DFL = 0n;
const SIG_IGN = 1n;

/** Ignores a signal, also in the program that this process becomes. */
export function ignoreSignal(number: number): void {
  libc().signal(number, SIG_IGN);
}

/** Gives a signal its default action again, past whatever the runtime does with it. */
export function defaultSignal(number: number): void {
  libc().signal(number, SIG_DFL);
}

/** Replaces this process by another program under the same pid. Returns only when that failed. */
export function execve(file: string, argv: readonly string[], env: Readonly<Record<string, string>>): void {
  const path = cString(file);
  const args = cStrings(argv);
  const vars = cStrings(Object.entries(env).map(([key, value]) => `${key}=${value}`));
  libc().execve(ptr(path), ptr(args.pointers), ptr(vars.pointers));
}

function cString(text: string): Uint8Array {
  return Buffer.from(`${text.replaceAll("\0", "")}\0`, "utf8");
}

// The strings are returned too, so that they outlive the call that reads them.
function cStrings(texts: readonly string[]): { pointers: BigUint64Array; strings: Uint8Array[] } {
  const strings = texts.map(cString);
  return { pointers: new BigUint64Array([...strings.map((s) => BigInt(ptr(s))), 0n]), strings };
}
