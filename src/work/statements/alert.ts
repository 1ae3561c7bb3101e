// alert USERS HOSTS ITEMS CHANGE …: for which changes which users get an alert [seed].

import { CHANGE_FORM } from "../../core/change.ts";
import { didYouMean } from "../../core/diagnostic.ts";
import { HOURS_FORM, parseHours } from "../../core/hours.ts";
import { INTERVAL_FORM, parseInterval } from "../../core/interval.ts";
import type { Word } from "../../core/lexer.ts";
import type { AlertDraft } from "../draft.ts";
import { type Complain, defineStatement } from "../statement.ts";
import { isKnownZone } from "../zones.ts";

const KEYWORDS = ["after", "every", "hours", "no-recovery", "via"] as const;
/** Reminders that come more often are noise. */
const EVERY_S_MIN = 60;

export default defineStatement({
  name: "alert",
  args: ["USERS", "HOSTS", "ITEMS", "CHANGE"],
  tail: "[after IVAL] [every IVAL] [hours DAYS TIMES [ZONE]] [no-recovery] [via CHANNEL]",
  doc: `Which users are told of which changes. CHANGE is ${CHANGE_FORM}. after: the level must hold for so long. every: a reminder while it does. hours: only then (${HOURS_FORM}); what happened meanwhile is told when they begin. no-recovery: not when it is well again. via: a list of channels, besides which mail is one; default mail. USERS, HOSTS and ITEMS are lists with groups, globs and !exclusions.`,
  later: true,
  example: "alert ops * * >=sick after 2m every 4h",
  declare({ key, words, complain }, draft) {
    const [users, hosts, items, change, ...rest] = words;
    if (!users || !hosts || !items || !change) return;
    const times = rest.filter((_, i) => ["after", "every"].includes(rest[i - 1]?.text ?? ""));
    draft.intervals.push(...times.map((at) => ({ at, text: at.text })));
    const alert: AlertDraft = { key, users, hosts, items, change, recovery: true };
    const seen = new Set<string>();
    while (rest.length > 0) {
      const keyword = rest.shift();
      if (!keyword) return;
      if (!KEYWORDS.includes(keyword.text as "after")) {
        const hint = didYouMean(keyword.text, KEYWORDS) ?? `behind CHANGE there may be ${KEYWORDS.join(", ")}`;
        return complain(keyword, `"${keyword.text}" is not understood here`, hint);
      }
      if (seen.has(keyword.text)) return complain(keyword, `${keyword.text} is given twice`, "leave one out");
      seen.add(keyword.text);
      if (!take(keyword, rest, alert, complain)) return;
    }
    draft.alerts.push(alert);
  },
});

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
    complain(value, `"${value.text}" is no interval`, `give ${INTERVAL_FORM}`);
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
