// Why the system did not let a file be written, in words.

export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EEXIST" || code === "ENOTDIR") return "is no directory";
  if (code === "EACCES" || code === "EPERM") return "cannot be written: permission denied";
  if (code === "EROFS") return "cannot be written: the file system is read-only";
  if (code === "ENOENT") return "cannot be made: nothing can be made there";
  return `cannot be written: ${message}`;
}
