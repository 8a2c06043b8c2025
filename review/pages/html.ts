import { html as template } from 'hono/html';

/** Text that is HTML already: what `html` made, and nothing else. */
export type Html = Exclude<ReturnType<typeof template>, Promise<unknown>>;

/** What may stand in a template. Objects may not: what an event says of itself is no HTML, whatever keys it has. */
export type Part = string | number | false | undefined | Html | readonly Part[];

/** Escapes every text that it is given, also in attributes: these stand in double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const made = template(texts, ...parts);
  if (made instanceof Promise) throw new Error('html: a part is awaited before it is given.');
  return made;
}
