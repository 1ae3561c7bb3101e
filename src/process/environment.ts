// The environment of everything that dmon starts. BUN_* would change what our own binary does, LD_* what any does.

const KEPT = ["HOME", "LANG", "LC_ALL", "LOGNAME", "NO_COLOR", "TZ", "USER", "XDG_STATE_HOME"];

/** What the daemon, its re-exec and every child get: a sane PATH and a few harmless names, nothing else. */
export function cleanEnvironment(): Record<string, string> {
  const clean: Record<string, string> = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  };
  for (const name of KEPT) {
    const value = process.env[name];
    if (value !== undefined) clean[name] = value;
  }
  return clean;
}
