// alert USERS HOSTS ITEMS CHANGE …: for which changes which users get an alert [seed].

import { CHANGE_FORM } from "../../core/change.ts";
import { didYouMean } from "../../core/diagnostic.ts";
import { HOURS_FORM, parseHours } from "../../core/hours.ts";
import { intervalHint, parseInterval, unitOfWord } from "../../core/interval.ts";
import type { Word } from "../../core/lexer.ts";
import type { AlertDraft } from "../draft.ts";
import { type Complain, defineStatement } from "../statement.ts";
import { isKnownZone, zoneMeant } from "../zones.ts";
import { isKeyword, KEYWORDS, misplacedChange, misplacedNames, tornChange } from "./alert-words.ts";
import { MAIL } from "./channel.ts";

/** Reminders that come more often are noise. */
const EVERY_S_MIN = 60;

export default defineStatement({
  name: "alert",
  args: ["USERS", "HOSTS", "ITEMS", "CHANGE"],
  tail: "[after IVAL] [every IVAL] [hours DAYS TIMES [ZONE]] [no-recovery] [via CHANNEL]",
  doc: `Which users are told of which changes. CHANGE is ${CHANGE_FORM}. after: the level must hold for so long. every: a reminder while it does. hours: only then (${HOURS_FORM}); what happened meanwhile is told when they begin. no-recovery: not when it is well again. via: a list of channels, besides which mail is one; default mail. USERS, HOSTS and ITEMS are lists with groups, globs and !exclusions.`,
  example: "alert ops * * >=sick after 2m every 4h",
  misplaced: misplacedChange,
  declare({ key, words, complain }, draft) {
    const [users, hosts, items, change, ...rest] = words;
    if (!users || !hosts || !items || !change) return;
    const times = rest.filter((_, i) => ["after", "every"].includes(rest[i - 1]?.text ?? ""));
    draft.intervals.push(...times.map((at) => ({ at, text: at.text })));
    if (isKeyword(change.text)) {
      const line = words
        .slice(3)
        .map(({ text }) => text)
        .join(" ");
      return complain(
        change,
        `CHANGE is missing before "${change.text}"`,
        `write alert ${users.text} ${hosts.text} ${items.text} >=sick ${line}`,
      );
    }
    const torn = tornChange(change, rest);
    if (torn) return complain(change, `"${change.text}" is not all of a change`, `write ${torn}`);
    const alert: AlertDraft = { key, users, hosts, items, change, recovery: true };
    const seen = new Set<string>();
    let last: Word | undefined;
    while (rest.length > 0) {
      const keyword = rest.shift();
      if (!keyword) return;
      if (!isKeyword(keyword.text)) {
        const hint =
          ELSEWHERE.get(keyword.text)?.(rest[0]?.text) ??
          didYouMean(keyword.text, KEYWORDS) ??
          `behind CHANGE there may be ${KEYWORDS.join(", ")}`;
        const via = last?.text;
        return draft.whenRead(() => {
          const isWay = keyword.text === MAIL || draft.channels.some(({ name }) => name.text === keyword.text);
          const right = via !== undefined && isWay ? `write via ${via},${keyword.text}` : hint;
          complain(keyword, `"${keyword.text}" is not understood here`, right);
        });
      }
      if (seen.has(keyword.text)) return complain(keyword, `${keyword.text} is given twice`, "leave one out");
      seen.add(keyword.text);
      if (!take(keyword, rest, alert, complain)) return;
      last = keyword.text === "via" ? alert.via : undefined;
    }
    draft.whenRead(() => {
      const found = misplacedNames(words, draft);
      if (found) complain(found.at, found.message, found.hint);
      else draft.alerts.push(alert);
    });
  },
});

/** What other statements and tongues say, as it is said here. */
const ELSEWHERE: ReadonlyMap<string, (value: string | undefined) => string> = new Map([
  ["for", (value = "2m") => `write after ${value}`],
  ["no", () => "write no-recovery"],
  ["on", () => "HOSTS stand behind USERS: write alert USERS HOSTS ITEMS CHANGE"],
]);

/** Takes what belongs to a keyword; false when something is wrong with it, which was said. */
function take(keyword: Word, rest: Word[], alert: AlertDraft, complain: Complain): boolean {
  if (keyword.text === "no-recovery") {
    alert.recovery = false;
    return true;
  }
  const value = rest[0];
  if (!value) {
    complain(keyword, `${keyword.text} without its value`, `write ${FORMS[keyword.text]}`);
    return false;
  }
  if (keyword.text === "hours") {
    const parsed = parseHours(rest.map(({ text }) => text));
    if ("error" in parsed) {
      complain(rest[parsed.at] ?? value, parsed.error, `write ${FORMS.hours}`);
      return false;
    }
    if (!isKnownZone(parsed.value.zone, rest[parsed.used - 1], complain)) return false;
    const next = parsed.value.zone === undefined ? rest[parsed.used] : undefined;
    const meant = next && !isKeyword(next.text) ? zoneMeant(next.text) : undefined;
    if (next && meant !== undefined) {
      complain(next, `"${next.text}" is no time zone`, `write ${meant}`);
      return false;
    }
    alert.hours = parsed.value;
    rest.splice(0, parsed.used);
    return true;
  }
  rest.shift();
  if (keyword.text === "via") {
    alert.via = value;
    return true;
  }
  const seconds = parseInterval(value.text);
  if (seconds === undefined || seconds < 0) {
    complain(value, `"${value.text}" is no interval`, intervalHint(value.text));
    return false;
  }
  const unit = unitOfWord(rest[0]?.text ?? "");
  if (unit && /^[\d.]+$/.test(value.text)) {
    complain(
      rest[0] ?? value,
      `"${rest[0]?.text}" behind an interval`,
      `write ${keyword.text} ${value.text}${unit}, as one word`,
    );
    return false;
  }
  if (keyword.text === "every" && seconds < EVERY_S_MIN) {
    complain(value, `a reminder every ${value.text} is noise`, "give at least 1m");
    return false;
  }
  alert[keyword.text === "after" ? "after_s" : "every_s"] = seconds;
  return true;
}

const FORMS: Readonly<Record<string, string>> = {
  after: "after 2m",
  every: "every 4h",
  hours: "hours mon-fri 8-18",
  via: "via CHANNEL",
};
