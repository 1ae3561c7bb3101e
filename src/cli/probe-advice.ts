// What somebody may mean who asks `dmon probe` for a probe that there is not: most often an item.

import { allProbes, findProbe } from "../../probes/index.ts";
import { didYouMean } from "../core/diagnostic.ts";
import { LIMIT, limitWord } from "../core/forecast.ts";
import type { Host } from "../core/host.ts";
import type { Probe } from "../core/probe.ts";
import { ProbeError } from "../core/reading.ts";
import { findItem, knownItems } from "../work/catalogue.ts";
import type { ItemWork } from "../work/works.ts";

/** Of many instances so many are named. */
const NAMED_MAX = 8;

/** `own`: the items of this host's work. */
export function adviceFor(name: string, host: Host, own: Record<string, ItemWork>): string {
  const there = ownItem(name, own);
  if (there) return `it is an item; try: dmon probe ${there}`;
  const item = findItem(name);
  const [instance] = item?.args ?? [];
  const known = item && instance !== undefined ? instancesOf(item.probe, host) : [];
  if (item && (instance === undefined || known.includes(instance)))
    return `it is an item; try: dmon probe ${[item.probe.name, ...item.args].join(" ")}`;
  // A pattern fits many names: memory_avail is meant to be of memory, not of a mount of that name.
  const probes = allProbes().map((probe) => probe.name);
  const longer = probes.find((probe) => name.startsWith(probe) && /^[._-]/.test(name.slice(probe.length)));
  if (longer !== undefined) return `try: dmon probe ${longer}`;
  const meant = didYouMean(name, [
    ...probes,
    ...Object.keys(own),
    ...knownItems(name).filter((each) => isHere(each, host)),
  ]);
  if (meant !== undefined) return meant;
  if (item && known.length > 0)
    return `an item of ${item.probe.name} has such a name, but ${instance} is not here; there are ${listed(known)}`;
  return `there are ${probes.join(", ")}`;
}

/** How an item of the work, or what one of them may find, is read by hand. */
function ownItem(name: string, own: Record<string, ItemWork>): string | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
    const part = name.slice(0, end);
    if (Object.hasOwn(own, part) && own[part]) return wordsOf(own[part]);
  }
  return undefined;
}

/** As a shell takes it. */
function wordsOf({ probe, args, options = {} }: ItemWork): string {
  const declared = findProbe(probe)?.args ?? [];
  const plain = args.map((arg, i) => (declared[i]?.limit ? bareLimit(arg) : arg));
  const given = Object.entries(options).map(([option, text]) => `${option}=${text}`);
  const words = declared.at(-1)?.rest ? [...given, ...plain] : [...plain, ...given];
  return [probe, ...words.map(forShell)].join(" ");
}

/** mk-work writes each limit with its sign, which most need not have. */
function bareLimit(word: string): string {
  const bare = word.replace(/^[<>]/, "");
  return limitWord(LIMIT.parse(bare)) === word ? bare : word;
}

function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether an item of a pattern is one of this host: any name fits a pattern. */
function isHere(name: string, host: Host): boolean {
  const item = findItem(name);
  return item === undefined || item.args.every((instance) => instancesOf(item.probe, host).includes(instance));
}

function instancesOf(probe: Probe, host: Host): readonly string[] {
  try {
    return probe.instances?.(host) ?? [];
  } catch (error) {
    if (error instanceof ProbeError) return [];
    throw error;
  }
}

function listed(names: readonly string[]): string {
  return names.slice(0, NAMED_MAX).join(", ") + (names.length > NAMED_MAX ? ", …" : "");
}
