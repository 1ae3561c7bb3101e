// Mails that wait on this host, counted in the queue directories of Postfix, Exim, Sendmail and OpenSMTPD: no program is run.

import type { Host } from "../src/core/host.ts";
import { MAILS_COUNTED_MAX } from "../src/core/limits.ts";
import { defineProbe } from "../src/core/probe.ts";

/** Files are counted, in subdirectories too where the queue is hashed. One of each mail: `pattern` tells which. */
const QUEUES: readonly { dir: string; deferred?: true; depth: number; pattern: RegExp }[] = [
  { dir: "/var/spool/postfix/incoming", depth: 2, pattern: /^[0-9A-Za-z]{6,}$/ },
  { dir: "/var/spool/postfix/active", depth: 2, pattern: /^[0-9A-Za-z]{6,}$/ },
  { dir: "/var/spool/postfix/deferred", depth: 2, deferred: true, pattern: /^[0-9A-Za-z]{6,}$/ },
  { dir: "/var/spool/postfix/maildrop", depth: 0, pattern: /^[0-9A-Za-z]{6,}$/ },
  { dir: "/var/spool/exim4/input", depth: 1, pattern: /-H$/ },
  { dir: "/var/spool/exim/input", depth: 1, pattern: /-H$/ },
  { dir: "/var/spool/mqueue", depth: 1, pattern: /^qf/ },
  { dir: "/var/spool/smtpd/queue", depth: 2, pattern: /^[0-9a-f]{8}$/ },
];

export default defineProbe({
  name: "mailqueue",
  doc: "Mails that wait on this host to be sent.",
  example: "get mars mailq mailq_deferred",
  values: {
    waiting: {
      item: "mailq",
      unit: "mails",
      kind: "gauge",
      fit: "soso >500 for 15m until <400  sick >5000 for 15m until <4000",
      doc: "All mails in the queue. A mailing list makes hundreds for minutes; a queue of thousands that stays is a relay that is down, or spam that is sent from here.",
    },
    deferred: {
      item: "mailq_deferred",
      unit: "mails",
      kind: "gauge",
      doc: "Of these, how many were tried and put off; of Postfix alone. Without a default fitness: there are always some that nobody will ever take.",
    },
  },
  every_s: 300,
  needs: "root, or the group of the mail server, to look into its queue.",
  nodata: "hosts without a queue of Postfix, Exim, Sendmail or OpenSMTPD.",
  read: (host) => {
    const there = QUEUES.filter(({ dir }) => host.stat(dir)?.kind === "directory");
    if (there.length === 0) return {};
    let left = MAILS_COUNTED_MAX;
    const counts = there.map((queue) => {
      const count = countFiles(host, queue.dir, queue.pattern, queue.depth, left);
      left -= count;
      return { queue, count };
    });
    const sum = (all: typeof counts) => all.reduce((total, { count }) => total + count, 0);
    const deferred = counts.filter(({ queue }) => queue.deferred);
    const text = left <= 0 ? { text: "or more: not all were counted" } : undefined;
    return {
      waiting: text ? { value: sum(counts), ...text } : sum(counts),
      deferred: deferred.length > 0 ? sum(deferred) : null,
    };
  },
});

function countFiles(host: Host, dir: string, pattern: RegExp, depth: number, most: number): number {
  let count = 0;
  for (const name of host.list(dir)) {
    if (count >= most) break;
    // A hashed queue has directories of one letter, Exim's and OpenSMTPD's of one or two.
    if (depth > 0 && name.length <= 2) count += countFiles(host, `${dir}/${name}`, pattern, depth - 1, most - count);
    else if (pattern.test(name)) count++;
  }
  return Math.min(count, most);
}
