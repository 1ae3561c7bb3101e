// The URLs of channels: what is in them, and which parts of them nobody may read. Pure.

/** The file that a channel's URL names; undefined where it is the URL itself. */
export function fileOf(url: string): string | undefined {
  return url.startsWith("@/") ? url.slice(1) : undefined;
}

/** A text that begins as a URL of the web and has a host. */
export function isWebUrl(text: string): boolean {
  return /^https?:\/\/[^/\s#?]+(?:[/#?]\S*)?$/i.test(text) && URL.canParse(text);
}

/** The same with a path behind the host, which tells there whom it is for. */
export function hasPath(text: string): boolean {
  return isWebUrl(text) && (URL.parse(text)?.pathname ?? "/") !== "/";
}

/** Instead of what is hidden. */
const HIDDEN = "…";
/** A shorter word of a path is no secret. A shorter password stands in every text, and a text that has it is not shown at all. */
const HIDDEN_CHARS_MIN = 4;

/** All of a URL but its scheme and host, as other ends may quote it: each part as it is, decoded and encoded. */
export function secretsOf(url: string): string[] {
  const { username = "", password = "", pathname = "", search = "" } = URL.parse(url) ?? {};
  const fragment = fragmentOf(url);
  const credentials = [username, password, basicOf(url)];
  const values = search.slice(1).split("&");
  const words = [...pathname.split("/"), ...values, ...values.map(behindEquals)];
  const parts = [...credentials, fragment, ...words.filter((word) => word.length >= HIDDEN_CHARS_MIN)];
  const forms = parts.flatMap((part) => [part, decoded(part), encodeURIComponent(decoded(part).toWellFormed())]);
  return [...new Set(forms.filter(Boolean))].sort((a, b) => b.length - a.length);
}

/** A text of the other end without any secret of a URL in it. `isCut`: more followed, so its end may be half a secret. */
export function hide(text: string, secrets: readonly string[], isCut = false): string {
  let shown = isCut ? text.slice(0, text.length - begunChars(text, secrets)) : text;
  for (const secret of secrets) {
    if (secret.length < HIDDEN_CHARS_MIN) continue;
    for (let at = find(shown, secret); at >= 0; at = find(shown, secret))
      shown = shown.slice(0, at) + HIDDEN + shown.slice(at + secret.length);
  }
  return secrets.some((secret) => find(shown, secret) >= 0) ? HIDDEN : shown;
}

/** How many characters at the end of a text may be the beginning of a secret. */
function begunChars(text: string, secrets: readonly string[]): number {
  const end = small(text.slice(-Math.max(1, secrets[0]?.length ?? 0)));
  let begun = 0;
  for (const secret of secrets.map(small))
    for (let chars = begun + 1; chars < secret.length; chars++) if (end.endsWith(secret.slice(0, chars))) begun = chars;
  return begun;
}

/** In capitals or not: servers quote paths in either. Those of ASCII alone, for others change the length of a text. */
function find(text: string, secret: string): number {
  return small(text).indexOf(small(secret));
}

function small(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** What is behind the `#`, as it was written: it is never sent. */
export function fragmentOf(url: string): string {
  const at = url.indexOf("#");
  return at < 0 ? "" : url.slice(at + 1);
}

/** The credentials as HTTP sends them (RFC 7617); "" where the URL has none. */
export function basicOf(url: string): string {
  const { username = "", password = "" } = URL.parse(url) ?? {};
  if (username === "" && password === "") return "";
  return Buffer.from(`${decoded(username)}:${decoded(password)}`, "utf8").toString("base64");
}

function behindEquals(value: string): string {
  return value.slice(value.indexOf("=") + 1);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
