// What a program writes, read up to a bound and kept up to another one.

/** Between beginning and end of what was not kept as a whole. */
const GAP = "\n…\n";

/**
 * Reads a stream and keeps its first bytes, or its beginning and its end where it keeps less than it reads. When it has more than
 * `bytes_max`, `over` is called and no more is read.
 */
export function collect(stream: ReadableStream<Uint8Array>, bytes_max: number, over: () => void, kept_max = bytes_max) {
  const head_max = kept_max < bytes_max ? kept_max / 2 : kept_max;
  const tail_max = kept_max - head_max;
  const head: Uint8Array[] = [];
  let tail = Buffer.alloc(0);
  let length = 0;
  const reader = stream.getReader();
  const read = async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const room = Math.max(0, head_max - length);
      if (room > 0) head.push(value.slice(0, room));
      if (tail_max > 0)
        tail = Buffer.concat([tail, value.subarray(room)].map((part) => part.slice(-tail_max))).slice(-tail_max);
      length += value.length;
      if (length > bytes_max) return over();
    }
  };
  const done = read().catch(() => {});
  return {
    done,
    take(encoding: "utf8" | "latin1" = "utf8"): string {
      void reader.cancel().catch(() => {});
      const gap = length > kept_max && tail_max > 0 ? [Buffer.from(GAP)] : [];
      return Buffer.concat([...head, ...gap, tail]).toString(encoding);
    },
  };
}
