// What a host is made of: by systeminformation, which runs a few programs for it (half a second). So it is made once a start,
// by a process of its own, and the daemon only reads what that wrote.

import si from "systeminformation";
import { TEXT_CHARS_MAX } from "../core/limits.ts";
import type { Inventory } from "../core/report.ts";
import { formatValue } from "../core/units.ts";

/** Asks the system. What it does not tell is left out. */
export async function makeInventory(): Promise<Inventory> {
  const [system, cpu, bios, os, memory, disks] = await Promise.all([
    si.system(),
    si.cpu(),
    si.bios(),
    si.osInfo(),
    si.mem(),
    si.diskLayout(),
  ]);
  const cores =
    cpu.physicalCores === cpu.cores ? `${cpu.cores} cores` : `${cpu.physicalCores} cores, ${cpu.cores} threads`;
  return lines({
    System: words(system.manufacturer, system.model, system.virtual ? `(${words("virtual", system.virtualHost)})` : ""),
    "Serial number": system.serial,
    CPU: words(cpu.manufacturer, cpu.brand, `(${cores})`),
    Memory: formatValue(memory.total, "B"),
    Disks: disks.map(({ name, device, size }) => `${words(name, device)} ${formatValue(size, "B")}`).join(", "),
    BIOS: words(bios.vendor, bios.version, bios.releaseDate),
    OS: words(os.distro, os.release),
    Kernel: words(os.kernel, os.arch),
  });
}

function words(...all: readonly (string | undefined)[]): string {
  return all
    .map((word) => word?.trim() ?? "")
    .filter((word) => word !== "" && word !== "-")
    .join(" ");
}

/** What is known, each as one short line. */
export function lines(all: Inventory): Inventory {
  const tidy = Object.entries(all).map(
    ([name, text]) => [name, text.replace(/\s+/g, " ").trim().slice(0, TEXT_CHARS_MAX).toWellFormed()] as const,
  );
  return Object.fromEntries(tidy.filter(([, text]) => text !== "" && text !== "-"));
}
