import type { Settings } from '../../lambda/contract.ts';
import { hashOf } from '../../lambda/core/hash.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** What a function was made of. It stands in its description, where a diff shows it and a person reads it. */
export interface Deployed {
  /** The package's. */
  readonly version: string;
  readonly policy: {
    /** As forwarder.yaml names it, or its end; absent where nobody named it. */
    readonly name?: string;
    /** How its hash in the table begins. */
    readonly digest: string;
  };
  /** Digest of all that the function is told beside the policy. */
  readonly settings: string;
}

/** `settings` as `settingsOf` makes them. */
export function deployedOf({ policy, ...others }: Settings<Policy>, policyName?: string): Deployed {
  const name = policyName === undefined ? {} : { name: policyName };
  return { version: packageJson.version, policy: { ...name, digest: digestOf(policy) }, settings: digestOf(others) };
}

/** Enough of a hash to tell two apart. */
export function digestOf(value: object): string {
  return hashOf(value).slice(0, 12);
}

/** What Lambda takes. */
const LONGEST = 256;

export function descriptionOf(cluster: string, { version, policy: { name, digest }, settings }: Deployed): string {
  const begin = `Forwards the audit log of EKS cluster ${cluster} to Elasticsearch. Version ${version}, policy `;
  const end = `${digest}, settings ${settings}`;
  return name === undefined ? begin + end : `${begin}${ended(name, LONGEST - begin.length - end.length - 1)} ${end}`;
}

/** The end of a path says more than its begin. In ASCII, which is all that CloudFormation lets through. */
function ended(name: string, longest: number): string {
  return name.length <= longest ? name : `...${name.slice(3 - longest)}`;
}

/** undefined: somebody wrote another description, or an earlier version did. */
export function parseDescription(text: string): Deployed | undefined {
  const found = / Version (\S+), policy (?:(.+) )?([0-9a-f]{12}), settings ([0-9a-f]{12})$/.exec(text);
  const [, version, name, digest, settings] = found ?? [];
  if (version === undefined || digest === undefined || settings === undefined) return undefined;
  return { version, policy: { ...(name === undefined ? {} : { name }), digest }, settings };
}
