// What the kernel tells only by a call: its clock (adjtimex(2)) and the size of its pages (getauxval(3)). libc is opened at
// the first question.

import { dlopen, ptr } from "bun:ffi";
import type { KernelClock } from "../core/host.ts";
import { ProbeError } from "../core/reading.ts";

let opened: ReturnType<typeof open> | undefined;

function open() {
  return dlopen("libc.so.6", {
    adjtimex: { args: ["ptr"], returns: "i32" },
    getauxval: { args: ["u64"], returns: "u64" },
  }).symbols;
}

function libc() {
  opened ??= open();
  return opened;
}

const AT_PAGESZ = 6n;

/** Bytes of a page of memory. */
export function pageBytes(): number {
  return Number(libc().getauxval(AT_PAGESZ));
}

// struct timex of 64-bit Linux (linux/timex.h), 208 bytes, as 8-byte words: modes, offset, freq, maxerror, esterror, status…
const TIMEX_WORDS = 26;
const OFFSET = 1;
const MAXERROR = 3;
const STATUS = 5;
/** The offset is in nanoseconds, not microseconds. */
const STA_NANO = 0x2000n;

/** Asks for the kernel's clock; modes is 0, so nothing is set and no privilege is needed. */
export function kernelClock(): KernelClock {
  const timex = new BigInt64Array(TIMEX_WORDS);
  // The state that it returns (5, TIME_ERROR) is no failure of the call.
  if (libc().adjtimex(ptr(timex)) < 0) throw new ProbeError("the kernel does not tell its clock: adjtimex is refused");
  return readTimex(timex);
}

/** Of struct timex, in seconds. */
export function readTimex(timex: BigInt64Array): KernelClock {
  const word = (index: number) => timex[index] ?? 0n;
  return {
    offset_s: Number(word(OFFSET)) / ((word(STATUS) & STA_NANO) === 0n ? 1e6 : 1e9),
    maxError_s: Number(word(MAXERROR)) / 1e6,
  };
}
