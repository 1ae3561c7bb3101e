import { describe, expect, test } from "bun:test";
import disks, { worst } from "../../probes/disks.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fakeHost, fixtureHost, given, probeErrorOf } from "./fake-host.ts";

describe("disks", () => {
  test("names the fullest of a large server, and what became read-only", async () => {
    expect(await disks.read(fixtureHost("server128"), given())).toEqual({
      worst: { value: 93.75, text: "/srv/disk12" },
      inodes_worst: { value: expect.closeTo(10, 5), text: expect.any(String) },
      readonly: { value: 1, text: "/srv/disk07" },
    });
  });

  test("asks no server of files, and has no data without a disk", async () => {
    const files = { "/proc/self/mounts": "nas:/a / nfs4 rw 0 0\nproc /proc proc rw 0 0\n" };
    const statfs = () => Promise.reject(new ProbeError("asked"));
    const none = { worst: null, inodes_worst: null, readonly: null };
    expect(await disks.read(fakeHost(files, { statfs }), given())).toEqual(none);
  });

  test("a disk that cannot be asked is an error, not a smaller worst", async () => {
    const files = { "/proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n" };
    const statfs = () => Promise.reject(new ProbeError("cannot read /: input/output error"));
    expect(await probeErrorOf(() => disks.read(fakeHost(files, { statfs }), given()))).toContain("input/output error");
  });

  test("the first of equals is named, and of none nothing", () => {
    const all = [1, 7, 7, 3].map((value, i) => ({ value, text: `/${i}` }));
    expect(worst(all)).toEqual({ value: 7, text: "/1" });
    expect(worst([])).toBeNull();
  });
});
