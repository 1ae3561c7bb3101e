// How many answers were given, by status, since the daemon first made one.

const counts = new Map<number, number>();

export function countAnswer({ status }: Response): void {
  counts.set(status, (counts.get(status) ?? 0) + 1);
}

export function answersByStatus(): Iterable<readonly [number, number]> {
  return counts;
}
