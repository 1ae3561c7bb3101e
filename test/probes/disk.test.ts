import { describe, expect, test } from "bun:test";
import disk, { evaluate, find, isForced, offered, parseMounts } from "../../probes/disk.ts";
import { fakeHost, fixtureHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

/** Mounts as `device path type` rows. */
const mounts = (...rows: string[]) => parseMounts(rows.map((row) => `${row} rw,relatime 0 0\n`).join(""));
const offeredPaths = (...rows: string[]) => offered(mounts(...rows)).map((mount) => mount.path);

describe("disk", () => {
  test("offers each real disk of a large server once, the shortest path first", () => {
    expect(offered(parseMounts(fixtureHost("server128").read("/proc/self/mounts"))).map(({ path }) => path)).toEqual([
      "/",
      "/boot",
      "/home",
      "/tank",
      "/boot/efi",
      "/mnt/backup",
      ...Array.from({ length: 36 }, (_, i) => `/srv/disk${String(i + 1).padStart(2, "0")}`),
      "/mnt/archive",
      "/srv/photo album",
    ]);
  });

  test.each([
    [
      "a container's root, and a volume",
      ["overlay / overlay", "/dev/sda2 /etc/hosts ext4", "/dev/sda2 /data ext4"],
      ["/", "/data"],
    ],
    ["no container's root as the engine sees it", ["overlay /var/lib/docker/overlay2/5f/merged overlay"], []],
    ["a root of any kind", ["none / fuse.fuse-overlayfs"], ["/"]],
    ["no root that is an image", ["/dev/root / squashfs"], []],
    ["no images", ["/dev/loop0 /snap/core/1 squashfs", "/dev/sr0 /mnt iso9660", "/dev/loop3 /opt erofs"], []],
    ["nothing of the kernel's", ["proc /proc proc", "tmpfs /run tmpfs", "/dev/sdb1 /run/media/u/USB ext4"], []],
    [
      "disks on FUSE, but no toys",
      ["/dev/sdb1 /ntfs fuseblk", "u@h: /ssh fuse.sshfs", "portal /p fuse.portal"],
      ["/ssh", "/ntfs"],
    ],
    ["bind mounts once", ["/dev/sda1 /srv/www/data xfs", "/dev/sda1 /data xfs", "/dev/sda1 /data/www xfs"], ["/data"]],
    ["of paths with one slug the first", ["/dev/sda1 /a/b ext4", "/dev/sdb1 /a_b ext4"], ["/a/b"]],
    [
      "directories that only begin alike",
      ["/dev/sda1 /development ext4", "/dev/sdb1 /running ext4"],
      ["/running", "/development"],
    ],
  ])("offers %s", (_, rows, paths) => expect(offeredPaths(...rows)).toEqual(paths));

  test("finds by path, with or without a last slash, and by slug", () => {
    const all = mounts("/dev/sda1 / ext4", "/dev/sdb1 /var/lib ext4", "tmpfs /tmp tmpfs", "/dev/sdc1 /root xfs");
    expect(find(all, "/").device).toBe("/dev/sda1");
    expect(find(all, "root").device).toBe("/dev/sda1"); // and not the home of root, which is to be had by path:
    expect(find(all, "/root").device).toBe("/dev/sdc1");
    expect(find(all, "/var/lib/").device).toBe("/dev/sdb1");
    expect(find(all, "var_lib").device).toBe("/dev/sdb1");
    expect(find(all, "tmp").type).toBe("tmpfs");
  });

  test("a slug means a disk rather than a shorter path that is none", () => {
    expect(find(mounts("tmpfs /a-b tmpfs", "/dev/sda1 /a/b/ ext4"), "a_b").device).toBe("/dev/sda1");
  });

  test("the last mount on a path is the one that is seen", () => {
    expect(find(mounts("rootfs / rootfs", "/dev/sda1 / ext4"), "root").type).toBe("ext4");
  });

  test("reads blanks, tabs, backslashes and empty devices", () => {
    const all = mounts("/dev/sda1 /a\\040b\\011c\\134d ext4", " /run/secrets tmpfs", "/dev/sdb1 /\u00e9t\u00e9 ext4");
    expect([...all.keys()]).toEqual(["/a b\tc\\d", "/run/secrets", "/\u00e9t\u00e9"]);
  });

  test("says what is mounted when nothing is mounted there", async () => {
    const all = mounts("/dev/sda1 / ext4", "/dev/sdb1 /home ext4", "proc /proc proc");
    expect(await probeErrorOf(() => find(all, "/data"))).toBe("nothing is mounted on /data; there are: / /home");
    expect(await probeErrorOf(() => find(all, "data"))).toBe("nothing is mounted on data; there are: / /home");
    expect(await probeErrorOf(() => find(mounts("proc /proc proc"), ""))).toContain("there are: no disks");
  });

  test.each([
    ["ext4", false],
    ["zfs", false],
    ["tmpfs", false],
    ["nfs4", true],
    ["cifs", true],
    ["fuse.sshfs", true],
    ["fuse.unheard-of", true],
    ["fuseblk", true],
    ["autofs", true],
  ])("asks %s as remote: %p", async (type, remote) => {
    const asked: [string, boolean][] = [];
    const host = fakeHost(
      { "/proc/self/mounts": `x / ${type} rw 0 0\n` },
      {
        statfs: async (path, isRemote) => {
          asked.push([path, isRemote]);
          return { size: 100, free: 50, avail: 30, files: 10, filesFree: 4 };
        },
      },
    );
    expect(await disk.read(host, given("root"))).toMatchObject({ usage: 62.5, avail: 30, inodes: 60 });
    expect(asked).toEqual([["/", remote]]);
  });

  test.each([
    ["can be written", "ext4", "rw,relatime", undefined, 0],
    ["became so by an error", "ext4", "ro,relatime", "rw,relatime shared:1 - ext4 /dev/sda1 ro,errors=remount-ro", 1],
    ["became so by an error, since Linux 6.15", "ext4", "rw,relatime,errors=remount-ro,emergency_ro", undefined, 1],
    ["was shut down", "ext4", "rw,relatime,shutdown", undefined, 1],
    ["was mounted so", "ext4", "ro", "ro,relatime - ext4 /dev/sda1 ro", null],
    ["is a bind mount that is", "xfs", "ro", "ro - xfs /dev/sda1 rw,attr2", null],
    ["is another's disk", "nfs4", "ro", undefined, null],
    ["is a live system's overlay", "overlay", "ro", "rw,relatime - overlay overlay ro,lowerdir=/a", null],
  ])("read-only: a file system that %s", async (_, type, options, info, wanted) => {
    const files: Record<string, string> = { "/proc/self/mounts": `/dev/sda1 /a\\040b ${type} ${options} 0 0\n` };
    if (info) files["/proc/self/mountinfo"] = `22 1 8:1 / /a rw - x y rw\n23 1 8:1 / /a\\040b ${info}\n`;
    const size = { size: 100, free: 50, avail: 30, files: 10, filesFree: 4 };
    const { readonly } = await disk.read(fakeHost(files, { statfs: async () => size }), given("a_b"));
    expect(typeof readonly === "object" && readonly ? readonly.value : readonly).toBe(wanted);
  });

  test("of several mounts on one path, the last one is meant", async () => {
    const line = (access: string) => `22 1 8:1 / /srv rw,relatime - ext4 /dev/sda1 ${access}\n`;
    expect(isForced(line("ro") + line("rw"), "/srv")).toBe(false);
    expect(isForced(line("rw") + line("ro"), "/srv")).toBe(true);
    expect(await probeErrorOf(() => isForced("", "/srv"))).toContain("/proc/self/mountinfo: expected a line on /srv");
  });

  test("has no data where a file system counts nothing", () => {
    const none = { size: 0, free: 0, avail: 0, files: 0, filesFree: 0 };
    expect(evaluate(none)).toEqual({ usage: null, avail: null, inodes: null });
    expect(evaluate({ ...none, size: 100, free: 60, avail: 60 })).toEqual({ usage: 40, avail: 60, inodes: null });
  });

  test("a full disk is 100 %, and a server that says more is free than there is has used none", () => {
    const size = { size: 100, free: 5, avail: 0, files: 10, filesFree: 0 };
    expect(evaluate(size)).toEqual({ usage: 100, avail: 0, inodes: 100 });
    expect(evaluate({ ...size, free: 120, avail: 120, filesFree: 12 })).toEqual({ usage: 0, avail: 120, inodes: 0 });
  });

  test.each([...GARBAGE, "/dev/sda1 / ext4 rw 0", "/dev/sda1 / ext4", "/dev/sda1 relative ext4 rw 0 0\n"])(
    "refuses %p",
    async (text) => {
      expect(await probeErrorOf(() => parseMounts(text))).toContain("/proc/self/mounts: expected");
    },
  );
});
