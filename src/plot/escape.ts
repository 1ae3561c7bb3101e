// Texts of others within markup.

// What neither HTML nor XML may contain, and what would turn the reading direction of the text around it.
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g;
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text made safe for element content and quoted attributes, in HTML as in XML. */
export function escapeText(text: string): string {
  return Bun.escapeHTML(text.toWellFormed().replace(FORBIDDEN, "\ufffd").replace(TURNING, ""));
}
