// JSON from outside: parsed under a bound on its nesting, and with an error that says where it breaks.

import { JSON_DEPTH_MAX } from "./limits.ts";

/** Parses JSON text of strangers. Throws SyntaxError for broken text and for nesting deeper than JSON_DEPTH_MAX. */
export function parseForeignJson(text: string): unknown {
  let depth = 0;
  let inString = false;
  // Before parsing: a reviver or a walk afterwards would already have built the nest.
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > JSON_DEPTH_MAX) throw new SyntaxError(`JSON nested deeper than ${JSON_DEPTH_MAX}`);
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return JSON.parse(text);
}
