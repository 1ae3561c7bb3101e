// A port or a directory that the daemon needs cannot be had; the message says which and what to do.

export class StartError extends Error {
  override name = "StartError";
}
