// URLs of channels that stand in files.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { ARGUMENT_CHARS_MAX, CHANNEL_FILE_BYTES_MAX } from "../../src/core/limits.ts";
import command from "../../src/notify/command.ts";
import { locate, urlIn } from "../../src/notify/location.ts";
import webhook from "../../src/notify/webhook.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/dmon-location-`);
});
afterAll(() => rmSync(directory, { recursive: true }));

const HOOK = "https://x.example.org/hooks/s3cr3t";

function file(text: string, mode = 0o600): string {
  const path = `${directory}/url`;
  rmSync(path, { force: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test("a URL that is none of a file is itself", () => {
  expect(locate(HOOK, webhook)).toEqual({ url: HOOK });
});

test("a file's one line", () => {
  expect(locate(`@${file(`${HOOK}\n`)}`, webhook)).toEqual({ url: HOOK });
});

test.each([
  [0o600, false],
  [0o640, false],
  [0o644, true],
  [0o604, true],
])("mode %o: warned of %p", (mode, isWarned) => {
  const path = file(HOOK, mode);
  const octal = `0${mode.toString(8)}`;
  const warning = isWarned ? `${path} can be read by everybody (mode ${octal}); chmod o= ${path}` : undefined;
  expect(locate(`@${path}`, webhook).warning).toBe(warning as string);
});

test("what it says now is read each time", () => {
  const path = file(HOOK);
  locate(`@${path}`, webhook);
  writeFileSync(path, `${HOOK}2`);
  expect(locate(`@${path}`, webhook).url).toBe(`${HOOK}2`);
});

describe("files that are wrong", () => {
  const fault = (path: string) => {
    try {
      return locate(`@${path}`, webhook).url;
    } catch (error) {
      return String(error).replaceAll(directory, "");
    }
  };
  test("not there, no file, closed, too large", () => {
    expect(fault(`${directory}/none`)).toBe("SendError: /none: no such file; make it on this host, the server");
    expect(fault(`${file(HOOK)}/x`)).toBe("SendError: /url/x: no such file: a part of its path is no directory");
    mkdirSync(`${directory}/dir`);
    expect(fault(`${directory}/dir`)).toBe("SendError: /dir: no file; write the URL into a file");
    execFileSync("mkfifo", [`${directory}/fifo`]);
    expect(fault(`${directory}/fifo`)).toBe("SendError: /fifo: no file; write the URL into a file");
    const large = fault(file(`# ${"x".repeat(CHANNEL_FILE_BYTES_MAX)}`));
    expect(large).toBe(`SendError: /url: more than ${CHANNEL_FILE_BYTES_MAX} bytes; it should hold one URL`);
  });

  test("a line that is wrong: by its number, and without what is in it", () => {
    const said = fault(file("# of the desk\n\nftp://x.example.org/s3cr3t\n"));
    expect(said).toBe("SendError: /url:3: what is in it is no URL of a webhook; write https://…");
  });
});

describe("texts", () => {
  test.each<[string, string]>([
    ["comments and blank lines", `# desk\n\n  ${HOOK}  \r\n\n# end\n`],
    ["a byte order mark", `\ufeff${HOOK}`],
  ])("%s", (_, text) => {
    expect(urlIn(text, webhook)).toEqual({ url: HOOK });
  });

  test.each<[string, string, { fault: string; line?: number }]>([
    ["nothing", "\n# none\n", { fault: "there is no URL of a webhook in it; write https://…" }],
    ["two lines", `${HOOK}\n${HOOK}`, { fault: "a second line; write one line, and comments behind #", line: 2 }],
    ["a control character", `${HOOK}\u001b[0m`, { fault: "an ESC (U+001B); delete it", line: 1 }],
    [
      "too long",
      `${HOOK}${"x".repeat(ARGUMENT_CHARS_MAX)}`,
      { fault: `more than ${ARGUMENT_CHARS_MAX} characters`, line: 1 },
    ],
    [
      "a secret that is short",
      `${HOOK}#abc`,
      { fault: "the secret behind # is shorter than 16 characters; make one: openssl rand -base64 24", line: 1 },
    ],
  ])("%s", (_, text, wanted) => {
    expect(urlIn(text, webhook)).toEqual(wanted);
  });

  test("a command with quotes", () => {
    expect(urlIn('/bin/sms "a b"', command)).toEqual({ url: '/bin/sms "a b"' });
  });
});
