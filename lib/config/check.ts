import { z } from 'zod';
import { didYouMean } from '../problems/nearest.ts';
import type { Problem, Step } from '../problems/problem.ts';
import { show } from '../problems/show.ts';
import type { YamlDocument } from './yaml.ts';

export type Checked<T> = { readonly value: T | undefined; readonly problems: readonly Problem[] };

/** Validates one document by a schema and finds each problem's line. */
export function check<T>(schema: z.ZodType<T>, document: YamlDocument, value: unknown): Checked<T> {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, problems: [] };
  const problems = result.error.issues.flatMap((issue) => {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    if (issue.code !== 'unrecognized_keys') return [document.problem(path, issue.message)];
    return issue.keys.map((key) => document.problem([...path, key], unknownKey(key, knownKeys(schema, path))));
  });
  // One value may fail two checks; the first says enough.
  return {
    value: undefined,
    problems: problems.filter(({ path }, i) => problems.findIndex((p) => p.path === path) === i),
  };
}

const CREDENTIALS = /^(api_?key|password|username|user|token|credentials|auth)$/i;

function unknownKey(key: string, known: readonly string[]): string {
  if (CREDENTIALS.test(key))
    return 'Credentials do not belong in this file: keep them in Secrets Manager and write the name of the secret under elasticsearch.secret.';
  return `Unknown key ${show(key)}.${didYouMean(key, known) || ` Known here: ${known.join(', ')}.`}`;
}

function knownKeys(schema: z.core.$ZodType, path: readonly Step[]): string[] {
  const inner = unwrap(schema);
  const [step, ...rest] = path;
  if (inner instanceof z.ZodArray) return knownKeys(inner.element, rest);
  if (!(inner instanceof z.ZodObject)) return [];
  const child = step === undefined ? undefined : inner.shape[step];
  return step === undefined || child === undefined ? Object.keys(inner.shape) : knownKeys(child, rest);
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return unwrap(schema.unwrap());
  return schema;
}

/** A key without a value counts as absent: people comment out what stands under it. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, child]) => child !== null);
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutNulls(child)]));
}
