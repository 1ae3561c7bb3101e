// What all probes share that run other people's programs: their options, their deadline, and what the end of one means.

import { anything, type Form, quoted, sizeBytes, WordError } from "./form.ts";
import type { Finished, Program } from "./host.ts";
import {
  PLUGIN_MEMORY_BYTES_LEAST,
  PLUGIN_MEMORY_BYTES_MOST,
  PROGRAM_MEMORY_BYTES_MAX,
  PROGRAM_OUTPUT_BYTES_MAX,
} from "./limits.ts";
import { type Given, type Options, optionOf } from "./probe.ts";
import { formatValue } from "./units.ts";

/** Until a reading is given up, where the item has no `timeout=`: plugins have a deadline of 10 s of their own, most of them. */
export const PLUGIN_TIMEOUT_S = 30;
/** What is left of a reading's time when its programs are ended: enough to say so, whatever the host has to do. */
const LEFT_S_MAX = 1;

/** A program by its name or its whole path. A plugin runs in the root directory: a path from elsewhere would not be found. */
export const PROGRAM: Form<string> = {
  is: "a name, or a path that begins with /",
  parse: (word) => {
    if (word.startsWith("-"))
      throw new WordError(`${quoted(word)} is no program`, "write the command before its words");
    if (/^\/.*[^/]$|^[^/]+$/.test(word)) return word;
    if (word.endsWith("/")) throw new WordError(`${quoted(word)} is a directory`, "write the path of a program in it");
    throw new WordError(`${quoted(word)} is no path of a program`, "write its name, or the whole path from / on");
  },
};

/** A user as /etc/passwd has them. */
const USER_NAME: Form<string> = {
  is: "a user name",
  parse: (word) => {
    if (/^[A-Za-z_][\w.-]*\$?$/.test(word)) return word;
    throw new WordError(`${quoted(word)} is no user name`, "write the name as /etc/passwd has it");
  },
};

export const PLUGIN_OPTIONS = {
  user: { form: USER_NAME, doc: "with whose rights it runs; left out: dmon's own, and only root can give others" },
  memory: {
    form: sizeBytes(PLUGIN_MEMORY_BYTES_LEAST, PLUGIN_MEMORY_BYTES_MOST),
    default: formatValue(PROGRAM_MEMORY_BYTES_MAX, "B").replace(" ", ""),
    doc: "what each of its processes may have of memory",
  },
  "env.NAME": { form: anything(), doc: "a variable in its environment" },
} satisfies Options;

/** A program with the rights and the environment that an item gives it. It is ended a little before the reading is given up. */
export function pluginProgram({ options, timeout_s }: Given, program: Omit<Program, "timeout_s">): Program {
  const env = { ...program.env, ...environmentOf(options) };
  const { user, memory } = options;
  return {
    ...program,
    ...(user ? { user } : {}),
    ...(memory
      ? { memory_bytes_max: optionOf(PLUGIN_OPTIONS, "memory", { options }) ?? PROGRAM_MEMORY_BYTES_MAX }
      : {}),
    env,
    timeout_s: timeout_s - Math.min(LEFT_S_MAX, timeout_s / 10),
  };
}

function environmentOf(options: Given["options"]): Record<string, string> {
  const named = Object.entries(options).filter(([option]) => option.startsWith("env."));
  return Object.fromEntries(named.map(([option, value]) => [option.slice("env.".length), value]));
}

/** Why a program did not end by itself, in words; undefined when it did. */
export function cutShort(finished: Finished, program: Program): string | undefined {
  const { code, signal, ended } = finished;
  if (ended === "late") return `it did not end within ${Number(program.timeout_s.toFixed(1))} s and was killed`;
  if (ended === "flood") {
    const most = formatValue(program.output_bytes_max ?? PROGRAM_OUTPUT_BYTES_MAX, "B");
    return `it printed more than the ${most} that are read, and was killed`;
  }
  if (code !== null) return undefined;
  const said = complaint(finished, program);
  const by = `it was ended by ${signal ?? "a signal"}`;
  if (said !== "") return `${by}: ${said}`;
  return CRASHES.has(signal ?? "") ? `${by}; ${memoryOf(program)}` : by;
}

/** What a program says for itself on its standard error; "" where that is nothing. */
export function complaint({ stderr }: Finished, program: Program): string {
  const said = tellingLine(stderr);
  return NO_MEMORY.test(stderr) ? withMemory(said, program) : said;
}

/** What Java and others say on their standard output, where plugins have their text, when they get no memory; else undefined. */
export function runtimeFault({ stdout }: Finished, program: Program): string | undefined {
  const line = NO_RUNTIME.exec(stdout.slice(0, BEGINNING_CHARS))?.[0];
  return line === undefined ? undefined : withMemory(line.replace(/^# /, ""), program);
}
/** It is the first that they say. */
const BEGINNING_CHARS = 2000;

function withMemory(said: string, program: Program): string {
  return `${said.length > SAID_CHARS_MAX ? `${said.slice(0, SAID_CHARS_MAX)}…` : said} (${memoryOf(program)})`;
}
/** Of more the bound behind it would be cut off. */
const SAID_CHARS_MAX = 100;

/** How languages and libc say that there is no memory, or no room for the stack of a thread. */
const NO_MEMORY =
  /MemoryError|OutOfMemory|out of memory|bad_alloc|(can ?not|can't|could not|failed to|unable to) (allocate|reserve|map)\b|insufficient memory|\bENOMEM\b|\bOOM\b|\bNot enough space\b|pthread_create failed|(can't|unable to) (create|start) (a )?(new |native )*thread/i;
/** Whole lines of runtimes alone: what a plugin that watches others says of their memory is no fault of its own. */
const NO_RUNTIME =
  /^(\[.{0,40}\] Failed to start thread|MemoryError\b|Exception in thread .*OutOfMemoryError|Error occurred during initialization of VM|# There is insufficient memory for the Java|terminate called .*bad_alloc).*$/m;
/** As which a program ends that does not look whether it got memory. */
const CRASHES = new Set(["SIGSEGV", "SIGABRT", "SIGBUS"]);

function memoryOf({ memory_bytes_max = PROGRAM_MEMORY_BYTES_MAX }: Program): string {
  return `a program may take ${formatValue(memory_bytes_max, "B")} of memory; memory= gives more`;
}

/** The line of a text that tells most: the first one that is not blank, but of a Python traceback its last, which is the error. */
export function tellingLine(text: string): string {
  return TRACEBACK.test(text) ? (text.trimEnd().split("\n").at(-1)?.trim() ?? "") : firstLine(text);
}

/** Its heading, or that of a syntax error, which has no other. */
const TRACEBACK = /^(Traceback \(most recent call last\):| +File ".*", line \d+)/m;

/** The first line of a text that is not blank. */
export function firstLine(text: string): string {
  return /\S.*/.exec(text)?.[0].trim() ?? "";
}
