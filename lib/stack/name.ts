import { createHash } from 'node:crypto';

/** The stack of forwarder.yaml; names of what it makes begin with it. */
export const STACK = 'EksAuditForwarder';

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

/** An alarm of a cluster. */
export function alarmName(stack: string, cluster: string, name: string): string {
  return `${fixedName(stack, cluster)}-${name}`;
}

export function dashboardName(stack: string, region: string): string {
  return `${stack}-${region}`;
}

/** Where a person sees a dashboard. */
export function dashboardUrl(name: string, region: string): string {
  const [, domain = 'console.aws.amazon.com'] = CONSOLES.find(([begin]) => region.startsWith(begin)) ?? [];
  return `https://${domain}/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`;
}

const CONSOLES = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
] as const;

/** The role that a cluster's function runs as: another account's reader trusts it by this name. */
export function functionRoleName(stack: string, cluster: string, region: string): string {
  return fixedName(stack, cluster, region, 'function');
}

/** Of a role's name, and of a function's. */
const LONGEST = 64;
