// dmon about itself, from what the client counts (core/probe, SelfStats).

import { defineProbe } from "../src/core/probe.ts";

export default defineProbe({
  name: "dmon",
  doc: "dmon about itself: how late its values are, what it takes of memory and cpu, and events that wait for the server.",
  example: "get * dmon dmon_rss",
  values: {
    cycle: {
      item: "dmon",
      unit: "ms",
      kind: "gauge",
      fit: "soso >3000 for 5m  sick >12000 for 5m",
      doc: "From the moment that the last round was due to the one at which its values were on the disk: 5 to 400 ms, for 300 are waited for what comes soon, and not for what is slow. More is a cpu or a disk that is overloaded; from 12 s on a value may miss its minute.",
    },
    rss: {
      item: "dmon_rss",
      unit: "B",
      kind: "gauge",
      fit: "soso >1Gi for 10m  sick >2Gi for 10m",
      doc: "Memory of the daemon that is resident. Far above what a server of 1,000 hosts needs, so that only a leak is graded.",
    },
    cpu: {
      item: "dmon_cpu",
      unit: "%",
      over100: true,
      kind: "rate",
      fit: "soso >50% for 15m",
      doc: "Processor time of the daemon, in percent of one cpu. Never worse than soso: a busy monitor still monitors.",
    },
    outbox: {
      item: "dmon_outbox",
      unit: "events",
      kind: "gauge",
      fit: "soso >1000 for 10m  sick >25000",
      doc: "Events that the server has not yet confirmed. Nothing is lost while they wait; beyond 50,000 those are left out that led to and fro, the mildest first, and never an item's last level.",
    },
    history: {
      item: "dmon_history",
      unit: "",
      kind: "state",
      always: true,
      graded: true,
      fit: "sick <1 for 2m",
      doc: "Whether the history can be written (1). Otherwise the past is being lost, though the present is watched. When its file was damaged, removed or replaced it is 0 for five minutes, and the text beside it says what became of it.",
    },
    work: {
      item: "dmon_work",
      unit: "",
      kind: "state",
      always: true,
      graded: true,
      fit: "sick <1",
      doc: "Whether the newest work-file was taken over (1). One that does not read is refused, and the old work goes on.",
    },
  },
  read: (host) => {
    const self = host.self();
    const history = self.trouble === undefined ? 1 : { value: 0, text: self.trouble };
    const work = self.workTrouble === undefined ? 1 : { value: 0, text: self.workTrouble };
    return { history, work, cycle: self.cycle_ms, rss: self.rss_bytes, cpu: self.cpu_s * 100, outbox: self.outbox };
  },
});
