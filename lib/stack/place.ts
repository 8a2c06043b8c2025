import { RegionInfo } from 'aws-cdk-lib/region-info';

/** `aws`, `aws-cn`, `aws-us-gov`: as text, since names in the settings can't wait for the deployment. */
export function partitionOfRegion(region: string): string {
  return RegionInfo.get(region).partition ?? 'aws';
}

export interface RoleName {
  readonly account: string;
  /** `/` or `/one/or/more/`. */
  readonly path: string;
  readonly name: string;
}

/** The parts of an IAM role's ARN; undefined where it is none. */
export function roleNameOf(arn: string): RoleName | undefined {
  const [, account, path, name] = /^arn:[a-z-]+:iam::(\d{12}):role(\/(?:.*\/)?)([^/]+)$/.exec(arn) ?? [];
  return account === undefined || path === undefined || name === undefined ? undefined : { account, path, name };
}
