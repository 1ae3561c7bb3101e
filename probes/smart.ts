// What disks say of themselves (SMART, NVMe health), by smartctl(8) --json of smartmontools 7 and later.

import type { Finished, Host } from "../src/core/host.ts";
import { INSTANCES_MAX } from "../src/core/limits.ts";
import { defineFinder, type Found } from "../src/core/probe.ts";
import { counted, ProbeError, type Reading } from "../src/core/reading.ts";

const TIMEOUT_S = 120;
const DISK_TIMEOUT_S = 20;
/** Bits of smartctl's exit status that say that it could not ask: bad command line, no such device, a command failed. */
const NOT_ASKED = 0b111;

export default defineFinder({
  name: "smart",
  doc: "What the disks of this host say of their own health (SMART).",
  example: "get * smart_failing",
  values: {
    failing: {
      item: "smart_failing",
      unit: "disks",
      kind: "gauge",
      fit: "sick >0",
      doc: "Disks that say that they fail, or have sectors that cannot be read; the text names them. They may live for years or for hours: the data should be elsewhere.",
    },
    temp: {
      item: "smart_temp",
      unit: "°C",
      kind: "gauge",
      fit: "soso >60 until <55  sick >70 until <65",
      doc: "The hottest disk; the text names it.",
    },
    worn: {
      item: "smart_worn",
      unit: "%",
      kind: "gauge",
      over100: true,
      fit: "soso >90  sick >100",
      doc: "Of flash disks, how much of the life that the maker promises is used; the text names the most worn. Above 100% they mostly go on, without the promise.",
    },
  },
  finds: "of each disk its temperature (sda_temp), sectors that cannot be read (sda_pending), and wear (sda_worn)",
  needs: "smartctl of smartmontools 7 or later, and root.",
  nodata: "hosts without disks that are asked so, such as virtual machines; disks that sleep are not woken.",
  timeout_s: TIMEOUT_S,
  every_s: 3600,
  lane: "program",
  find: async (host) => {
    const names = diskNames(host);
    const disks: Disk[] = [];
    for (const name of names) {
      const disk = parseSmart(name, await host.run({ argv: commandOf(name), timeout_s: DISK_TIMEOUT_S }));
      if (disk) disks.push(disk);
    }
    return { readings: evaluate(disks), found: disks.flatMap(asFound) };
  },
});

/** Disks of which it makes sense to ask: sda, nvme0; not those of a hypervisor (vda, xvda). */
function diskNames(host: Host): string[] {
  const disks = host.list("/sys/block").filter((name) => /^(sd[a-z]+|nvme\d+n\d+)$/.test(name));
  return [...new Set(disks.map((name) => name.replace(/^(nvme\d+)n\d+$/, "$1")))].sort().slice(0, INSTANCES_MAX);
}

// A disk that sleeps stays asleep, and that is no error (exit status 0).
function commandOf(name: string): string[] {
  return ["smartctl", "--json", "--nocheck=standby,0", "--health", "--attributes", `/dev/${name}`];
}

export interface Disk {
  name: string;
  /** Why it is failing; absent while it is not. */
  failing?: string;
  temp?: number;
  worn?: number;
  pending?: number;
}

/** What smartctl --json says of a disk; undefined for one that has no SMART or sleeps. Throws ProbeError when it could not ask. */
export function parseSmart(name: string, finished: Finished): Disk | undefined {
  const { code, stdout, stderr, ended } = finished;
  if (ended) throw new ProbeError(`smartctl did not answer for /dev/${name} and was ended`);
  const answer = parse(stdout);
  if (!answer)
    throw new ProbeError(
      `smartctl for /dev/${name}: ${stderr.trim().split("\n")[0] || `no JSON (exit status ${code})`}; version 7 or later is needed`,
    );
  const messages = answer.smartctl?.messages?.map(({ string }) => string ?? "") ?? [];
  if (
    answer.smart_support?.available === false ||
    messages.some((text) => /unsupported|not supported|lacks SMART|Unknown USB/i.test(text))
  )
    return undefined;
  if (answer.power_mode && !answer.smart_status) return undefined;
  if (code !== null && (code & NOT_ASKED) !== 0 && !answer.smart_status)
    throw new ProbeError(`smartctl for /dev/${name}: ${messages[0] ?? `exit status ${code}`}`);
  if (!answer.smart_status) return undefined;
  const attribute = (id: number) => answer.ata_smart_attributes?.table?.find((each) => each.id === id)?.raw?.value;
  const nvme = answer.nvme_smart_health_information_log;
  const pending = attribute(197);
  const errors = nvme?.media_errors;
  const wear = nvme?.percentage_used;
  const failing = [
    ...(answer.smart_status.passed === false ? ["says that it fails"] : []),
    ...(pending ? [`${pending} sectors cannot be read`] : []),
    ...(errors ? [`${errors} errors of its medium`] : []),
    ...(nvme?.critical_warning ? [`warning ${nvme.critical_warning}`] : []),
  ].join(", ");
  const temp = answer.temperature?.current;
  return {
    name,
    ...(failing ? { failing } : {}),
    ...(isNumber(temp) && temp > 0 ? { temp } : {}),
    ...(isNumber(wear) ? { worn: wear } : {}),
    ...(isNumber(pending) ? { pending } : {}),
  };
}

interface Smart {
  smartctl?: { messages?: { string?: string }[] };
  smart_support?: { available?: boolean };
  smart_status?: { passed?: boolean };
  power_mode?: unknown;
  temperature?: { current?: number };
  ata_smart_attributes?: { table?: { id?: number; raw?: { value?: number } }[] };
  nvme_smart_health_information_log?: { media_errors?: number; percentage_used?: number; critical_warning?: number };
}

function parse(text: string): Smart | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** The readings of all disks; none where there is no disk that says anything. */
export function evaluate(disks: readonly Disk[]) {
  if (disks.length === 0) return {};
  const failing = disks.flatMap(({ name, failing: why }) => (why ? [`${name}: ${why}`] : []));
  return {
    failing: counted(failing, "; "),
    temp: greatest(disks, "temp"),
    worn: greatest(disks, "worn"),
  };
}

function greatest(disks: readonly Disk[], key: "temp" | "worn"): Reading {
  const known = disks.flatMap(({ name, [key]: value }) => (value === undefined ? [] : [{ value, text: name }]));
  return known.sort((a, b) => b.value - a.value)[0] ?? null;
}

function asFound({ name, temp, worn, pending }: Disk): Found[] {
  const all: [string, number | undefined, string][] = [
    ["temp", temp, "°C"],
    ["worn", worn, "%"],
    ["pending", pending, "sectors"],
  ];
  return all.flatMap(([what, reading, unit]) =>
    reading === undefined ? [] : [{ key: `${name}_${what}`, reading, unit, kind: "gauge" as const }],
  );
}
