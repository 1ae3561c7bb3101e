// A connection to systemd's manager, over the system bus or, where there is none, over its own socket (root alone may).

import type { Host } from "../core/host.ts";
import { type Bus, connectBus } from "./dbus.ts";
import type { Value } from "./dbus-values.ts";

export const SYSTEMD = "org.freedesktop.systemd1";
export const PATH = "/org/freedesktop/systemd1";
const SYSTEM_BUS = "/run/dbus/system_bus_socket";
const OWN_SOCKET = "/run/systemd/private";
/** systemd answers in a millisecond; while it reloads itself, in seconds. */
const TIMEOUT_MS = 5_000;

/** Asks systemd; undefined on a host that it does not run. Throws ProbeError. */
export async function onSystemd<T>(host: Host, ask: (bus: Bus) => Promise<T>): Promise<T | undefined> {
  if (!host.stat("/run/systemd/system")) return undefined; // sd_booted(3)
  const isBus = host.stat(SYSTEM_BUS) !== undefined;
  const bus = await connectBus(host.real(isBus ? SYSTEM_BUS : OWN_SOCKET), TIMEOUT_MS, isBus);
  try {
    return await ask(bus);
  } finally {
    bus.close();
  }
}

/** A property of an object of systemd's. Throws ProbeError. */
export async function property(bus: Bus, path: string, of: string, name: string): Promise<Value | undefined> {
  const [value] = await bus.call({
    destination: SYSTEMD,
    path,
    interface: "org.freedesktop.DBus.Properties",
    member: "Get",
    signature: "ss",
    args: [of, name],
  });
  return value;
}
