// dmon.conf: text -> values. Pure; load.ts finds the file.

import { byPlace, type Diagnostic, didYouMean, nearest, type Place, SourceError } from "../core/diagnostic.ts";
import { lex, type Word } from "../core/lexer.ts";
import type { Directories } from "./directories.ts";
import { type Conf, KEYS, type Key } from "./keys.ts";

/**
 * Parses a dmon.conf. Throws SourceError with everything that is wrong in it; what is right but without effect is pushed
 * onto `warnings`.
 */
export function parseConf(file: string, text: string, dirs: Directories, warnings: Diagnostic[] = []): Conf {
  const diagnostics: Diagnostic[] = [];
  const given = new Map<string, { value: unknown; line: number }>();
  const keys: Record<string, Key<unknown>> = KEYS;
  let serverMeant = false;
  for (const { key, words, broken } of lex(file, text, diagnostics)) {
    const error = (message: string, hint?: string, place = key.place) =>
      diagnostics.push({ severity: "error", place, message, ...(hint ? { hint } : {}) });
    const declared = Object.hasOwn(keys, key.text) ? keys[key.text] : undefined;
    serverMeant ||= nearest(key.text, Object.keys(keys)) === "server"; // also when it is mistyped or wrong: said once
    if (broken) continue;
    if (!declared) {
      error(`unknown key "${key.text}"`, didYouMean(key.text, Object.keys(keys)) ?? "`dmon -h conf` lists all keys");
      continue;
    }
    if (declared.later) {
      warnings.push({ severity: "warning", place: key.place, message: `${key.text}: ${declared.later}` });
    }
    const before = given.get(key.text);
    if (before) {
      error(`${key.text} is given twice`, `it is already given in line ${before.line}`);
      continue;
    }
    if (words.length === 0) {
      error(`${key.text} has no value`, `give ${declared.form}`);
      continue;
    }
    const parsed = declared.parse(words.map((word) => word.text));
    if ("error" in parsed) {
      error(`${key.text}: ${parsed.error}`, `give ${declared.form}`, placeOf(words, parsed.at));
    } else given.set(key.text, { value: parsed.value, line: key.place.line });
  }
  if (!serverMeant) {
    const place = { file, line: 1, column: 1, length: 1, text: text.split("\n")[0] ?? "" };
    diagnostics.push({
      severity: "error",
      place,
      message: "the key server is missing",
      hint: "add a line such as: server dmon.example.org",
    });
  }
  if (diagnostics.length > 0) throw new SourceError(diagnostics.sort(byPlace));
  return complete(dirs, Object.fromEntries([...given].map(([name, { value }]) => [name, value])));
}

/** Where the characters of words, joined by blanks, are in the file: as far as one line goes. */
function placeOf(
  words: readonly Word[],
  at: readonly [from: number, to: number] = [0, Number.MAX_SAFE_INTEGER],
): Place {
  let offset = 0;
  let found: Place | undefined;
  for (const { text, place } of words) {
    const [from, to] = [Math.max(0, at[0] - offset), Math.min(text.length, at[1] - offset)];
    offset += text.length + 1;
    const isQuoted = text.length !== place.length;
    const part = from < to && !isQuoted ? { ...place, column: place.column + from, length: to - from } : place;
    if (from >= to || (found && found.line !== place.line)) continue;
    found = found ? { ...found, length: part.column + part.length - found.column } : part;
  }
  return found ?? (words[0] as Word).place;
}

/**
 * Where the daemon's lock is, from a config that may be wrong elsewhere: who wants to stop dmon can mend it later. Undefined
 * when that itself is in doubt, for at the default place another daemon may run.
 */
export function rundirIn(file: string, text: string, dirs: Directories): string | undefined {
  const unread: Diagnostic[] = [];
  const lines = lex(file, text, unread);
  // A path behind a key that is none may be anything, also the rundir.
  const meant = lines.filter(
    ({ key, words }) =>
      key.text === "rundir" || (!Object.hasOwn(KEYS, key.text) && words.some(({ text: path }) => path.startsWith("/"))),
  );
  const [line] = meant;
  if (unread.length > 0 || meant.length > 1) return undefined;
  if (!line) return dirs.rundir;
  const parsed = KEYS.rundir.parse(line.words.map((word) => word.text));
  return line.key.text === "rundir" && line.words.length > 0 && "value" in parsed ? parsed.value : undefined;
}

/** The values of a config that gives only some keys. */
export function complete(dirs: Directories, given: Partial<Conf>): Conf {
  const defaults = Object.fromEntries(Object.entries(KEYS).map(([name, key]) => [name, key.fallback(dirs)]));
  return { ...(defaults as Conf), ...given };
}
