// needs HOSTS HOST[:ITEM]: while that is bad, theirs are not alerted for.

import { defineStatement } from "../statement.ts";

export default defineStatement({
  name: "needs",
  args: ["HOSTS", "HOST[:ITEM]"],
  doc: "While that host is silent, or that item is worse than the best level, nobody is alerted for these hosts: a router, a hypervisor, a mains supply. A host never needs itself, so HOSTS may be `*`.",
  later: true,
  example: "needs www*,db* router1:eth0_rx",
  declare({ key, words }, draft) {
    const [hosts, on] = words;
    if (hosts && on) draft.needs.push({ key, hosts, on });
  },
});
