// The log file: one line an entry, rotated by age and size. A disk that is full never stops the daemon.

import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { LOG_LEVELS, type LogLevel } from "../core/loglevel.ts";
import { stamp } from "./localtime.ts";

/** A log is rotated at this size too: a daemon at level Trace must not fill the disk before its day is over. */
const LOG_BYTES_MAX = 16 * 1024 * 1024;

export interface LogOptions {
  dir: string;
  level: LogLevel;
  /** How many old files are kept, and after how many seconds a file is put aside. */
  keep: number;
  ival_s: number;
  /** Also print here (a daemon in the foreground). */
  echo?: (line: string) => void;
}

export class Log {
  readonly file: string;
  private options: LogOptions;
  private bytes = 0;
  private born_ms = 0;

  constructor(options: LogOptions) {
    this.options = options;
    this.file = `${options.dir}/dmon.log`;
    mkdirSync(options.dir, { recursive: true });
    this.look();
    this.rotateIfDue();
  }

  get level(): LogLevel {
    return this.options.level;
  }

  /** Takes over a reloaded configuration; the directory of a running daemon does not move. */
  configure(options: Pick<LogOptions, "level" | "keep" | "ival_s">): void {
    this.options = { ...this.options, ...options };
  }

  /** Writes a line if the level asks for it. Control characters from outside cannot forge lines. */
  write(level: LogLevel, text: string): void {
    if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(this.options.level)) return;
    const safe = text.replace(/[\0-\x1f\x7f-\x9f]/g, (c) => (c === "\n" ? "\n    " : c === "\t" ? " " : "?"));
    const line = `${stamp(Date.now() / 1000)} ${safe}\n`;
    this.options.echo?.(line);
    this.rotateIfDue();
    try {
      appendFileSync(this.file, line);
      this.bytes += line.length;
    } catch {
      // A full disk or a directory that went away. There is nowhere left to say so; measuring goes on.
    }
  }

  quiet(text: string): void {
    this.write("Quiet", text);
  }
  terse(text: string): void {
    this.write("Terse", text);
  }
  verbose(text: string): void {
    this.write("Verbose", text);
  }
  debug(text: string): void {
    this.write("Debug", text);
  }
  trace(text: () => string): void {
    if (this.options.level === "Trace") this.write("Trace", text());
  }

  private look(): void {
    try {
      const stat = statSync(this.file);
      this.bytes = stat.size;
      this.born_ms = stat.birthtimeMs || stat.ctimeMs;
    } catch {
      this.bytes = 0;
      this.born_ms = Date.now();
    }
  }

  /** By age, not at every start: a daemon that restarts in a loop must not push the reason out of its log. */
  private rotateIfDue(): void {
    const age_ms = Date.now() - this.born_ms;
    if (this.bytes === 0 || (age_ms < this.options.ival_s * 1000 && this.bytes < LOG_BYTES_MAX)) return;
    try {
      const { keep } = this.options;
      for (let n = keep - 1; n >= 1; n--) {
        if (existsSync(`${this.file}.${n}`)) renameSync(`${this.file}.${n}`, `${this.file}.${n + 1}`);
      }
      if (keep > 0) renameSync(this.file, `${this.file}.1`);
      else rmSync(this.file);
      this.bytes = 0;
      for (let n = keep + 1; existsSync(`${this.file}.${n}`); n++) rmSync(`${this.file}.${n}`); // more were kept before
    } catch {
      // Goes on in the old file; tried again with the next line.
    }
    this.born_ms = Date.now();
  }
}
