// Units of systemd, asked over D-Bus (org.freedesktop.systemd1(5)). Linux with systemd.

import { defineProbe } from "../src/core/probe.ts";
import { counted } from "../src/core/reading.ts";
import { asNumber, asText, type Value } from "../src/reach/dbus-values.ts";
import { onSystemd, PATH, property, SYSTEMD } from "../src/reach/systemd.ts";

const MANAGER = "org.freedesktop.systemd1.Manager";

export default defineProbe({
  name: "systemd",
  doc: "Units of systemd that have failed, and jobs that wait.",
  example: "get * systemd_failed",
  values: {
    failed: {
      item: "systemd_failed",
      unit: "units",
      kind: "gauge",
      fit: "soso >0 for 5m",
      doc: "Units that are in the state failed; the text names them. Never worse than soso, for it may be an old timer: what must run has an item of its own, of the probe unit.",
    },
    jobs: {
      item: "systemd_jobs",
      unit: "jobs",
      kind: "gauge",
      fit: "soso >0 for 30m",
      doc: "Starts and stops that wait for others. Some stand for seconds; one that stands for half an hour holds up those behind it.",
    },
  },
  needs: "the system bus (dbus), or root.",
  nodata: "hosts that systemd does not run.",
  read: async (host) =>
    (await onSystemd(host, async (bus) => {
      const names = await bus.call({
        destination: SYSTEMD,
        path: PATH,
        interface: MANAGER,
        member: "ListUnitsFiltered",
        signature: "as",
        args: [["failed"]],
      });
      const units = (names[0] as Value[][]).map(([name]) => asText(name));
      const jobs = asNumber(await property(bus, PATH, MANAGER, "NJobs"));
      return { failed: counted(units.sort()), jobs };
    })) ?? {},
});
