// Where things are when dmon.conf does not say: the system's places for root, the user's state directory for others.

import { homedir } from "node:os";

export interface Directories {
  bindir: string;
  logdir: string;
  vardir: string;
  rundir: string;
  lckdir: string;
  root: string;
}

/** Root has the places of the original; everybody else one tree below XDG_STATE_HOME. */
export function defaultDirectories(uid: number, env: Readonly<Record<string, string | undefined>>): Directories {
  if (uid === 0) {
    return {
      bindir: "/usr/sbin",
      logdir: "/var/log/dmon",
      vardir: "/var/dmon",
      rundir: "/var/run/dmon",
      lckdir: "/var/lock/subsys",
      root: "/",
    };
  }
  const state = env.XDG_STATE_HOME?.startsWith("/") ? env.XDG_STATE_HOME : `${homedir()}/.local/state`;
  const base = `${state}/dmon`;
  return { bindir: `${base}/bin`, logdir: base, vardir: base, rundir: base, lckdir: `${base}/lock`, root: "/" };
}
