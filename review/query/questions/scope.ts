import { ALL, exactly, type Filter } from '../filter.ts';
import type { Question } from './question.ts';

/** The cluster and the time that a question is about. */
export function scopeOf({ cluster, from, to }: Question): Filter {
  return {
    ...ALL,
    ...(cluster === undefined ? {} : { cluster: [exactly(cluster)] }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
