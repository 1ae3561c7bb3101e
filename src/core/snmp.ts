// How a host speaks SNMP, in the words of work.conf: `v2c:COMMUNITY`, `v3:USER:SHA-256:PASSWORD:AES:PASSWORD`. And object
// identifiers as text. RFC 3414 (USM), RFC 7860 (SHA-2), RFC 3826 (AES).

const AUTHENTICATION = {
  MD5: "md5",
  SHA: "sha",
  "SHA-224": "sha224",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
} as const;
/** AES-256 has no RFC. Its key is longer than some hashes: Blumenthal's way to lengthen these, or Reeder's, as Cisco's devices do. */
const PRIVACY = { DES: "des", AES: "aes", "AES-256": "aes256b", "AES-256-C": "aes256r" } as const;
/** What devices offer, and the runtime's cryptography does not. */
const NOT_SPOKEN = /^(AES192C?|3DES.*|DES3.*)$/;
/** Authentications whose hash is shorter than the key of AES-256. */
const SHORT: ReadonlySet<SnmpAuthentication> = new Set(["md5", "sha", "sha224"]);

export type SnmpAuthentication = (typeof AUTHENTICATION)[keyof typeof AUTHENTICATION];
export type SnmpPrivacy = (typeof PRIVACY)[keyof typeof PRIVACY];

/** How to ask an agent. `port` is the agent's own. */
export type SnmpAccess =
  | { version: "v1" | "v2c"; port: number; community: string }
  | {
      version: "v3";
      port: number;
      user: string;
      authentication?: { protocol: SnmpAuthentication; password: string };
      privacy?: { protocol: SnmpPrivacy; password: string };
    };

/** The other AES-256, where it makes a difference. */
export function otherPrivacy(access: SnmpAccess): string | undefined {
  if (access.version !== "v3" || !access.authentication || !SHORT.has(access.authentication.protocol)) return undefined;
  return { des: undefined, aes: undefined, aes256b: "AES-256-C", aes256r: "AES-256" }[
    access.privacy?.protocol ?? "aes"
  ];
}

export const SNMP_PORT = 161;
export const SNMP_FORM = "v2c:COMMUNITY, v1:COMMUNITY or v3:USER[:SHA-256:PASSWORD[:AES:PASSWORD]]";

/** What may stand for SHA-256 and AES there. */
export const SNMP_PROTOCOLS = `${Object.keys(AUTHENTICATION).join(", ")}; ${Object.keys(PRIVACY).join(", ")} (as Cisco's devices have it)`;

/** RFC 3414, 11.2: agents refuse shorter passwords. */
const PASSWORD_CHARS_MIN = 8;
/** RFC 3411: an SnmpAdminString of a user. */
const USER_CHARS_MAX = 32;

/** Reads the words of `snmp=`, or says what is wrong with them, never with a secret in it. */
export function parseSnmpAccess(text: string): SnmpAccess | { error: string; hint: string } {
  const [, version, portText, rest] = /^(v1|v2c|v3)(?:\/(\d+))?:(.+)$/.exec(text) ?? [];
  if (!version || !rest)
    return { error: `"${text.split(":", 1)[0]}" begins no SNMP access`, hint: `write ${SNMP_FORM}` };
  const port = portText === undefined ? SNMP_PORT : Number(portText);
  if (port < 1 || port > 65_535) return { error: `${portText} is no port`, hint: "write v2c/1161:COMMUNITY" };
  if (version !== "v3") return { version: version === "v1" ? "v1" : "v2c", port, community: rest };
  return parseUser(rest.split(":"), port);
}

function parseUser([user = "", ...words]: readonly string[], port: number): ReturnType<typeof parseSnmpAccess> {
  if (user === "" || user.length > USER_CHARS_MAX)
    return { error: `a user has 1 to ${USER_CHARS_MAX} characters`, hint: `write ${SNMP_FORM}` };
  if (![0, 2, 4].includes(words.length)) {
    const hint = `write ${SNMP_FORM}; a password cannot have a colon in it`;
    return { error: `behind the user belong 0, 2 or 4 words, not ${words.length}`, hint };
  }
  const [authName, authPassword = "", privName, privPassword = ""] = words;
  if (authName === undefined) return { version: "v3", port, user };
  const authentication = named(AUTHENTICATION, authName);
  if (!authentication) return unknown("authentication", authName, AUTHENTICATION);
  if (authPassword.length < PASSWORD_CHARS_MIN) return tooShort("authentication");
  const known = {
    version: "v3",
    port,
    user,
    authentication: { protocol: authentication, password: authPassword },
  } as const;
  if (privName === undefined) return known;
  const privacy = named(PRIVACY, privName);
  if (!privacy && NOT_SPOKEN.test(plain(privName))) {
    const hint = "give the device's user AES, AES-256 or DES";
    return { error: `dmon does not speak ${privName}`, hint };
  }
  if (!privacy) return unknown("privacy", privName, PRIVACY);
  if (privPassword.length < PASSWORD_CHARS_MIN) return tooShort("privacy");
  return { ...known, privacy: { protocol: privacy, password: privPassword } };
}

/** `sha256`, `SHA256` and `SHA-256` are the same; so are SHA1 and SHA, AES128 and AES. */
function plain(name: string): string {
  return name
    .toUpperCase()
    .replaceAll("-", "")
    .replace(/^SHA1$/, "SHA")
    .replace(/^AES128$/, "AES");
}

function named<T>(table: Readonly<Record<string, T>>, text: string): T | undefined {
  const key = Object.keys(table).find((name) => plain(name) === plain(text));
  return key === undefined ? undefined : table[key];
}

function unknown(what: string, name: string, table: object) {
  return { error: `"${name}" is no ${what} of SNMP v3`, hint: `there is ${Object.keys(table).join(", ")}` };
}

function tooShort(what: string) {
  return {
    error: `the password for ${what} is too short`,
    hint: `SNMP v3 wants at least ${PASSWORD_CHARS_MIN} characters`,
  };
}

/** An object identifier in its plain form, `1.3.6.1.2.1.1.3.0`, a leading dot taken away; undefined for anything else. */
export function parseOid(text: string): string | undefined {
  const oid = text.replace(/^\./, "");
  if (oid.length > OID_CHARS_MAX || !/^[012](\.(0|[1-9]\d{0,9}))+$/.test(oid)) return undefined;
  const parts = oid.split(".").map(Number);
  const isIn = parts.every((part) => part < 2 ** 32) && (parts[0] === 2 || (parts[1] ?? 0) < 40);
  return isIn && parts.length <= OID_PARTS_MAX ? oid : undefined;
}

/** RFC 2578: 128 numbers, each of 32 bits. */
const OID_PARTS_MAX = 128;
const OID_CHARS_MAX = OID_PARTS_MAX * 11;

/** Whether `b` comes behind `a` in the order of a walk. Both are object identifiers, or the ends of some. */
export function isBehind(b: string, a: string): boolean {
  const left = a.split(".");
  const right = b.split(".");
  for (const [index, part] of right.entries()) {
    const other = left[index];
    if (other === undefined) return true;
    const difference = Number(part) - Number(other);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
