// The word by which WATCH goes on: a life of the server's counter, the count up to which all is known, and the place of the last event.

export interface Seq {
  epoch: string;
  count: number;
  row: number;
}

export function formatSeq({ epoch, count, row }: Seq): string {
  return `${epoch}.${count}.${row}`;
}

/** Undefined for what is none. */
export function parseSeq(text: string): Seq | undefined {
  const [, epoch, count, row] = /^([a-z0-9-]{1,40})\.(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, count: Number(count), row: Number(row) };
}
