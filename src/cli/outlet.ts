// What is written to somebody who may read slower than we write: it waits for him, and needs no memory for what he has not yet taken.

const ENDS = ["error", "close"];

export class Outlet {
  private readonly stream: NodeJS.WriteStream;
  private isGone = false;
  private wake: () => void = () => {};

  constructor(stream: NodeJS.WriteStream = process.stdout) {
    this.stream = stream;
    for (const event of ENDS) stream.on(event, this.end);
    stream.on("drain", this.drained);
  }

  /** Resolves when more may be written; false when nobody reads any more. */
  async write(text: string): Promise<boolean> {
    if (this.isGone) return false;
    if (this.stream.write(text)) return true;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.isGone) resolve();
    });
    return !this.isGone;
  }

  close(): void {
    this.stream.off("drain", this.drained);
    for (const event of ENDS) this.stream.off(event, this.end);
  }

  private readonly drained = () => this.wake();

  private readonly end = () => {
    this.isGone = true;
    this.wake();
  };
}
