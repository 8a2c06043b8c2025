import { z } from 'zod';
import { at } from '../../lambda/core/json.ts';
import { didYouMean } from '../problems/nearest.ts';
import type { Problem, Step } from '../problems/problem.ts';
import { show } from '../problems/show.ts';
import type { YamlDocument } from './yaml.ts';

/** Validates one document by a schema and finds each problem's line. */
export function check<T>(schema: z.ZodType<T>, document: YamlDocument) {
  const { data, error } = schema.safeParse(document.value);
  const problems = (error?.issues ?? []).flatMap((issue): Problem[] => {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    if (issue.code !== 'unrecognized_keys') return [document.problem(path, issue.message)];
    return issue.keys.map((key) => document.problem([...path, key], unknownKey(key, knownKeys(schema, path))));
  });
  // One value may fail two checks; the first says enough.
  const first = problems.filter(({ path }, at) => problems.findIndex((other) => other.path === path) === at);
  return { value: data, problems: first };
}

const CREDENTIALS = /^(api_?key|password|username|user|token|credentials|auth)$/i;

function unknownKey(key: string, known: readonly string[]): string {
  if (CREDENTIALS.test(key))
    return 'Credentials do not belong in this file: keep them in Secrets Manager and write the name of the secret under elasticsearch.secret.';
  return `Unknown key ${show(key)}.${didYouMean(key, known) || ` Known here: ${known.join(', ')}.`}`;
}

function knownKeys(schema: z.core.$ZodType, path: readonly Step[]): string[] {
  const [step = '', ...rest] = path;
  if (schema instanceof z.ZodPipe) return knownKeys(schema.in, path);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return knownKeys(schema.unwrap(), path);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return knownKeys(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return knownKeys(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  const child = schema.shape[step];
  return child === undefined ? Object.keys(schema.shape) : knownKeys(child, rest);
}

/** Reads a mapping's values one by one: each is what the schema makes of it, or undefined where the schema refuses it. */
export function eachOf<S extends z.core.$ZodLooseShape>({ shape }: z.ZodObject<S>, mapping: unknown) {
  return <K extends keyof S & string>(key: K): z.output<S[K]> | undefined =>
    z.safeParse(shape[key], at(mapping, key)).data;
}
