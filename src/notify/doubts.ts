// What is wrong with the ways by which messages leave, as far as it can be seen without sending any: said by `dmon -t`, at a start
// and at a reload, and not when the first alert cannot be sent.

import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { isMailAddress } from "../core/names.ts";
import type { ChannelType } from "./channel.ts";
import { heartbeatPlace } from "./heartbeat.ts";
import { channelTypes } from "./index.ts";
import { locate } from "./location.ts";
import mail from "./mail.ts";
import { parseMailServer } from "./mail-server.ts";

/** What a dmon.conf says of sending. */
export interface Sending {
  conf: { smtp: string | undefined; mail_from: string | undefined; heartbeat: { url: string } | undefined };
  file?: string;
  hostname: string;
  server: string;
}

export interface Doubt {
  text: string;
  /** Nothing can be sent by it. */
  isFault: boolean;
}

/** What is wrong with the keys of a dmon.conf by which this host sends. */
export function settingsDoubts({ conf, file, hostname, server }: Sending): Doubt[] {
  const { smtp, mail_from, heartbeat } = conf;
  const ofHeartbeat = heartbeat ? placeDoubts("heartbeat", heartbeat.url, heartbeatPlace) : [];
  if (hostname !== server) return ofHeartbeat; // only the server sends mail
  const ofSender =
    mail_from === undefined || isMailAddress(mail_from)
      ? []
      : [fault(`mail_from ${mail_from} is no mail address; write dmon@example.org`)];
  return [...(smtp === undefined ? [] : smtpDoubts(smtp, file)), ...ofSender, ...ofHeartbeat];
}

/** What is wrong with the files that channels of the work name. */
export function channelDoubts(channels: Readonly<Record<string, { type: string; url: string }>>): Doubt[] {
  return Object.entries(channels).flatMap(([name, { type, url }]) => {
    const declared = channelTypes.find((each) => each.name === type);
    return declared && url.startsWith("@/") ? placeDoubts(`channel ${name}`, url, declared) : [];
  });
}

function smtpDoubts(smtp: string, file: string | undefined): Doubt[] {
  const isInFile = smtp.startsWith("@/");
  const ofPlace = isInFile ? placeDoubts("smtp", smtp, mail) : [];
  if (ofPlace.some(({ isFault }) => isFault)) return ofPlace;
  try {
    const { password, ca } = parseMailServer(locate(smtp, mail).url);
    const isOpen = password !== undefined && !isInFile && file !== undefined && isForAll(file);
    const ofConf = isOpen
      ? [doubt(`${file} can be read by everybody, and smtp has a password; chmod o= ${file}, or write smtp @/FILE`)]
      : [];
    return [...ofPlace, ...(ca === undefined ? [] : caDoubts(ca)), ...ofConf];
  } catch (error) {
    return [...ofPlace, fault((error as Error).message)];
  }
}

/** What is wrong with a URL, or with the file that has it. */
function placeDoubts(what: string, url: string, type: ChannelType): Doubt[] {
  try {
    const { url: found, warning } = locate(url, type);
    if (!type.accepts(found)) return [fault(`${what} is no ${type.is}; write ${type.form}`)];
    return warning === undefined ? [] : [doubt(warning)];
  } catch (error) {
    // Whoever tests the config may not be who runs dmon.
    const { message } = error as Error;
    return [{ text: `${what}: ${message}`, isFault: !message.includes("may not read") }];
  }
}

function caDoubts(ca: string): Doubt[] {
  try {
    accessSync(ca, constants.R_OK);
    const isPem = readFileSync(ca, "latin1").includes("-----BEGIN CERTIFICATE-----");
    return isPem ? [] : [fault(`smtp: ca=${ca} has no certificate in it (PEM)`)];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "EACCES") return [doubt(`smtp: ca=${ca}: may not be read by who runs this`)];
    return [fault(`smtp: ca=${ca}: ${code === "ENOENT" ? "no such file" : (error as Error).message}`)];
  }
}

function isForAll(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) % 8 >= 4;
}

const fault = (text: string): Doubt => ({ text, isFault: true });
const doubt = (text: string): Doubt => ({ text, isFault: false });
