// The pages of a SQLite file, read without SQLite (https://www.sqlite.org/fileformat2.html), which refuses the whole of a tree of
// which one page is damaged. Here each page counts for itself.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type LoggedPages, loggedPages } from "./log-frames.ts";

const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
/** What SQLite makes by itself, and we never change. */
const PAGE_BYTES = 4096;
/** Pages that a file may lack of what its header says, beyond which the header is wrong: 4 GiB. */
const MISSING_PAGES_MAX = 1_048_576;

export class PageFile {
  readonly pageBytes: number;
  /** How many pages there are, or should be: the end may be cut off. */
  readonly pages: number;
  private readonly fd: number;
  private readonly logFd: number | undefined;
  private readonly logged: LoggedPages;

  /** Throws what the system says when the file cannot be opened. */
  constructor(file: string) {
    this.fd = openSync(file, "r");
    const header = this.bytes(this.fd, 0, HEADER_BYTES);
    const isRight = header !== undefined && isHeader(header);
    this.pageBytes = isRight ? pageBytesIn(header) : PAGE_BYTES;
    this.logged = loggedPages(`${file}-wal`, this.pageBytes);
    this.logFd = this.logged.size > 0 ? openSync(`${file}-wal`, "r") : undefined;
    const there = Math.ceil(fstatSync(this.fd).size / this.pageBytes);
    const first = this.page(1);
    const said = first && isHeader(first) ? pagesIn(first) : 0;
    const known = Math.max(there, ...this.logged.keys());
    this.pages = said <= known + MISSING_PAGES_MAX ? Math.max(known, said) : known;
  }

  /** Undefined when it is not there, or the disk does not give it. The first is 1. */
  page(number: number): Uint8Array | undefined {
    const at = this.logged.get(number);
    if (at !== undefined && this.logFd !== undefined) return this.bytes(this.logFd, at, this.pageBytes);
    return this.bytes(this.fd, (number - 1) * this.pageBytes, this.pageBytes);
  }

  close(): void {
    closeSync(this.fd);
    if (this.logFd !== undefined) closeSync(this.logFd);
  }

  private bytes(fd: number, at: number, length: number): Uint8Array | undefined {
    const bytes = new Uint8Array(length);
    try {
      return readSync(fd, bytes, 0, length, at) === length ? bytes : undefined;
    } catch {
      return undefined; // a bad sector costs its page
    }
  }
}

/** Whether it begins as the first page of a database does. */
export function isHeader(bytes: Uint8Array): boolean {
  const size = pageBytesIn(bytes);
  return (
    Buffer.from(bytes.subarray(0, MAGIC.length)).toString("latin1") === MAGIC &&
    size >= 512 &&
    (size & (size - 1)) === 0
  );
}

/** The size of its pages, by the header of a database. */
export function pageBytesIn(header: Uint8Array): number {
  const size = new DataView(header.buffer, header.byteOffset).getUint16(16);
  return size === 1 ? 65_536 : size;
}

/** The number of pages, which counts only when who wrote last wrote it too. */
function pagesIn(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset);
  return view.getUint32(24) === view.getUint32(92) ? view.getUint32(28) : 0;
}
