// Long answers: made piece by piece while they are sent, so that nobody else waits for them.

import { setImmediate } from "node:timers/promises";

const streamed = new WeakSet<Response>();

/** Whether an answer is made while it is sent: its length is not known, and its body is never held as a whole. */
export function isStreamed(response: Response): boolean {
  return streamed.has(response);
}

/** So much is sent at once: made in a fraction of a millisecond. */
const PIECE_CHARS = 32_768;

/** Words, gathered to pieces; the last one may be shorter, or nothing. */
export function* gathered(words: Iterable<string>): Generator<string> {
  let piece = "";
  for (const word of words) {
    piece += word;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

/** An answer of these pieces; of a single one it is as any other. An error in a later piece breaks the connection off. */
export function inPieces(pieces: Iterator<string>, headers: Record<string, string>): Response {
  const first = pieces.next();
  const second = first.done ? first : pieces.next();
  if (second.done) return new Response(first.done ? "" : first.value, { headers });
  const encoder = new TextEncoder();
  const ready = [first.value, second.value];
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await setImmediate(); // others have their turn between any two
        const piece = ready.shift() ?? pieces.next();
        if (typeof piece === "string") controller.enqueue(encoder.encode(piece));
        else if (piece.done) controller.close();
        else controller.enqueue(encoder.encode(piece.value));
      },
      cancel() {
        pieces.return?.();
      },
    },
    { highWaterMark: 1 },
  );
  const response = new Response(body, { headers });
  streamed.add(response);
  return response;
}
