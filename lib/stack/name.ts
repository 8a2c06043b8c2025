import { createHash } from 'node:crypto';

/**
 * A name that is known before anything is deployed: settings travel inside of the function's code, and another
 * account's role names ours. IAM takes `Prod` and `prod` for one name, so all but plain lower case gets a hash, and so
 * does what would be too long.
 */
export function fixedName(stack: string, cluster: string, ...rest: readonly string[]): string {
  const whole = [stack, cluster, ...rest].join('-');
  if (/^[a-z0-9_-]+$/.test(cluster) && whole.length <= LONGEST) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  const end = [hash, ...rest].join('-');
  const begin = [stack, cluster.toLowerCase()].join('-');
  return `${begin.slice(0, LONGEST - end.length - 1)}-${end}`.slice(-LONGEST);
}

/** The role that a cluster's function runs as: another account's reader trusts it by this name. */
export function functionRoleName(stack: string, cluster: string, region: string): string {
  return fixedName(stack, cluster, region, 'function');
}

/** Of a role's name, and of a function's. */
const LONGEST = 64;
