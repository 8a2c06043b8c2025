import { Stack, type StackProps } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, type Conditions, PrincipalWithConditions, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Source } from '../../lambda/contract.ts';
import type { ReaderConfig } from '../config/cluster.ts';
import { grantReading } from './access.ts';
import { partitionOfRegion, roleNameOf } from './place.ts';

export interface ReadSource {
  readonly source: Source;
  /** The role to make, as forwarder.yaml names it. */
  readonly reader: ReaderConfig;
  /** Name of the role that the function runs as. */
  readonly functionRole: string;
}

export interface EksAuditReaderStackProps extends StackProps {
  /** All in this stack's account. Several may name one role, which then reads all of their log groups. */
  readonly sources: readonly ReadSource[];
  /** Where the functions are: account and Region of the forwarder's stack. */
  readonly forwarder: { readonly account: string; readonly region: string };
}

/** In an account whose clusters are read from another one: roles that may read their log groups, and nothing else. */
export class EksAuditReaderStack extends Stack {
  constructor(scope: Construct, id: string, props: EksAuditReaderStackProps) {
    super(scope, id, props);
    const byRole = Map.groupBy(props.sources, ({ reader }) => reader.roleArn);
    for (const [roleArn, sources] of byRole) this.#makeRole(roleArn, sources, props.forwarder);
  }

  #makeRole(roleArn: string, sources: readonly ReadSource[], forwarder: EksAuditReaderStackProps['forwarder']): void {
    const place = roleNameOf(roleArn);
    if (place === undefined) throw new Error(`Expected an IAM role's ARN, found ${JSON.stringify(roleArn)}.`);
    const account = `arn:${partitionOfRegion(forwarder.region)}:iam::${forwarder.account}`;
    const trusted = (one: ReadSource) => `${account}:role/${one.functionRole}`;
    const externalIds = [...new Set(sources.flatMap(({ reader }) => reader.externalId ?? []))];
    const arns = [...new Set([...sources.map(trusted), ...sources.flatMap(({ reader }) => reader.alsoTrust)])];
    // The account's root and a condition, not the role itself: IAM refuses a trust in a role that is not there yet, and
    // forgets it when that role is made anew.
    const only: Conditions = { 'aws:PrincipalArn': arns };
    const known: Conditions = externalIds.length === 0 ? {} : { 'sts:ExternalId': externalIds };
    const roots = [...new Set(arns.map((arn) => arn.replace(/^(arn:[^:]+:iam::\d{12}):.*$/, '$1:root')))];
    const role = new Role(this, `Reader-${place.name}`, {
      roleName: place.name,
      path: place.path,
      description: 'Read by the audit forwarder of another account: one log group a cluster, and nothing else',
      assumedBy: new CompositePrincipal(
        ...roots.map(
          (root) => new PrincipalWithConditions(new ArnPrincipal(root), { StringEquals: { ...only, ...known } }),
        ),
      ),
    });
    for (const { source } of sources) grantReading(role, source);
  }
}
