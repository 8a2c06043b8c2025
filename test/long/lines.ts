import type { Policy } from '../../lambda/core/policy/policy.ts';
import { random } from '../../local/random.ts';
import { event, rule } from '../support/builders.ts';

export interface Written {
  readonly timestamp: number;
  readonly message: string;
  readonly stream: string;
}

export interface Writing {
  readonly seed: number;
  readonly count: number;
  readonly from: number;
  /** Milliseconds over which the lines are spread. */
  readonly span: number;
}

/** What is not worth keeping: dropped by rule 0. */
export const DROPPED_VERBS = ['get', 'list', 'watch'];
export const POLICY: Policy = {
  omitStages: [],
  omitManagedFields: false,
  rules: [rule({ level: 'None', verbs: DROPPED_VERBS }), rule({ level: 'RequestResponse' })],
};

const VERBS = [...DROPPED_VERBS, 'create', 'update', 'patch', 'delete', 'deletecollection', 'create', 'patch'];

/** Everything a cluster writes, in the order of its time: events, some twice, and some lines that are none. */
export function linesOf({ seed, count, from, span }: Writing): readonly Written[] {
  const dice = random(seed);
  const written: Written[] = [];
  for (let at = 0; at < count; at += 1) {
    // Few distinct milliseconds: ties are the rule in a busy cluster.
    const timestamp = from + Math.floor(((at + dice()) * span) / count / 100) * 100;
    const before = written.at(-1 - Math.floor(dice() * 50))?.message;
    const message = messageOf(dice, at, timestamp, before);
    written.push({ timestamp, message, stream: `kube-apiserver-audit-${String(at % 3).padStart(32, '0')}` });
  }
  return written;
}

function messageOf(dice: () => number, at: number, timestamp: number, before: string | undefined): string {
  const kind = dice();
  if (kind < 0.01) return `no JSON ${at}`;
  if (kind < 0.02) return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"${at}[Truncated...]`;
  // The same event delivered twice, as CloudWatch's agents do.
  if (kind < 0.05 && before?.endsWith('}') === true) return before;
  const verb = VERBS[Math.floor(dice() * VERBS.length)];
  const stageTimestamp = new Date(timestamp).toISOString();
  return JSON.stringify(
    event({ auditID: String(at), verb, stageTimestamp, pad: 'x'.repeat(Math.floor(dice() * 400)) }),
  );
}
