// What the words of an item on a web page may be: its address, methods, statuses, header fields (RFC 9110).

import { type Form, listed, quoted, WordError } from "../core/form.ts";

/** Methods that people ask a server for; others may be written too. */
const METHODS = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"];

/** The address of a page; {host} stands for the item's own host. */
export const WEB_PAGE: Form<string> = {
  is: "http:// or https://, the host, and what is behind it",
  parse: (word) => {
    const url = URL.parse(word.replaceAll("{host}", "host"));
    if ((url?.protocol === "http:" || url?.protocol === "https:") && /^https?:\/\/[^/]/i.test(word)) return word;
    const [, scheme = "https:", rest = ""] = /^(https?:)?\/*(.*)$/i.exec(word) ?? [];
    const isHost =
      /^[^\s/]*[.:{][^\s/]*(\/.*)?$/.test(rest) && URL.parse(`https://${rest.replaceAll("{host}", "host")}`);
    throw new WordError(
      `${quoted(word)} is no address of a web page`,
      isHost && !/^\w+:\/\//.test(rest) ? `write ${scheme}//${rest}` : `write ${WEB_PAGE.is}`,
    );
  },
};

export const METHOD: Form<string> = {
  is: `${listed(METHODS.slice(0, 3))}, or another`,
  parse: (word) => {
    const method = word.toUpperCase();
    if (/^[A-Z]{1,20}$/.test(method)) return method;
    throw new WordError(`${quoted(word)} is no method of HTTP`, `write ${listed(METHODS)}`);
  },
};

export const STATUSES: Form<string[]> = {
  is: "statuses with commas: 200,3xx",
  parse: (word) => {
    const all = word.toLowerCase().split(",");
    const wrong = all.find((each) => !/^[1-5](\d\d|xx)$/.test(each));
    if (wrong === undefined) return all;
    throw new WordError(`${quoted(wrong)} is no status of HTTP`, "write numbers from 100 to 599, or 2xx, with commas");
  },
};

/** It may be a secret, so it is never quoted. */
export const HEADER: Form<[name: string, value: string]> = {
  is: "NAME: VALUE, in quotes",
  parse: (word) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([^\0-\x08\n-\x1f\x7f]*)$/.exec(word) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw new WordError("that is no header field", 'write header="Accept: text/html"');
  },
};

/** A secret, or the file that has it: it is never quoted. */
export const PASSWORD: Form<{ text: string } | { path: string }> = {
  is: "the password, or @ and the path of a file that has it",
  parse: (word) => {
    if (!word.startsWith("@")) return { text: word };
    if (word.startsWith("@/")) return { path: word.slice(1) };
    throw new WordError("behind @ must be the path of a file", "write password=@/etc/dmon/web.password");
  },
};
