import { expect, test } from "bun:test";
import { homedir } from "node:os";
import { defaultDirectories } from "../../src/config/directories.ts";

test("root has the places of the original", () => {
  expect(defaultDirectories(0, { XDG_STATE_HOME: "/x" })).toEqual({
    bindir: "/usr/sbin",
    logdir: "/var/log/dmon",
    vardir: "/var/dmon",
    rundir: "/var/run/dmon",
    lckdir: "/var/lock/subsys",
    root: "/",
  });
});

test.each<[Record<string, string>, string]>([
  [{}, `${homedir()}/.local/state/dmon`],
  [{ XDG_STATE_HOME: "/x" }, "/x/dmon"],
  [{ XDG_STATE_HOME: "x" }, `${homedir()}/.local/state/dmon`], // the XDG rules: a relative path is to be ignored
])("others have one tree: %j", (env, base) => {
  const dirs = defaultDirectories(1000, env);
  expect(dirs.vardir).toBe(base);
  for (const dir of [dirs.bindir, dirs.logdir, dirs.rundir, dirs.lckdir]) expect(dir.startsWith(base)).toBe(true);
});
