// The write-ahead log of a SQLite file, read without SQLite (https://www.sqlite.org/fileformat2.html#walformat): the pages that were
// committed and are not yet in the file. SQLite ends a log at the first frame that is damaged; here each frame counts for itself.

import { closeSync, openSync, readSync } from "node:fs";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The last bit says in which order the bytes of a checksum's words are: set, the high one comes first. */
const MAGIC = 0x377f0682;

/** Two sums of 32 bits each. */
type Sum = readonly [number, number];

/** Where in the log the newest version of a page is. */
export type LoggedPages = ReadonlyMap<number, number>;

interface Frame {
  page: number;
  /** Where the page's bytes begin. */
  at: number;
  isCommit: boolean;
}

/** Whether a log has a header that is not right: SQLite takes such a log for empty. One of zeros was never written. */
export function isDamagedLog(log: string): boolean {
  const header = headOf(log) ?? new Uint8Array();
  return header.some((byte) => byte !== 0) && !isRight(header);
}

/** The pages that were committed to a log; none when there is no log. A page whose frame is damaged is left out. */
export function loggedPages(log: string, pageBytes: number): LoggedPages {
  const pages = new Map<number, number>();
  let pending: Frame[] = [];
  for (const frame of frames(log, pageBytes)) {
    pending.push(frame);
    if (!frame.isCommit) continue;
    for (const { page, at } of pending) pages.set(page, at);
    pending = [];
  }
  return pages;
}

/** The greatest of the numbers that stand at `offset` of a page in its frames that were committed; undefined without any. */
export function greatestLogged(log: string, pageBytes: number, page: number, offset: number): number | undefined {
  const header = headOf(log);
  if (!header || !isRight(header)) return undefined; // of such a log SQLite takes nothing either
  const highFirst = (numberAt(header, 0) & 1) === 1;
  const salts = saltsIn(header, 16);
  let greatest: number | undefined;
  let pending: number | undefined;
  withFile(log, (read) => {
    let before = sumIn(header, 24);
    for (let at = HEADER_BYTES; ; at += FRAME_HEADER_BYTES + pageBytes) {
      const head = read(at, FRAME_HEADER_BYTES);
      if (!head || saltsIn(head, 8) !== salts) return;
      if (numberAt(head, 0) === page) {
        // Whoever was killed between the two writes of a frame left a header with the bytes of another page behind it.
        const frame = read(at, FRAME_HEADER_BYTES + pageBytes);
        if (!frame || !isWhole(frame, before, highFirst)) return;
        pending = Math.max(pending ?? 0, numberAt(frame, FRAME_HEADER_BYTES + offset));
      }
      if (numberAt(head, 4) !== 0 && pending !== undefined) greatest = Math.max(greatest ?? 0, pending);
      before = sumIn(head, 16);
    }
  });
  return greatest;
}

function* frames(log: string, pageBytes: number): Generator<Frame> {
  const header = headOf(log);
  if (!header) return;
  const bytes = FRAME_HEADER_BYTES + pageBytes;
  const highFirst = isRight(header) && (numberAt(header, 0) & 1) === 1;
  // Without its header the log is of the generation whose frame is the first that is whole: older ones stand behind it.
  let salts = isRight(header) ? saltsIn(header, 16) : undefined;
  let before = sumIn(header, 24);
  const fd = openSync(log, "r");
  try {
    const frame = new Uint8Array(bytes);
    for (let at = HEADER_BYTES; readSync(fd, frame, 0, bytes, at) === bytes; at += bytes) {
      const own = saltsIn(frame, 8);
      // The sum goes on from the frame before, whose own is stored with it: so a damaged frame costs only itself and the next one.
      const whole = isWhole(frame, before, highFirst);
      before = sumIn(frame, 16);
      if (!whole || own !== (salts ?? own)) continue;
      salts = own;
      yield { page: numberAt(frame, 0), at: at + FRAME_HEADER_BYTES, isCommit: numberAt(frame, 4) !== 0 };
    }
  } finally {
    closeSync(fd);
  }
}

/** Whether a frame is the one that was written behind one with a sum. */
function isWhole(frame: Uint8Array, before: Sum, highFirst: boolean): boolean {
  const head = addedTo(before, frame, 0, 8, highFirst);
  const [a, b] = addedTo(head, frame, FRAME_HEADER_BYTES, frame.length, highFirst);
  const stored = sumIn(frame, 16);
  return a === stored[0] && b === stored[1];
}

function sumIn(bytes: Uint8Array, at: number): Sum {
  return [numberAt(bytes, at), numberAt(bytes, at + 4)];
}

function isRight(header: Uint8Array): boolean {
  const magic = numberAt(header, 0);
  if ((magic & ~1) !== MAGIC) return false;
  const [a, b] = addedTo([0, 0], header, 0, 24, (magic & 1) === 1);
  return a === numberAt(header, 24) && b === numberAt(header, 28);
}

function addedTo([a, b]: Sum, bytes: Uint8Array, from: number, to: number, highFirst: boolean): Sum {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let [first, second] = [a, b];
  for (let i = from; i < to; i += 8) {
    first = (first + view.getUint32(i, !highFirst) + second) >>> 0;
    second = (second + view.getUint32(i + 4, !highFirst) + first) >>> 0;
  }
  return [first, second];
}

function saltsIn(bytes: Uint8Array, at: number): string {
  return `${numberAt(bytes, at)} ${numberAt(bytes, at + 4)}`;
}

function numberAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

/** The header; undefined when there is no log, or none with so much in it. */
function headOf(log: string): Uint8Array | undefined {
  return withFile(log, (read) => read(0, HEADER_BYTES));
}

type Read = (at: number, length: number) => Uint8Array | undefined;

function withFile<T>(file: string, use: (read: Read) => T): T | undefined {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    return use((at, length) => {
      const bytes = new Uint8Array(length);
      return readSync(fd, bytes, 0, length, at) === length ? bytes : undefined;
    });
  } finally {
    closeSync(fd);
  }
}
