/**
 * Aborted by the first Ctrl-C (or SIGTERM, or a terminal that is closed), so that all that was started is ended; a second
 * Ctrl-C ends at once.
 */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const stopOrExit = () => {
    if (controller.signal.aborted) process.exit(130);
    stop();
  };
  process.on('SIGINT', stopOrExit);
  process.on('SIGTERM', stopOrExit);
  process.on('SIGHUP', stop);
  return controller.signal;
}

const GONE = ['EPIPE', 'EIO'];

/**
 * Where nobody takes any more what is printed (`| head`, a terminal that was closed) the command ends: in order where it
 * knows how to (`interrupted`), else at once.
 */
export function endWithReader(streams: readonly NodeJS.WritableStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!GONE.includes(error.code ?? '')) throw error;
      if (!process.emit('SIGHUP')) process.exit(0);
    });
  }
}
