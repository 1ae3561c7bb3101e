import { expect, test } from "bun:test";
import smart, { parseSmart } from "../../probes/smart.ts";
import type { Finished } from "../../src/core/host.ts";
import { fakeHost, given, probeErrorOf } from "./fake-host.ts";

const said = (answer: unknown, code = 0): Finished => ({
  code,
  signal: null,
  stdout: JSON.stringify(answer),
  stderr: "",
});
const ATA = {
  smart_status: { passed: true },
  temperature: { current: 34 },
  ata_smart_attributes: {
    table: [
      { id: 5, raw: { value: 0 } },
      { id: 197, raw: { value: 8 } },
    ],
  },
};
const NVME = {
  smart_status: { passed: true },
  temperature: { current: 71 },
  nvme_smart_health_information_log: { critical_warning: 0, percentage_used: 103, media_errors: 0 },
};

test.each<[string, Finished, unknown]>([
  ["a good one", said({ smart_status: { passed: true } }), { name: "sda" }],
  ["sectors that wait", said(ATA, 64), { name: "sda", failing: "8 sectors cannot be read", temp: 34, pending: 8 }],
  ["one that fails", said({ smart_status: { passed: false } }, 8), { name: "sda", failing: "says that it fails" }],
  ["flash", said(NVME), { name: "sda", temp: 71, worn: 103 }],
  [
    "one that sleeps",
    said({ power_mode: { ata_value: 0 }, smartctl: { messages: [{ string: "Device is in STANDBY mode" }] } }),
    undefined,
  ],
  ["a USB stick", said({ smartctl: { messages: [{ string: "/dev/sda: Unknown USB bridge" }] } }, 1), undefined],
  ["a disk without it", said({ smart_support: { available: false } }, 4), undefined],
])("%s", (_, finished, disk) => {
  expect(parseSmart("sda", finished)).toEqual(disk as never);
});

test.each<[string, Finished, string]>([
  [
    "an old smartctl",
    { code: 1, signal: null, stdout: "=======> UNRECOGNIZED OPTION: json", stderr: "" },
    "version 7 or later",
  ],
  [
    "no rights",
    said({ smartctl: { messages: [{ string: "Smartctl open device: /dev/sda failed: Permission denied" }] } }, 2),
    "Permission denied",
  ],
  ["a disk that hangs", { ...said(ATA), ended: "late" }, "did not answer"],
  ["null", said(null), "no JSON"],
])("%s is an error", async (_, finished, message) => {
  expect(await probeErrorOf(() => parseSmart("sda", finished))).toContain(message);
});

test("all disks of a host, one after the other; those of a hypervisor are not asked", async () => {
  const asked: string[] = [];
  const files = Object.fromEntries(
    ["sda", "sdb", "vda", "nvme0n1", "nvme0n2", "loop0", "md0"].map((name) => [`/sys/block/${name}/size`, "1"]),
  );
  const run = async ({ argv }: { argv: readonly string[] }) => {
    asked.push(argv.at(-1) ?? "");
    return said(argv.at(-1) === "/dev/nvme0" ? NVME : ATA);
  };
  expect(await smart.find(fakeHost(files, { run }), given())).toEqual({
    readings: {
      failing: { value: 2, text: "sda: 8 sectors cannot be read; sdb: 8 sectors cannot be read" },
      temp: { value: 71, text: "nvme0" },
      worn: { value: 103, text: "nvme0" },
    },
    found: [
      { key: "nvme0_temp", reading: 71, unit: "°C", kind: "gauge" },
      { key: "nvme0_worn", reading: 103, unit: "%", kind: "gauge" },
      { key: "sda_temp", reading: 34, unit: "°C", kind: "gauge" },
      { key: "sda_pending", reading: 8, unit: "sectors", kind: "gauge" },
      { key: "sdb_temp", reading: 34, unit: "°C", kind: "gauge" },
      { key: "sdb_pending", reading: 8, unit: "sectors", kind: "gauge" },
    ],
  });
  expect(asked).toEqual(["/dev/nvme0", "/dev/sda", "/dev/sdb"]);
  expect(await smart.find(fakeHost({}), given())).toEqual({ readings: {}, found: [] });
});
