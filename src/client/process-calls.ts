// The calls of libc by which programs are kept in hand: prctl(2), waitpid(2), pipe2(2) and fcntl(2). libc is opened with the first
// program; where there is no such libc all of them fail, and programs run without.

import { dlopen, ptr } from "bun:ffi";
import { constants as files } from "node:fs";
import { constants as system } from "node:os";

function open() {
  try {
    return dlopen("libc.so.6", {
      prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
      waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
      pipe2: { args: ["ptr", "i32"], returns: "i32" },
      fcntl: { args: ["i32", "i32", "i64"], returns: "i32" },
    }).symbols;
  } catch {
    return undefined;
  }
}

let opened: { libc: ReturnType<typeof open> } | undefined;

function libc() {
  opened ??= { libc: open() };
  return opened.libc;
}

const PR_SET_CHILD_SUBREAPER = 36;

/** From now on descendants whose parent has ended become our children, not those of init. False where that cannot be. */
export function adoptOrphans(): boolean {
  return libc()?.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) === 0;
}

const WNOHANG = 1;

/** Takes a child that has ended out of the kernel's table; false for one that lives. Never for a child that Bun waits for. */
export function reap(pid: number): boolean {
  return libc()?.waitpid(pid, null, WNOHANG) === pid;
}

// Linux, all architectures that Bun knows (asm-generic/fcntl.h); the rest is in Node's constants.
const O_CLOEXEC = 0o2000000;
const O_ASYNC = 0o20000;
const F_SETFL = 4;
const F_SETOWN = 8;
const F_SETSIG = 10;

/** A pipe that no other program inherits: the descriptors of its reading and its writing end. */
export function openPipe(): { reading: number; writing: number } | undefined {
  const fds = new Int32Array(2);
  if (libc()?.pipe2(ptr(fds), O_CLOEXEC) !== 0) return undefined;
  const [reading = -1, writing = -1] = fds;
  return { reading, writing };
}

/** When something happens on a descriptor (the other end is closed), the kernel kills a process group. */
export function killWhenClosed(fd: number, group: number): void {
  libc()?.fcntl(fd, F_SETOWN, BigInt(-group));
  libc()?.fcntl(fd, F_SETSIG, BigInt(system.signals.SIGKILL));
  libc()?.fcntl(fd, F_SETFL, BigInt(O_ASYNC | files.O_NONBLOCK));
}
