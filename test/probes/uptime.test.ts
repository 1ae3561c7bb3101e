import { describe, expect, test } from "bun:test";
import uptime, { isNewer, parseUptime } from "../../probes/uptime.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

describe("uptime", () => {
  test("is the first number, in seconds", async () => {
    const host = fakeHost({ "/proc/uptime": "993.34 1906.95\n" });
    expect(await uptime.read(host, given())).toEqual({ uptime: 993.34, reboot: null });
  });

  describe("a reboot", () => {
    const BOOTED = { "/proc/uptime": "1000.00 1.00\n", "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n" };
    /** Kernels in /boot, and seconds after the boot when each was installed. */
    const host = (kernels: Record<string, number>, more: Record<string, string> = {}) => {
      const files: Record<string, string> = { ...BOOTED, ...more };
      for (const release of Object.keys(kernels)) {
        files[`/boot/vmlinuz-${release}`] = "";
        files[`/lib/modules/${release}/modules.dep`] = "";
      }
      const fake = fakeHost(files);
      const installed = (path: string) => kernels[path.split("/")[3] ?? ""] ?? 0;
      return {
        ...fake,
        stat: (path: string) => {
          const status = fake.stat(path);
          return status && { ...status, changed_s: 1_700_000_000 - 1000 + installed(path) };
        },
      };
    };
    const reboot = async (...[kernels, more]: Parameters<typeof host>) =>
      (await uptime.read(host(kernels, more), given())).reboot;

    test.each<[string, Record<string, number>, unknown]>([
      ["is not needed with the newest kernel", { "6.1.0-18-amd64": -9, "6.1.0-17-amd64": -99 }, 0],
      [
        "is needed with a newer one",
        { "6.1.0-18-amd64": -9, "6.1.0-21-amd64": 500, "6.1.0-20-amd64": 9 },
        { value: 1, text: "kernel 6.1.0-21-amd64 is installed, 6.1.0-18-amd64 runs" },
      ],
      ["is not for one that was there and was not taken", { "6.1.0-18-amd64": -9, "6.1.0-21-amd64": -5 }, 0],
      ["is not for one of another flavour", { "6.1.0-18-amd64": -9, "6.1.0-21-rt-amd64": 500 }, 0],
      ["is not known where the kernel comes from outside", { "6.1.0-21-amd64": 500 }, null],
    ])("%s", async (_, kernels, wanted) => expect(await reboot(kernels)).toEqual(wanted as never));

    test("is what packages ask for, whatever kernels there are", async () => {
      const asked = { "/run/reboot-required": "***\n", "/run/reboot-required.pkgs": "libc6\nlibc6\ndbus\n" };
      expect(await reboot({ "6.1.0-18-amd64": -9 }, asked)).toEqual({ value: 1, text: "libc6 dbus" });
      expect(await reboot({}, { "/var/run/reboot-required": "" })).toBe(1);
    });
  });

  test.each([
    ["6.1.0-21-amd64", "6.1.0-18-amd64", true],
    ["6.1.0-9-amd64", "6.1.0-18-amd64", false],
    ["6.1.0-18-amd64", "6.1.0-18-amd64", false],
    ["6.1.0-21-cloud-amd64", "6.1.0-18-amd64", false],
    ["5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.el9.x86_64", true],
    ["5.14.0-427.el9.x86_64", "5.14.0-427.13.1.el9_4.x86_64", false],
    ["5.14.0-503.el9.x86_64", "5.14.0-427.13.1.el9_4.x86_64", true],
    ["6.8.0-45-generic", "6.8.0-110-generic", false],
  ])("%s is newer than %s: %p", (a, b, wanted) => expect(isNewer(a, b)).toBe(wanted));

  test.each([...GARBAGE, "993", "993.34", "993.34 19"])("refuses %p", async (text) => {
    expect(await probeErrorOf(() => parseUptime(text))).toContain("/proc/uptime: expected");
  });
});
