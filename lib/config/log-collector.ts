import { z } from 'zod';
import { wants } from '../problems/sentence.ts';
import { fetchInterval, groupName, region, streamPrefix } from './values.ts';

const API = 'operator.tigera.io/v1';
const absent = wants(
  'spec.additionalSources.eksCloudwatchLog',
  'name the log group there, or leave out the LogCollector',
);

/** As far as it concerns us; all other keys of a LogCollector are Calico's business. */
export const logCollector = z.object({
  apiVersion: z.literal(API, wants(API, `write apiVersion: ${API}`)),
  spec: z.object(
    {
      additionalSources: z.object(
        {
          eksCloudwatchLog: z.object(
            { groupName, region, streamPrefix: streamPrefix.optional(), fetchInterval: fetchInterval.optional() },
            absent,
          ),
        },
        absent,
      ),
    },
    absent,
  ),
});

export type LogCollector = z.output<typeof logCollector>;

/** Calico's operator takes an empty prefix and an interval of 0 for its defaults. */
export function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, child]) => child !== '' && child !== 0);
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutZeros(child)]));
}
