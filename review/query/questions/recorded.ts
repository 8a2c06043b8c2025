import { applyPolicy } from '../../../lambda/core/policy/evaluate.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';

/** Requests that an answer is made of. */
export interface Wanted {
  readonly verbs: readonly string[];
  /** Empty: the core group. */
  readonly group: string;
  readonly resource: string;
  /** As a sentence names them; default: verbs and resource. */
  readonly words?: string;
}

/** What of it the audit policy drops, so that no answer can have it: a sentence each. */
export function unrecorded(policy: Policy | undefined, wanted: readonly Wanted[]): readonly string[] {
  if (policy === undefined) return [];
  return wanted.flatMap((one) => {
    const dropped = one.verbs.filter((verb) => !keeps(policy, one, verb));
    return dropped.length === 0 ? [] : [sentence(one, dropped)];
  });
}

function sentence({ resource, group, words, verbs }: Wanted, dropped: readonly string[]): string {
  const type = `${resource}${group === '' ? '' : `.${group}`}`;
  const what = words !== undefined && dropped.length === verbs.length ? words : `${dropped.join(', ')} of ${type}`;
  return (
    `The audit policy that is configured does not keep ${what}, so from its first minute on none of it is on record. ` +
    'docs/questions.md names the preset that keeps it.'
  );
}

/** Of somebody whom no rule names, in a namespace that none names. */
function keeps(policy: Policy, { group, resource }: Wanted, verb: string): boolean {
  const event = {
    level: 'RequestResponse',
    stage: 'ResponseComplete',
    verb,
    user: { username: 'somebody', groups: ['system:authenticated'] },
    objectRef: { resource, namespace: 'somewhere', name: 'something', ...(group === '' ? {} : { apiGroup: group }) },
  };
  return applyPolicy(policy, event).kind === 'kept';
}
