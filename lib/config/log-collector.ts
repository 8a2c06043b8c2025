import { z } from 'zod';
import { wants } from '../problems/sentence.ts';
import { eksCloudwatchLog } from './schema.ts';
import { region } from './values.ts';

const API = 'operator.tigera.io/v1';
const LOG = 'spec.additionalSources.eksCloudwatchLog';
const absent = wants(LOG, 'name the log group there, or leave out the LogCollector');
const under = (key: string, value: z.ZodType) => z.object({ [key]: value }, absent);

/** As far as it concerns us; all other keys of a LogCollector are Calico's business. It must name the Region. */
export const logCollector = z.object({
  apiVersion: z.literal(API, wants(API, `write apiVersion: ${API}`)),
  spec: under('additionalSources', under('eksCloudwatchLog', z.object({ ...eksCloudwatchLog.shape, region }, absent))),
});
