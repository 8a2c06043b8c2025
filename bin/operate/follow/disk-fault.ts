/** What the system says of a fault of the disk, without the path; undefined: it is another error. */
export function faultOfDisk(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  return error.message.split(', ', 1)[0];
}
