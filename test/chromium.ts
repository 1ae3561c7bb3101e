// Debian's chromium, for tests of how pages look and work: `describe.skipIf(lacks("chromium"))` says where there is none.

import { type Browser, chromium, type Page } from "playwright-core";

/** No sandbox, for tests run as root too; and nothing that a browser does by itself: no news, no updates, nobody asked. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** `names`: host names that the browser takes for this machine. To be closed in the end. */
export function launchChromium(names: readonly string[] = []): Promise<Browser> {
  const executablePath = Bun.which("chromium");
  if (!executablePath)
    throw new Error('there is no chromium (Debian: chromium); such tests are for describe.skipIf(lacks("chromium"))');
  const rules = names.map((name) => `MAP ${name} 127.0.0.1`).join(",");
  const args = names.length > 0 ? [...ARGS, `--host-resolver-rules=${rules}`] : ARGS;
  return chromium.launch({ executablePath, args });
}

export interface Look {
  width: number;
  height: number;
  colorScheme?: "light" | "dark";
  /** False: as in a browser without script. */
  script?: boolean;
  /** A path that is to be answered with an error, such as 404: that the console tells of this is none. */
  refused?: string;
}

export interface OpenPage extends AsyncDisposable {
  page: Page;
  /** What the console has told as errors, what scripts threw and boxes said, since the page was opened. */
  errors: string[];
}

/** An empty page with no cookies. */
export async function openPage(
  browser: Browser,
  { width, height, colorScheme = "light", script = true, refused }: Look,
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled: script });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("dialog", (dialog) => {
    errors.push(`a box: ${dialog.message()}`);
    void dialog.dismiss(); // else the page would wait for it for ever
  });
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const isRefusal = message.text().startsWith("Failed to load resource");
    if (isRefusal && refused !== undefined && message.location().url.endsWith(refused)) return;
    errors.push(message.text());
  });
  return { page, errors, [Symbol.asyncDispose]: () => context.close() };
}
