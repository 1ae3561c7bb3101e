// A Munin plugin as munin-node runs it: `config` for what its fields mean, then a fetch for their values (Munin Guide,
// "The Concise guide to plugin authoring"). Rights and environment are those of /etc/munin/plugin-conf.d.

import { didYouMean } from "../src/core/diagnostic.ts";
import type { Host } from "../src/core/host.ts";
import { FOUND_MAX } from "../src/core/limits.ts";
import {
  evaluate,
  type Graphs,
  hasStrangers,
  hasValues,
  type PluginConf,
  parseGraphs,
  parsePluginConf,
} from "../src/core/munin.ts";
import { isName, slug } from "../src/core/names.ts";
import {
  complaint,
  cutShort,
  firstLine,
  PLUGIN_OPTIONS,
  PLUGIN_TIMEOUT_S,
  PROGRAM,
  pluginProgram,
} from "../src/core/plugin.ts";
import { defineFinder, type Found, type Given } from "../src/core/probe.ts";
import { ProbeError } from "../src/core/reading.ts";

const LINKS = "/etc/munin/plugins";
const CONF = "/etc/munin/plugin-conf.d";
const GROUPS = "/etc/group";
const DIRS = [
  "/usr/share/munin/plugins",
  "/usr/local/share/munin/plugins",
  "/usr/lib/munin/plugins",
  "/usr/local/munin/lib/plugins",
];
/** As whom munin-node, too, runs a plugin for which plugin-conf.d has no user. */
const USER = "nobody";
/** How long `config` is believed: it costs a process, and changes when a disk is put in… */
const CONFIG_S = 3600;
/** …which is seen by a field that it does not have; then it is asked again, but not more often than this. */
const CONFIG_S_MIN = 300;

interface Known {
  /** When the plugin was asked, in seconds since the epoch. */
  asked_s: number;
  plugin: Plugin;
  conf: PluginConf;
  /** The file that says with whose rights, where one does. */
  rightsBy?: string;
  config: Graphs;
  /** Its `config` brings the values too, so that one process gives all. */
  dirty: boolean;
  strangers: boolean;
  sums: Map<string, number>;
}
/** By plugin and options: what must be known from one reading to the next. What is no longer read leaves. */
const known = new Map<string, Known>();

export default defineFinder({
  name: "munin",
  doc: "A Munin plugin, unchanged: each of its fields, with the plugin's own warning and critical ranges.",
  args: [
    {
      name: "plugin",
      form: PROGRAM,
      doc: `A path, or a name in ${LINKS} or ${DIRS[0]}: if_eth0 needs no link to if_.`,
    },
  ],
  options: {
    ...PLUGIN_OPTIONS,
    user: { ...PLUGIN_OPTIONS.user, doc: `with whose rights it runs; left out: as in plugin-conf.d, else ${USER}` },
  },
  values: {
    fields: {
      unit: "",
      kind: "gauge",
      fit: "soso <1 for 10m",
      doc: "Fields that have a value. One that computes rates itself has none at its first reading, which is no data; one that never has any is of no use.",
    },
  },
  finds:
    "each field, those of a multigraph plugin's other graphs as GRAPH.FIELD; what its cdef would make of it is not computed",
  example: "item web munin nginx_request env.url=http://localhost/status",
  needs: "the plugin and what it needs; root, to run it with another user's rights",
  timeout_s: PLUGIN_TIMEOUT_S,
  lane: "plugin",
  find: async (host, given) => {
    const key = JSON.stringify([given.args, given.options, given.target.host]);
    try {
      return await read(host, given, key);
    } catch (error) {
      known.delete(key); // what is wrong may be mended before the hour is over
      throw error;
    }
  },
  suggest: (host) =>
    host
      .list(LINKS)
      .filter((name) => isName(name) && host.stat(`${LINKS}/${name}`)?.kind === "file")
      .sort()
      .map((name) => `munin_${slug(name)} munin ${name}`),
});

async function read(host: Host, given: Given, key: string) {
  const now_s = host.now();
  let state = known.get(key);
  const isFirst = state === undefined;
  let values: Graphs | undefined;
  if (!state || isOld(state, now_s)) {
    const fresh = prepare(host, given, now_s, state?.sums);
    values = parseGraphs(await ask(host, given, fresh, "config"));
    state = { ...fresh, config: values, dirty: hasValues(values) };
    forgetOld(now_s);
    known.set(key, state);
  } else if (state.dirty) values = parseGraphs(await ask(host, given, state, "config"));
  if (!values || !state.dirty) {
    const spent_s = Math.max(0, host.now() - now_s);
    const left_s = Math.max(given.timeout_s - spent_s, given.timeout_s / 10);
    values = parseGraphs(await ask(host, { ...given, timeout_s: left_s }, state));
  }
  state.strangers = hasStrangers(values, state.config);
  const found = evaluate(state.dirty ? values : state.config, values, state.sums, state.plugin.name);
  if (found.length > FOUND_MAX) throw new ProbeError(`more than ${FOUND_MAX} fields`);
  forgetSums(state.sums, found);
  const fields = found.filter(({ reading }) => reading !== null).length;
  const none = isFirst ? null : { value: 0, text: "it printed no value" };
  return { readings: { fields: fields > 0 ? fields : none }, found };
}

/** Of fields with ever other names, such as those of processes. */
function forgetSums(sums: Map<string, number>, found: readonly Found[]): void {
  if (sums.size <= FOUND_MAX) return;
  const now = new Set(found.map(({ key }) => key));
  for (const key of sums.keys()) if (!now.has(key)) sums.delete(key);
}

/** A clock that was set back is no reason to believe for longer. */
function isOld({ asked_s, strangers }: Known, now_s: number): boolean {
  const age_s = now_s - asked_s;
  return age_s < 0 || age_s >= CONFIG_S || (strangers && age_s >= CONFIG_S_MIN);
}

function forgetOld(now_s: number): void {
  for (const [key, { asked_s }] of known) if (Math.abs(now_s - asked_s) > 2 * CONFIG_S) known.delete(key);
}

function prepare(host: Host, { args: [name = ""] }: Given, now_s: number, sums = new Map<string, number>()): Known {
  const plugin = findPlugin(host, name);
  const files = readable(() => host.list(CONF), [])
    .filter((file) => /^[-\w:][-\w.:]*$/.test(file))
    .sort()
    .map((file) => ({ path: `${CONF}/${file}`, text: readable(() => host.readIfAny(`${CONF}/${file}`), "") ?? "" }));
  const conf = parsePluginConf(
    files.map(({ text }) => text),
    plugin.name,
  );
  const rightsBy = files.findLast(({ text }) => saysRights(parsePluginConf([text], plugin.name), conf))?.path;
  return {
    asked_s: now_s,
    plugin,
    conf,
    ...(rightsBy ? { rightsBy } : {}),
    config: new Map(),
    dirty: false,
    strangers: false,
    sums,
  };
}

function saysRights(some: PluginConf, all: PluginConf): boolean {
  return (some.user ?? some.group) !== undefined && some.user === all.user;
}

// Who may not read how plugins are configured could not give them a user either; the plugin says what it lacks.
function readable<T>(get: () => T, otherwise: T): T {
  try {
    return get();
  } catch {
    return otherwise;
  }
}

async function ask(host: Host, given: Given, { plugin, conf, rightsBy }: Known, mode?: "config"): Promise<string> {
  if (conf.command !== undefined)
    throw new ProbeError(`${CONF} has a command for ${plugin.name}, which is not taken over: use exec or a script`);
  const program = pluginProgram(given, {
    argv: [plugin.file, ...(mode ? [mode] : [])],
    ...(plugin.calledAs === undefined ? {} : { calledAs: plugin.calledAs }),
    ...rightsOf(host, given, conf),
    ...(rightsBy && given.options.user === undefined ? { rightsBy } : {}),
    env: { ...environment(given), ...conf.env },
    stateIn: { MUNIN_PLUGSTATE: "", MUNIN_STATEFILE: `${plugin.name}-` },
  });
  const finished = await host.run(program);
  const cut = cutShort(finished, program);
  if (cut !== undefined) throw new ProbeError(cut);
  if (finished.code === 0) return finished.stdout;
  const said = complaint(finished, program) || firstLine(finished.stdout);
  throw new ProbeError(`it ended with status ${finished.code}${said ? `: ${said}` : ""}`);
}

function environment({ target }: Given): Record<string, string> {
  return {
    LANG: "C",
    LC_ALL: "C",
    PYTHONIOENCODING: "utf8:replace",
    FQDN: target.host,
    MUNIN_LIBDIR: "/usr/share/munin",
    MUNIN_CONFDIR: "/etc/munin",
    MUNIN_MASTER_IP: "-",
    MUNIN_CAP_MULTIGRAPH: "1",
    MUNIN_CAP_DIRTYCONFIG: "1",
  };
}

/** As munin-node has them; without root every plugin has dmon's own. */
function rightsOf(host: Host, { options }: Given, conf: PluginConf): { user?: string; groups?: string[] } {
  if (options.user !== undefined) return { user: options.user };
  if (!/^Uid:\s+0\s/m.test(host.readIfAny("/proc/self/status") ?? "")) return {};
  const user = conf.user ?? USER;
  if (conf.group === undefined) return { user };
  const groups = host.readIfAny(GROUPS) ?? "";
  const there = (group: string) => `\n${groups}`.includes(`\n${group}:`);
  const wanted = conf.group.split(/[\s,]+/).flatMap((word) => {
    const optional = /^\((.+)\)$/.exec(word)?.[1];
    return optional === undefined ? [word] : there(optional) ? [optional] : [];
  });
  return { user, groups: wanted };
}

interface Plugin {
  file: string;
  name: string;
  /** The name by which a wildcard plugin must be called, where there is no link of that name. */
  calledAs?: string;
}

/** The plugin that a name means: a link of that name, the plugin itself, or the wildcard plugin with the longest name. */
export function findPlugin(host: Host, name: string): Plugin {
  if (name.includes("/")) return { file: name, name: name.replace(/^.*\//, "") };
  const dirs = [LINKS, ...DIRS];
  const dir = dirs.find((each) => host.stat(`${each}/${name}`)?.kind === "file");
  if (dir !== undefined) return { file: `${dir}/${name}`, name };
  const wild = DIRS.flatMap((each) => host.list(each).map((file) => ({ dir: each, file })))
    .filter(({ file }) => file.endsWith("_") && isName(name) && isMadeOf(file, name))
    .sort((a, b) => b.file.length - a.file.length)[0];
  if (wild) return { file: `${wild.dir}/${wild.file}`, name, calledAs: name };
  const hint = didYouMean(
    name,
    dirs.flatMap((each) => host.list(each)),
  );
  throw new ProbeError(`there is no plugin ${name} in ${dirs.slice(0, 2).join(" or ")}${hint ? `; ${hint}` : ""}`);
}

// snmp__if_ is called as snmp_HOST_if_3.
function isMadeOf(file: string, name: string): boolean {
  return (
    name.startsWith(file) || (file.startsWith("snmp__") && name.replace(/^snmp_[^_]+_/, "snmp__").startsWith(file))
  );
}
