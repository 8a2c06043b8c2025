import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalid } from './refusal.ts';

const LIFE = 24 * 3_600_000;
const envelope = z.object({ query: z.string(), at: z.number(), value: z.unknown() });

/** A token says where to go on and for which query; the caller sees letters and can't use it for another query. */
export function seal(query: unknown, value: unknown, now: number): string {
  return Buffer.from(JSON.stringify({ query: digest(query), at: now, value })).toString('base64url');
}

/** Throws a refusal when the token is none, is a day old, or was given to another query. */
export function open<T>(token: string, query: unknown, shape: z.ZodType<T>, now: number): T {
  const sealed = envelope.safeParse(parse(token));
  if (!sealed.success || sealed.data.query !== digest(query)) throw invalid('The specified nextToken is invalid.');
  if (now - sealed.data.at > LIFE) throw invalid('The specified nextToken is expired.');
  const value = shape.safeParse(sealed.data.value);
  if (!value.success) throw invalid('The specified nextToken is invalid.');
  return value.data;
}

const digest = (query: unknown): string => createHash('sha256').update(JSON.stringify(query)).digest('base64url');

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}
