// needs HOSTS HOST[:ITEM]: while that is bad, theirs are not alerted for.

import { isName } from "../../core/names.ts";
import { findItem } from "../catalogue.ts";
import { defineStatement } from "../statement.ts";

export default defineStatement({
  name: "needs",
  args: ["HOSTS", "HOST[:ITEM]"],
  doc: "While that host is silent, or that item is worse than the best level, nobody is alerted for these hosts: a router, a hypervisor, a mains supply. A host never needs itself, nor one that needs it in turn, so HOSTS may be `*`.",
  misplaced([hosts, ...rest]) {
    const [on, ...others] = rest;
    const [second, third] = others;
    if (!hosts || !on || !second) return undefined;
    if (on.text === "on" && !third)
      return { at: on, message: '"on" is not understood here', hint: `write needs ${hosts.text} ${second.text}` };
    const isItem = !third && isName(second.text) && findItem(second.text) !== undefined;
    const tags = [hosts, ...rest].map(({ text }) => text);
    const hint = isItem
      ? `write needs ${hosts.text} ${on.text}:${second.text}`
      : `write needs ${tags.slice(0, -1).join(",")} ${tags.at(-1)}`;
    return isItem
      ? { at: second, message: `"${second.text}" without a colon before it`, hint }
      : { at: on, message: "hosts in several words", hint };
  },
  example: "needs www*,db* router1:eth0_rx",
  declare({ key, words }, draft) {
    const [hosts, on] = words;
    if (hosts && on) draft.needs.push({ key, hosts, on });
  },
});
