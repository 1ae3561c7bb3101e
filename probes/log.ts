// How often lines of a log match a pattern. The file is followed over its rotation; what was there before is not counted.

import { FILE_PATH } from "../src/core/form.ts";
import type { FileStatus, Host } from "../src/core/host.ts";
import { LOG_BYTES_MAX, LOG_LINE_CHARS_MAX, LOG_PIECE_BYTES, LOGS_MAX, STRETCH_MS_MAX } from "../src/core/limits.ts";
import { PATTERN, type Pattern } from "../src/core/pattern.ts";
import { defineProbe, type Given, type Options, optionOf } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";
import { wake } from "./file.ts";

const NEWLINE = 10;
/** Rotated files among which the last one is sought: a year of weeks. */
const ROTATED_MAX = 60;
/** A rate is per second: so many of them for each line make it lines per minute. */
const PER_MINUTE = 60;
/** By so much before the offset a file is known again: room for a time and some words. */
const TAIL_BYTES = 64;

const OPTIONS = {
  ignore: { form: PATTERN, doc: "lines in which it is found do not count" },
} satisfies Options;

export default defineProbe({
  name: "log",
  doc: "How often lines of a log match a pattern. What was there before the first look is not counted.",
  args: [
    { name: "file", form: FILE_PATH, doc: "The log." },
    { name: "pattern", form: PATTERN, doc: "What is found in a line that counts; (?i) before it: capitals or not." },
  ],
  options: OPTIONS,
  values: {
    rate: {
      unit: "lines/min",
      kind: "rate",
      doc: "Matching lines per minute; the text is the last one. Without a default fitness: what a line means, only you know.",
    },
    last: {
      unit: "s",
      kind: "time",
      doc: "Time since the last matching line was seen, which is the text. No data before the first one.",
    },
  },
  example: 'item disk_errors log /var/log/kern.log "I/O error|EXT4-fs error" ignore="dev fd0"',
  needs: "the right to read the log: dmon as root, or in its group (adm on Debian)",
  nodata: "where logs are in the journal only: let journald forward them to a syslog",
  read: async (host, given) => {
    const file = FILE_PATH.parse(given.args[0] ?? "");
    const log = followed(host, given);
    await wake(host, file);
    const status = host.stat(file);
    if (!status) {
      log.id ??= ""; // when it comes, all of it is new
      throw new ProbeError(`${file} is missing`);
    }
    if (status.kind !== "file") throw new ProbeError(`${file} is no plain file`);
    const found = await look(host, file, status, log);
    const note = found.skipped > 0 ? `${found.skipped} bytes were skipped: more than ${LOG_BYTES_MAX} a look` : "";
    const text = [note, found.line].filter((each) => each !== undefined && each !== "").join("; ");
    return {
      rate: text === "" ? log.count * PER_MINUTE : { value: log.count * PER_MINUTE, text },
      last: log.seen === undefined ? null : { value: Math.max(0, host.now() - log.seen.time_s), text: log.seen.line },
    };
  },
});

/** What is remembered of a log between two looks. */
interface Followed {
  wanted: Pattern;
  ignored: Pattern | undefined;
  /** Which file it was; absent before the first look. */
  id?: string;
  /** Behind the last whole line that was read. */
  offset: number;
  /** What stood just before it: another thing there means another text, however long it is by now. */
  tail: Uint8Array;
  count: number;
  seen?: { time_s: number; line: string };
}

const memory = new WeakMap<Host, Map<string, Followed>>();

function followed(host: Host, given: Given): Followed {
  const { args, options } = given;
  const logs = memory.get(host) ?? new Map<string, Followed>();
  memory.set(host, logs);
  const key = JSON.stringify([args, options.ignore]);
  let log = logs.get(key);
  if (!log) {
    log = {
      wanted: PATTERN.parse(args[1] ?? ""),
      ignored: optionOf(OPTIONS, "ignore", given),
      offset: 0,
      tail: new Uint8Array(),
      count: 0,
    };
    const [oldest] = logs.keys(); // of an item that is no more, most likely
    if (logs.size >= LOGS_MAX && oldest !== undefined) logs.delete(oldest);
  } else logs.delete(key);
  logs.set(key, log);
  return log;
}

interface Look {
  /** The last line that matches. */
  line?: string;
  skipped: number;
}

/** Reads what was written since the last look, also at the end of a file that was rotated away. */
async function look(host: Host, file: string, status: FileStatus, log: Followed): Promise<Look> {
  const found: Look = { skipped: 0 };
  if (log.id === undefined) {
    log.id = status.id;
    log.offset = status.size;
    const length = Math.min(TAIL_BYTES, status.size);
    log.tail = Buffer.from(host.readPart(file, status.size - length, length));
    return found;
  }
  if (log.id !== status.id) {
    const old = rotated(host, file, log.id);
    if (old) await readOn(host, old.path, old.size, log, found);
    log.id = status.id;
    goTo(log, 0);
  } else if (status.size < log.offset || !isSame(host, file, log)) goTo(log, 0); // truncated, as by copytruncate
  await readOn(host, file, status.size, log, found);
  return found;
}

function goTo(log: Followed, offset: number): void {
  log.offset = offset;
  log.tail = new Uint8Array();
}

/** Whether what was read is still there, and not another text that grew as long. */
function isSame(host: Host, file: string, { offset, tail }: Followed): boolean {
  return tail.length === 0 || Buffer.compare(host.readPart(file, offset - tail.length, tail.length), tail) === 0;
}

// Where logrotate(8) put the file: log.1, or with dateext log-20261122.
function rotated(host: Host, file: string, id: string): { path: string; size: number } | undefined {
  const at = file.lastIndexOf("/") + 1;
  const names = host
    .list(file.slice(0, at))
    .filter((name) => name !== file.slice(at) && name.startsWith(file.slice(at)));
  for (const name of names.slice(0, ROTATED_MAX)) {
    const path = file.slice(0, at) + name;
    const status = host.stat(path);
    if (status?.id === id) return { path, size: status.size };
  }
  return undefined;
}

async function readOn(host: Host, path: string, size: number, log: Followed, found: Look): Promise<void> {
  if (size - log.offset > LOG_BYTES_MAX) {
    found.skipped += size - LOG_BYTES_MAX - log.offset;
    goTo(log, size - LOG_BYTES_MAX);
  }
  let rested_ms = performance.now();
  while (log.offset < size) {
    const piece = Buffer.from(host.readPart(path, log.offset, Math.min(LOG_PIECE_BYTES, size - log.offset)));
    const end = piece.lastIndexOf(NEWLINE) + 1;
    // The last line may not be whole yet; one that is longer than a piece is taken in parts.
    const taken = end > 0 ? end : piece.length === LOG_PIECE_BYTES ? piece.length : 0;
    if (taken === 0) return;
    log.offset += taken;
    const fresh = piece.subarray(Math.max(0, taken - TAIL_BYTES), taken);
    log.tail = Buffer.concat([log.tail, fresh]).subarray(-TAIL_BYTES);
    for (let at = 0; at < taken; ) {
      const next = piece.indexOf(NEWLINE, at);
      const stop = next < 0 || next >= taken ? taken : next;
      match(piece.toString("utf8", at, Math.min(stop, at + LOG_LINE_CHARS_MAX)), host.now(), log, found);
      at = stop + 1;
      if (performance.now() - rested_ms < STRETCH_MS_MAX) continue;
      await Bun.sleep(0);
      rested_ms = performance.now();
    }
  }
}

function match(line: string, time_s: number, log: Followed, found: Look): void {
  if (!log.wanted.test(line) || log.ignored?.test(line)) return;
  log.count++;
  found.line = line.trim();
  log.seen = { time_s, line: found.line };
}
