// Peers that ask and never read: sockets of the C library's, for there the receive buffer can be made small, so that an
// answer stays with who gives it.

import { dlopen } from "bun:ffi";

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const RECEIVE_BYTES = 2048;

const libc = () =>
  dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
    connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
    write: { args: ["i32", "ptr", "u64"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  }).symbols;

/** Opens so many connections to a port of 127.0.0.1 and says words on each. Disposing closes them all. */
export function deafPeers(port: number, count: number, words: string): Disposable {
  const { socket, setsockopt, connect, write, close } = libc();
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  const line = Buffer.from(words);
  const open: number[] = [];
  const peers = {
    [Symbol.dispose]: () => {
      for (const fd of open.splice(0)) close(fd);
    },
  };
  for (let i = 0; i < count; i++) {
    const fd = socket(AF_INET, SOCK_STREAM, 0);
    open.push(fd);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, Buffer.from(Int32Array.of(RECEIVE_BYTES).buffer), 4);
    const failed = fd < 0 || connect(fd, address, address.length) < 0 || Number(write(fd, line, line.length)) < 0;
    if (!failed) continue;
    peers[Symbol.dispose]();
    throw new Error(`connection ${i} of ${count} to port ${port} failed`);
  }
  return peers;
}
