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

/** An audit policy and the clusters that it is configured for. */
export interface PolicyInForce {
  readonly clusters: readonly string[];
  readonly policy: Policy;
}

/** What of it the audit policies drop, so that no answer can have it: a sentence each. Several differ. */
export function unrecorded(policies: readonly PolicyInForce[], wanted: readonly Wanted[]): readonly string[] {
  return policies.flatMap(({ policy, clusters }) =>
    wanted.flatMap((one) => {
      const dropped = one.verbs.filter((verb) => !keeps(policy, one, verb));
      const of = policies.length === 1 ? 'that is configured' : `of ${AND.format(clusters)}`;
      return dropped.length === 0 ? [] : [sentence(one, dropped, of)];
    }),
  );
}

const AND = new Intl.ListFormat('en');

function sentence({ resource, group, words, verbs }: Wanted, dropped: readonly string[], of: string): string {
  const type = `${resource}${group === '' ? '' : `.${group}`}`;
  const what = words !== undefined && dropped.length === verbs.length ? words : `${dropped.join(', ')} of ${type}`;
  return (
    `The audit policy ${of} does not keep ${what}, so from its first minute on none of it is on record. ` +
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
