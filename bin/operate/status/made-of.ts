import { hashOf } from '../../../lambda/core/hash.ts';
import type { ClusterConfig } from '../../../lib/config/config.ts';
import { type Deployed, digestOf, parseDescription } from '../../../lib/stack/deployed.ts';
import { STACK } from '../../../lib/stack/name.ts';
import type { FunctionAnswer } from '../reach/function.ts';
import { agoText, differs, notKnown, ok, type Verdict, wrong } from '../reach/verdict.ts';
import type { Kept } from './table.ts';

/** What the function was made of, and whether forwarder.yaml would make another one. */

export function deployedVerdict(answer: FunctionAnswer, now: number): Verdict {
  if (answer.kind === 'not told') return answer.verdict;
  const { name } = answer;
  if (answer.kind === 'absent') return differs(`There is no function ${name} in ${answer.region}.`, { function: null });
  const { description, changed, trouble } = answer;
  const made = parseDescription(description);
  const facts = { function: name, changed: changed === undefined ? null : new Date(changed), ...made };
  const since = changed === undefined ? '' : `, changed ${agoText(changed, now)}`;
  if (trouble !== undefined) return wrong(`Lambda says of ${name}: ${trouble}`, facts);
  const what =
    made === undefined ? 'of a version that it does not say' : `${made.version}, policy ${namedText(made.policy)}`;
  return ok(`${name} ${what}${since}.`, facts);
}

/** `here`: what forwarder.yaml would make. undefined: nothing deployed can be held against it. */
export function fileVerdict(answer: FunctionAnswer, here: Deployed): Verdict | undefined {
  const there = answer.kind === 'there' ? parseDescription(answer.description) : undefined;
  if (there === undefined) return undefined;
  const changes = [
    ...(there.version === here.version ? [] : [`version ${there.version} → ${here.version}`]),
    ...(there.policy.digest === here.policy.digest
      ? []
      : [`policy ${namedText(there.policy)} → ${namedText(here.policy)}`]),
    ...(there.settings === here.settings ? [] : ['other settings']),
  ];
  if (changes.length === 0) return ok('As deployed.', { differs: [] });
  return differs(`Not as deployed: ${changes.join('; ')} (npx cdk diff ${STACK}).`, { differs: changes });
}

/** The same by the policy that the newest minute was judged by. */
export function judgedVerdict({ checkpoint, rows }: Kept, { policy: { name, policy } }: ClusterConfig): Verdict {
  const [newest] = [...rows.values()].toSorted((a, b) => b.minute - a.minute);
  const judged = checkpoint?.judged.at(-1)?.policy ?? newest?.policy;
  if (judged === undefined) return notKnown('no minute of the last hour says by which policy it was judged');
  const digest = digestOf(policy);
  const here = namedText({ name, digest });
  const facts = { judgedBy: judged, policy: hashOf(policy) };
  if (judged === facts.policy) return ok(`The newest minute was judged by its policy ${here}.`, facts);
  return differs(`The newest minute was judged by policy ${judged.slice(0, digest.length)}, here is ${here}.`, facts);
}

function namedText({ name, digest }: Deployed['policy']): string {
  return name === undefined ? digest : `${name} (${digest})`;
}
