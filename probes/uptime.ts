// Time since the start of the kernel, from /proc/uptime (proc_uptime(5)), and whether updates wait for the next one, from what
// Debian's and Ubuntu's packages leave in /run and from the kernels in /boot. Linux.

import type { Host } from "../src/core/host.ts";
import { defineProbe, notUnderstood } from "../src/core/probe.ts";
import type { Reading } from "../src/core/reading.ts";

const UPTIME = "/proc/uptime";
const RELEASE = "/proc/sys/kernel/osrelease";
const REQUIRED = ["/run/reboot-required", "/var/run/reboot-required"];
/** A text names so many packages: what a person reads. */
const NAMED_MAX = 10;

export default defineProbe({
  name: "uptime",
  doc: "Time since the last boot, and whether updates wait for the next one.",
  example: "get * uptime reboot_required",
  nodata:
    "On reboot_required in containers and on machines whose kernel is not in their own /boot, while no package asks for one.",
  values: {
    uptime: {
      item: "uptime",
      unit: "s",
      kind: "time",
      fit: "soso <10m",
      doc: "Time since the last boot. A reboot is shown for ten minutes, and is never worse than soso: most are meant.",
    },
    reboot: {
      item: "reboot_required",
      unit: "",
      kind: "state",
      fit: "soso >0 for 1d",
      doc: "Whether a package asks for a reboot, or a newer kernel of the same flavour was installed since the boot (1). Shown after a day, as many hosts reboot by themselves at night.",
    },
  },
  read: (host) => {
    const uptime = parseUptime(host.read(UPTIME));
    return { uptime, reboot: asked(host) ?? newerKernel(host, host.now() - uptime) };
  },
});

/** Seconds since boot, the time in suspend included (proc_uptime(5)); throws ProbeError on anything else. */
export function parseUptime(text: string): number {
  const match = /^(\d+\.\d+) \d+\.\d+\s*$/.exec(text);
  if (!match) throw notUnderstood(UPTIME, 'the form "993.34 1906.95"', text);
  return Number(match[1]);
}

/** That a package asks for it, and which; undefined when none does. */
function asked(host: Host): Reading | undefined {
  const path = REQUIRED.find((each) => host.stat(each) !== undefined);
  if (path === undefined) return undefined;
  const packages = new Set((host.readIfAny(`${path}.pkgs`) ?? "").split("\n").filter((name) => name !== ""));
  return packages.size === 0 ? 1 : { value: 1, text: [...packages].slice(0, NAMED_MAX).join(" ") };
}

// Only where this kernel is one of those in /boot: else the hypervisor or the container's host has chosen it. One that was
// there before the boot was not taken, on purpose. Packages keep the times of their files, so that of depmod's list counts.
function newerKernel(host: Host, boot_s: number): Reading {
  const running = host.readIfAny(RELEASE)?.trim();
  const installed = host.list("/boot").flatMap((name) => (name.startsWith("vmlinuz-") ? [name.slice(8)] : []));
  if (running === undefined || !installed.includes(running)) return null;
  const since = installed.filter(
    (release) =>
      isNewer(release, running) && (host.stat(`/lib/modules/${release}/modules.dep`)?.changed_s ?? 0) > boot_s,
  );
  const newest = since.reduce((best, each) => (isNewer(each, best) ? each : best), running);
  return newest === running ? 0 : { value: 1, text: `kernel ${newest} is installed, ${running} runs` };
}

/**
 * Whether a kernel's release is newer than another of the same flavour: 6.1.0-21-amd64 than 6.1.0-18-amd64, but not than
 * 6.1.0-18-rt-amd64. The numbers before the first letter are compared, the words are the flavour.
 */
export function isNewer(a: string, b: string): boolean {
  if (flavour(a) !== flavour(b)) return false;
  const [one, other] = [numbers(a), numbers(b)];
  const index = one.findIndex((number, i) => number !== other[i]);
  return index >= 0 && (one[index] ?? 0) > (other[index] ?? -1);
}

function flavour(release: string): string {
  return (release.match(/[a-z]+/gi) ?? []).join(" ");
}

function numbers(release: string): number[] {
  return (/^[^a-z]*/i.exec(release)?.[0].match(/\d+/g) ?? []).map(Number);
}
