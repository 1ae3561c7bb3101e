// Messages of an event stream (WHATWG HTML, server-sent events), as bytes that all who watch share.

export type Frame = Uint8Array;

/** A named event with data in JSON, which has no line breaks. */
export function frame(event: string, data: object): Frame {
  return new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
