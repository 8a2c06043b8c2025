import { createHash } from 'node:crypto';
import { canonical } from './policy/policy.ts';

/** The name of a policy, a naming or settings: the hash of its canonical JSON. */
export function hashOf(value: object): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 32);
}
