// HTML as a tagged template: what is interpolated is escaped unless it is Html itself. Attributes are always quoted.

import { escapeText } from "../plot/escape.ts";

/** Markup that is safe as it stands: made by `html` or, for text that we wrote ourselves, by `raw`. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may be interpolated: arrays are joined; null, undefined and booleans are nothing. */
export type Content = Html | string | number | boolean | null | undefined | readonly Content[];

/** The template tag: html`<a href="${url}">${name}</a>`. */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Html {
  let out = strings[0] ?? "";
  for (const [i, content] of contents.entries()) out += render(content) + (strings[i + 1] ?? "");
  return new Html(out);
}

/** Markup of our own making, from outside a template. Never for text that came from anywhere else. */
export function raw(markup: string): Html {
  return new Html(markup);
}

function render(content: Content): string {
  if (content instanceof Html) return content.text;
  if (typeof content === "string") return escapeText(content);
  if (typeof content === "number") return String(content);
  if (content === null || content === undefined || typeof content === "boolean") return "";
  let out = "";
  for (const part of content) out += render(part);
  return out;
}
