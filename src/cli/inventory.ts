// dmon inventory: what this host is made of; the daemon's start has it written down for the host's page.

import { paths } from "../daemon/paths.ts";
import { writeFileAtomic } from "../process/files.ts";
import { defineCli } from "./command.ts";
import { table } from "./help.ts";

export default defineCli({
  name: "inventory",
  args: "",
  count: [0, 0],
  doc: "Show what this host is made of: model, processor, memory, disks, firmware, system.",
  more: "`dmon start` has it made once, in the background; the host's page shows it.",
  options: { save: { doc: "write it to vardir", hidden: true } },
  async run({ options, settings, global, out }) {
    const { makeInventory } = await import("../client/inventory.ts");
    const inventory = await makeInventory();
    if (options.save) {
      const { conf } = await settings();
      writeFileAtomic(paths(conf, global.test).inventory, `${JSON.stringify(inventory)}\n`);
    } else out(`${table(Object.entries(inventory))}\n`);
    return 0;
  },
});
