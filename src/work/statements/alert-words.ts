// Words of an alert that stand in each other's places, or are not whole.

import { DEFAULT_LEVELS } from "../../core/fitness.ts";
import type { Word } from "../../core/lexer.ts";
import { isName } from "../../core/names.ts";
import { findItem } from "../catalogue.ts";
import type { Draft } from "../draft.ts";
import type { Misplaced, Unplaced } from "../statement.ts";

/** What may stand behind CHANGE. */
export const KEYWORDS = ["after", "every", "hours", "no-recovery", "via"] as const;

export function isKeyword(text: string | undefined): boolean {
  return KEYWORDS.includes(text as "after");
}

/** `>=sick`, `sick->fine`: nothing else of an alert looks so. */
const CHANGE_LIKE = /^[<>=!]|->/;
/** Of more users none are named. */
const USERS_NAMED_MAX = 8;

type Role = "USERS" | "HOSTS" | "ITEMS";
const ROLES: readonly Role[] = ["USERS", "HOSTS", "ITEMS"];

/** `alert ops * >=sick`: a change that stands where something else belongs. */
export function misplacedChange(words: readonly Word[]): Unplaced | undefined {
  const before = words.findIndex(({ text }) => isKeyword(text));
  const own = words.slice(0, before < 0 ? words.length : before);
  const isLevel = (text: string) => text === "any" || DEFAULT_LEVELS.some(({ name }) => name === text);
  const i = own.findIndex(
    ({ text }, at) => at < 3 && (CHANGE_LIKE.test(text) || (own.length === 3 && at === 2 && isLevel(text))),
  );
  const at = own[i];
  if (!at) return undefined;
  const others = own.filter((word) => word !== at).slice(0, 3);
  const rest = [at, ...words.slice(own.length)];
  return {
    at,
    message: `"${at.text}" stands where ${ROLES[i]} belong`,
    hint: (draft) => `write ${alertOf(others, rest, draft)}`,
  };
}

/** Users, hosts and items in each other's places, as far as it is known what they are. */
export function misplacedNames(words: readonly Word[], draft: Draft): Misplaced | undefined {
  const [users, hosts, items, ...rest] = words;
  if (!users || !hosts || !items) return undefined;
  const say = (at: Word, what: string, order: string) => {
    const hint = `${order}: write ${alertOf([users, hosts, items], rest, draft)}`;
    return { at, message: `"${at.text}" ${what}`, hint };
  };
  for (const at of [hosts, items]) {
    const user = userKind(at.text, draft);
    const isElse = isHosts(at.text, draft) || isItems(at.text, draft) || draft.lost.has(at.text);
    if (user && !isElse) return say(at, `is a ${user}`, "USERS come first");
  }
  if (!isUser(users.text, draft) && !draft.lost.has(users.text)) {
    const kind = draft.hostKind(users.text);
    if (kind) return say(users, `is a ${kind}`, "USERS come first");
    if (isItems(users.text, draft)) return say(users, "stands for items", "USERS come first");
  }
  const isHost = draft.hostKind(hosts.text) || draft.lost.has(hosts.text);
  const exchanged = isItems(hosts.text, draft) && !isHost;
  return exchanged && (items.text === "*" || isHosts(items.text, draft))
    ? say(hosts, "stands for items", "HOSTS come before ITEMS")
    : undefined;
}

/** The alert with its words in their places; what nobody knows stays in the order in which it was written. */
function alertOf(words: readonly Word[], rest: readonly Word[], draft: Draft): string {
  const found: Record<Role, string[]> = { USERS: [], HOSTS: [], ITEMS: [] };
  const left: string[] = [];
  for (const [i, { text }] of words.entries()) {
    const roles = ROLES.filter((each) => roleOf(each, text, draft));
    const role =
      roles.find((each) => found[each].length === 0) ?? roles[0] ?? (i === 0 && text !== "*" ? "USERS" : undefined);
    if (role) found[role].push(text);
    else left.push(text);
  }
  for (const role of ["HOSTS", "ITEMS"] as const) if (found[role].length === 0) found[role].push(...left.splice(0, 1));
  const known = [...draft.userGroups, ...draft.users].map(({ name }) => name.text);
  const [only = "USERS"] = known.length === 1 ? known : [];
  const listed = known.length > 1 && known.length <= USERS_NAMED_MAX ? `; users are ${known.join(", ")}` : "";
  const users = found.USERS.join(",") || only;
  const places = [users, ...[found.HOSTS, found.ITEMS].map((list) => list.join(",") || "*")];
  return ["alert", ...places, ...rest.map(({ text }) => text)].join(" ") + (users === "USERS" ? listed : "");
}

function roleOf(role: Role, text: string, draft: Draft): boolean {
  return { USERS: isUser, HOSTS: isHosts, ITEMS: isItems }[role](text, draft);
}

function isUser(text: string, draft: Draft): boolean {
  return userKind(text, draft) !== undefined;
}

function userKind(text: string, draft: Draft): string | undefined {
  const [first = ""] = text.replace(/^!/, "").split(",");
  if (draft.userGroups.some(({ name }) => name.text === first)) return "user group";
  return draft.users.some(({ name }) => name.text === first) ? "user" : undefined;
}

function isHosts(text: string, draft: Draft): boolean {
  return text !== "*" && (draft.hostKind(text) !== undefined || draft.hostsMatch(text));
}

/** Whether a word that may be hosts is an item or a group of them. */
function isItems(text: string, draft: Draft): boolean {
  const [first = ""] = text.replace(/^!/, "").split(",");
  return (
    [...draft.items, ...draft.itemGroups].some(({ name }) => name.text === first) ||
    (isName(first) && findItem(first) !== undefined)
  );
}

/** `>= sick`, `fine -> sick`, `sick, crit`: the change as one word; undefined where it is one. */
export function tornChange(change: Word, rest: readonly Word[]): string | undefined {
  let text = change.text;
  for (const next of rest) {
    if (!/(->|[<>=!])$/.test(text) && !next.text.startsWith("->")) break;
    text += next.text;
  }
  if (text !== change.text) return `${text}, as one word`;
  return /.,$/.test(text) ? `>=${text.split(",")[0]}` : undefined;
}
