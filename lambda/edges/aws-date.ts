/** The parts of an SDK client's middleware that reading a response header takes; the same for every client. */
interface Stack {
  add(
    middleware: (
      next: (args: never) => Promise<{ response: unknown }>,
    ) => (args: never) => Promise<{ response: unknown }>,
    options: { step: 'deserialize'; priority: 'low'; name: string },
  ): void;
}

/** Remembers the Date header of a client's last answer: AWS's own clock, milliseconds. */
export function watchDate(client: { middlewareStack: object }): () => number | undefined {
  let seen: number | undefined;
  (client.middlewareStack as Stack).add(
    (next) => async (args) => {
      const result = await next(args);
      seen = dateOf(result.response) ?? seen;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'watchDate' },
  );
  return () => seen;
}

function dateOf(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const headers = response.headers as Record<string, string | undefined>;
  const time = Date.parse(headers.date ?? '');
  return Number.isNaN(time) ? undefined : time;
}
