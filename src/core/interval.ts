// Intervals as the original wrote them: `22`, `22s`, `5m`, `dw` (8 days), `7d+24h`, `w-0.5h`, `hm6` (3666 s).
// Years (365 days) are ours: the history is kept for ten of them.

const SECONDS_PER: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };
const TERM = /([+-]?)(?:(\d+(?:\.\d+)?|(?<!\d)\.\d+)([smhdwy]?)|([smhdwy]))/y; // not 1.2.3: that is no two fractions
/** By the grammar 500 minutes and a second; whoever writes it means half a second, which must not be taken for hours. */
const MILLISECONDS = /[\d.]ms/;

/** The form that a message names when an interval is not understood. */
export const INTERVAL_FORM = "an interval such as 90s, 5m, 1h30m, 2d, 4w";

/**
 * Seconds of an interval text: a run of `[sign][number]unit`, where the number may be absent (= 1) and the
 * unit may be absent (= seconds). Returns undefined for anything else, and for `500ms`; the sum may be zero or negative.
 */
export function parseInterval(text: string): number | undefined {
  if (text.length === 0 || text.length > 64 || MILLISECONDS.test(text)) return undefined;
  let seconds = 0;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const term = TERM.exec(text);
    if (!term) return undefined;
    const [, sign, number, unit, bareUnit] = term;
    const amount = Number(number ?? 1) * (SECONDS_PER[unit || bareUnit || "s"] ?? 1);
    seconds += sign === "-" ? -amount : amount;
  }
  return Math.round(seconds * 1000) / 1000;
}

/** The shortest exact form: 5400 -> `1h30m`, 0.5 -> `0.5s`, 0 -> `0s`. Read back by parseInterval. */
export function formatInterval(seconds: number): string {
  if (!Number.isFinite(seconds)) return "0s";
  const sign = seconds < 0 ? "-" : ""; // every term carries its own: -90 is `-1m-30s`
  let rest = Math.round(Math.abs(seconds) * 1000) / 1000;
  let out = "";
  for (const unit of ["y", "w", "d", "h", "m"]) {
    const size = SECONDS_PER[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) out += `${sign}${count}${unit}`;
    rest = Math.round((rest - count * size) * 1000) / 1000;
  }
  if (rest > 0 || out === "") out += `${sign}${rest}s`;
  return out;
}

/** What is older was never measured; beyond it numbers would get an exponent. */
const AGE_S_MAX = 1e15;

/** The unit that a word stands for which people put behind a number: `minutes` and `min` are m. */
export function unitOfWord(word: string): string | undefined {
  return /^(s|m|h|d|w)(ecs?|econds?|ins?|inutes?|rs?|ours?|ays?|eeks?)?$/i.exec(word)?.[1]?.toLowerCase();
}

/** For people: the two largest units, `3d 4h`, `12m 5s`; never more precise than a second. */
export function formatAge(seconds: number): string {
  let rest = Math.min(AGE_S_MAX, Math.max(0, Math.round(seconds)));
  const parts: string[] = [];
  for (const unit of ["d", "h", "m", "s"]) {
    const size = SECONDS_PER[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0s";
}

/** What to write for what is no interval: `5m` for `5min`, `1d` for `day` and `daily`. */
export function intervalHint(text: string): string {
  const [, number = "", word = ""] = /^([\d.]*)([a-z]+)$/i.exec(text) ?? [];
  const unit = unitOfWord(word.replace(/^daily$/i, "day").replace(/ly$/i, ""));
  return unit ? `write ${number || "1"}${unit}` : `give ${INTERVAL_FORM}`;
}
