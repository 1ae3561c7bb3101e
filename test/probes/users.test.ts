import { describe, expect, test } from "bun:test";
import users, { parseSession, parseUtmp } from "../../probes/users.ts";
import { fakeHost, GARBAGE, given, probeErrorOf } from "./fake-host.ts";

/** A struct utmp of this size. */
function record(size: number, type: number, pid: number, user: string): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeInt16LE(type, 0);
  bytes.writeInt32LE(pid, 4);
  bytes.write("pts/0", 8);
  bytes.write(user, 44);
  bytes.writeInt32LE(1_700_000_000, 340);
  return bytes;
}
const utmp = (size: number) =>
  Buffer.concat([
    record(size, 2, 0, "reboot"),
    record(size, 6, 640, "LOGIN"),
    record(size, 7, 71, "anna"),
    record(size, 7, 72, "anna"),
    record(size, 7, 73, "a".repeat(32)),
    record(size, 8, 74, "bo"),
  ]);
const session = (user: string, more = "") => `# private\nUID=1000\nUSER=${user}\nACTIVE=1\nSTATE=active\n${more}`;

describe("users", () => {
  test.each([384, 400])("reads utmp of %p bytes a record", (size) => {
    const long = "a".repeat(32);
    expect(parseUtmp(utmp(size), "/run/utmp")).toEqual([
      { user: "anna", pid: 71 },
      { user: "anna", pid: 72 },
      { user: long, pid: 73 },
    ]);
  });

  test("counts whose process is still there", async () => {
    const files = { "/run/utmp": "x", "/proc/71": "", "/proc/72": "", "/run/systemd/sessions/1": session("eve") };
    const host = fakeHost(files, { readBytes: () => utmp(384) });
    expect(await users.read(host, given())).toEqual({ users: { value: 1, text: "anna" }, sessions: 2 });
  });

  test("without utmp takes the sessions of people, by logind", async () => {
    const files: Record<string, string> = {
      "/run/systemd/sessions": "",
      "/run/systemd/sessions/1": session("bo", "CLASS=user\nTYPE=tty\n"),
      "/run/systemd/sessions/1.ref": "a FIFO",
      "/run/systemd/sessions/2": session("anna", "CLASS=user-early\n"),
      "/run/systemd/sessions/3": session("gdm", "CLASS=greeter\n"),
      "/run/systemd/sessions/4": session("root", "CLASS=background\n"),
      "/run/systemd/sessions/5": session("eve").replace("active", "closing"),
      "/run/systemd/sessions/c6": session("bo"),
    };
    expect(await users.read(fakeHost(files), given())).toEqual({ users: { value: 2, text: "anna bo" }, sessions: 3 });
    expect(await users.read(fakeHost({ ...files, "/run/utmp": "" }), given())).toMatchObject({ sessions: 3 });
  });

  test("nobody is 0, and neither source no data", async () => {
    expect(await users.read(fakeHost({ "/run/systemd/sessions": "" }), given())).toEqual({ users: 0, sessions: 0 });
    expect(await users.read(fakeHost({}), given())).toEqual({});
  });

  test.each([Buffer.alloc(1), utmp(384).subarray(0, 385), Buffer.alloc(384, 0x41), utmp(392)])(
    "refuses utmp %#",
    async (bytes) => {
      expect(await probeErrorOf(() => parseUtmp(bytes, "/run/utmp"))).toContain("/run/utmp: expected records of");
    },
  );

  test.each(GARBAGE)("refuses the session %p", async (text) => {
    expect(await probeErrorOf(() => parseSession(text, "/run/x"))).toContain("/run/x: expected");
  });
});
