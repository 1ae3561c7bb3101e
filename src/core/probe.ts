// What a probe file declares. From this derive `mk-work -l`, help, docs, units and default fitness.

import type { Test } from "./fitness.ts";
import type { Form } from "./form.ts";
import type { Host } from "./host.ts";
import { type Failed, type Kind, ProbeError, type Reading } from "./reading.ts";

export interface ProbeValue {
  /**
   * The name of the item that supplies this value without being defined: `cpu_load`, or a pattern with the probe's first
   * argument in it: `{mount}_usage`, which `get mars home_usage` fills in. Absent: there is such an item only by an `item`
   * statement, which knows the arguments: of `item web http URL`, the main value is `web`, the value time is `web.time`.
   */
  item?: string;
  unit: string;
  kind: Kind;
  /** Every client has it, without a get: what nobody would think of asking for until it is missed. */
  always?: true;
  /** A share in % that can be more than 100, such as that of one processor in what many take. */
  over100?: true;
  /**
   * Its default fitness holds whatever the levels of a work are called: one that the work does not have is the one at its
   * place among the default ones, or else the last. For what must never fall silent: dmon about itself.
   */
  graded?: true;
  /**
   * It is made of what changed since the reading before, so the first one has null; where there is no such thing at all it is
   * left out of the readings.
   */
  delta?: true;
  /** Its unit, by that of the item that it is made of (`madeOf`). */
  unitOf?: (unit: string, words: Pick<Given, "args" | "options">) => string;
  /** Default fitness, in the words of a `fit` statement: `soso >80% sick >90% crit >97%`. */
  fit?: string;
  /** One sentence: what it is. Where the fitness is not obvious, a second one says why. */
  doc: string;
}

/** A word behind the probe's name in an `item` statement. */
export interface Argument {
  name: string;
  /** What it is, for the page on probes and the usage. */
  doc: string;
  /** What may be written; of a command line its first word. */
  form: Form;
  optional?: true;
  /** The last one may take all words that follow, one or more: a command line. */
  rest?: true;
  /** It is a limit of the item that the probe is made of (core/forecast), in that one's unit: mk-work reads it so. */
  limit?: true;
}

/** A `key=value` word. */
export interface Option {
  /** What it is for. */
  doc: string;
  /** What may be written behind the equals sign. */
  form: Form;
  /** What it is where it is not given, as it would be written. */
  default?: string;
}
export type Options = Readonly<Record<string, Option>>;

/** What an option means to its probe: it may be missing where it has no default. */
type Meaning<O> = O extends { form: Form<infer T>; default: string }
  ? T
  : O extends { form: Form<infer T> }
    ? T | undefined
    : never;

/** What a reading is about: the words of its item, and the host that it is for. */
export interface Given {
  args: readonly string[];
  options: Readonly<Record<string, string>>;
  target: Target;
  /** The reading is given up after so long: who waits for others gives up a little earlier, and says why. */
  timeout_s: number;
}

/** The host whose item it is: this one, or a dumb one behind it. */
export interface Target {
  /** Its canonical name. */
  host: string;
  /** Its address, where the work-config has one. */
  addr?: string;
  /** How it speaks SNMP, in the words of the `host` statement: `v2c:COMMUNITY`. */
  snmp?: string;
}

/** A value that is known only when it is read (a port, a perfdatum): its item is called ITEM.KEY. */
export interface Found {
  /** Anything; it is made a name. */
  key: string;
  reading: Reading;
  unit: string;
  kind: Kind;
  label?: string;
  /** That it could not be had; then the reading means nothing. */
  error?: string;
  /** Its fitness where the work-config has none for it, worst last: the thresholds that a plugin declares. */
  fit?: readonly FoundRule[];
  /** What is measured cannot be less, or more; what is was not measured, and is no data. Of a counter the rate per second. */
  min?: number;
  max?: number;
}

/** Levels by name; one that a work does not have is left out. */
export interface FoundRule {
  level: string;
  test: Test;
  /** The test in words: `>90`. */
  text: string;
}

export type Readings<Value extends string = string> = Partial<Record<Value, Reading | Failed>>;

/** What a reading came to. */
export interface Supply<Value extends string = string> {
  readings: Readings<Value>;
  found?: readonly Found[];
}

/** What all probes declare. */
interface Declaration<Value extends string> {
  name: string;
  doc: string;
  /** The words behind its name, in order. */
  args?: readonly Argument[];
  /**
   * `key=value` words, and what they mean; they stand behind the arguments, but before a command line, which is taken as it is.
   * `env.NAME` stands for every `env.…=`.
   */
  options?: Options;
  /** What is wrong with the words together, where each is right alone. Throws WordError with the name of the one to be told of. */
  check?(words: Pick<Given, "args" | "options">): void;
  /** What it supplies. The first is what `item NAME PROBE` means when no value is named. */
  values: Record<Value, ProbeValue>;
  /** A line of a work.conf that uses it. */
  example: string;
  /** Privileges, kernel or programs that it needs; absent: none that a Linux of the last ten years would lack. */
  needs?: string;
  /** On which hosts there is no data, and why that is no error. Absent: every Linux has it. */
  nodata?: string;
  /** Seconds until a reading is given up; default PROBE_TIMEOUT_S. */
  timeout_s?: number;
  /** Seconds between two readings, where every minute would be too dear or tell nothing new. */
  every_s?: number;
  /** What it needs while it is read, of which there is little: readings of one lane wait for each other (client/lanes.ts). */
  lane?: Lane;
  /**
   * It asks an address over the network and so serves dumb hosts (`via=`) too; "snmp": by the `snmp=` of their host statement.
   * Absent: it reads the host that it runs on.
   */
  remote?: true | "snmp";
  /**
   * The item of the same host of whose past it is made, by the words behind its name. It is of all hosts that can have that
   * item, dumb ones too.
   */
  madeOf?: (words: Pick<Given, "args" | "options">) => string;
  /**
   * What this host has for the first argument (mounts, interfaces), as item names have it (core/names.slug), without
   * repetition; needed when there are patterns among the items.
   */
  instances?(host: Host): string[];
  /** `item` statements that make sense on this host, without the word `item`: `cert_www certificate /etc/ssl/www.pem`. */
  suggest?(host: Host): string[] | Promise<string[]>;
  /** Instances that many hosts have, lest they be taken for mistyped others, and to tell these: `rot` is `root`. */
  usual?: readonly string[];
}

export interface ReadingProbe<Value extends string = string> extends Declaration<Value> {
  /** Reads all values at once. A value left out is *no data*. Throws ProbeError for what should be there and is not. */
  read(host: Host, given: Given): Readings<Value> | Promise<Readings<Value>>;
}

/** A probe that supplies more than its values, under names that are known only when it is read. */
export interface FindingProbe<Value extends string = string> extends Declaration<Value> {
  /** What it finds: `each perfdatum of the plugin`. */
  finds: string;
  /** As `read`, with what was found. */
  find(host: Host, given: Given): Supply<Value> | Promise<Supply<Value>>;
}

export type Probe<Value extends string = string> = ReadingProbe<Value> | FindingProbe<Value>;

/** program: what takes seconds of cpu or disk (smartctl, apt), one at a time. plugin: other people's programs. network: answers of others. */
export type Lane = "program" | "plugin" | "network";

/** Declares a probe; only the types are checked here, the rest by test/probes. */
export function defineProbe<Value extends string>(probe: ReadingProbe<Value>): ReadingProbe<Value> {
  return probe;
}

/** The same for one that finds values when it is read. */
export function defineFinder<Value extends string>(probe: FindingProbe<Value>): FindingProbe<Value> {
  return probe;
}

/** What an item gives for an option, or its default. Throws WordError, as mk-work has said before. */
export function optionOf<O extends Options, K extends string & keyof O>(
  declared: O,
  name: K,
  { options }: Pick<Given, "options">,
): Meaning<O[K]> {
  const text = options[name] ?? declared[name]?.default;
  return (text === undefined ? undefined : declared[name]?.form.parse(text)) as Meaning<O[K]>;
}

/** How a probe is written: `disk MOUNT`, `http URL [match=…]`, `exec [user=…] COMMAND…`. */
export function probeUsage({ name, args = [], options = {} }: Pick<Probe, "name" | "args" | "options">): string {
  const words = args.map(({ name: arg, optional, rest }) => {
    const word = arg.toUpperCase() + (rest ? "…" : "");
    return optional ? `[${word}]` : word;
  });
  const optional = Object.keys(options).map((option) => `[${option}=…]`);
  const ahead = args.at(-1)?.rest ? words.length - 1 : words.length;
  return [name, ...words.slice(0, ahead), ...optional, ...words.slice(ahead)].join(" ");
}

/** The error for a text that is not in its documented form: names the file, the form, and what was there instead. */
export function notUnderstood(path: string, form: string, found: string): ProbeError {
  const excerpt = found.length > 40 ? `${found.slice(0, 40)}…` : found;
  return new ProbeError(`${path}: expected ${form}, found ${found === "" ? "nothing" : JSON.stringify(excerpt)}`);
}
