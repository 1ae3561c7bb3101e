// Children that dmon has started itself and that may leave others behind for good reason: sendmail goes on with its delivery in
// the background. Who ends what plugins left behind (client/leftovers.ts) spares these and their heirs.

const living = new Set<number>();
let heirs = false;

/** To be told right behind the spawn. */
export function spareChild(child: { pid: number; exited: Promise<unknown> }): void {
  living.add(child.pid);
  void child.exited.finally(() => {
    living.delete(child.pid);
    heirs = true;
  });
}

/** Never to be waited for by others: Bun does. */
export function isSpared(pid: number): boolean {
  return living.has(pid);
}

/** Whether one lives, or has ended since this was asked: what is new and bears no mark may come from it. */
export function takeHeirs(): boolean {
  const may = heirs || living.size > 0;
  heirs = false;
  return may;
}
