import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { TABLE_KEYS } from '../../lambda/contract.ts';
import type { ClusterConfig, Config } from '../config/config.ts';
import { crowded } from '../config/quota.ts';
import { settingsOf } from '../config/settings.ts';
import { addDashboard } from './dashboard.ts';
import { EksAuditForwarder, type EksAuditForwarderProps } from './forwarder.ts';
import { dashboardName, dashboardUrl } from './name.ts';
import { networkOf } from './network.ts';

export interface EksAuditStackProps extends StackProps {
  /** Settings and names hold them, so they must be known at synth. */
  readonly env: { readonly account: string; readonly region: string };
  /** forwarder.yaml, read for a stack. */
  readonly config: Config;
  /**
   * Where the alarms' descriptions say that the runbook is.
   * @default docs/runbook.md
   */
  readonly runbook?: string;
  /**
   * More of each function's environment; for tests.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
}

type Shared = Omit<EksAuditForwarderProps, 'settings' | 'policyName'>;

/** All that forwarder.yaml asks for in one account and Region: a forwarder a cluster, one table, one dashboard. */
export class EksAuditStack extends Stack {
  readonly forwarders: readonly EksAuditForwarder[];
  readonly table: Table | ITable;

  constructor(scope: Construct, id: string, props: EksAuditStackProps) {
    super(scope, id, props);
    const { config } = props;
    this.table = this.#table(config);
    const shared = this.#shared(props);
    this.forwarders = config.clusters.map((cluster) => this.#forwarder(cluster, props, shared));
    const dashboard = dashboardName(this.stackName, props.env.region);
    addDashboard(this, { name: dashboard, forwarders: this.forwarders, tableName: config.table });
    this.#tell(dashboardUrl(dashboard, props.env.region), config.table);
    for (const sentence of crowded(config, props.env)) Annotations.of(this).addWarningV2('eks-audit:quota', sentence);
    Tags.of(this).add('Project', 'eks-audit-forwarder');
  }

  /** What people look for after a deployment; names and a link, none of them a secret. */
  #tell(dashboard: string, table: string): void {
    new CfnOutput(this, 'DashboardUrl', { value: dashboard, description: 'How it goes' });
    new CfnOutput(this, 'TableName', { value: table, description: 'Cursors and ledger' });
    for (const forwarder of this.forwarders) {
      new CfnOutput(forwarder, 'FunctionName', {
        value: forwarder.function.functionName,
        description: `Forwards the audit log of ${forwarder.clusterName}`,
      });
      // A diff shows it where a name changes, and says what that means.
      new CfnOutput(forwarder, 'Naming', {
        value: `${forwarder.naming}. New names begin with the first minute that no run has begun; see docs/operations.md`,
        description: 'What documents are named by',
      });
    }
  }

  #table({ table, existingTable }: Config): Table | ITable {
    if (existingTable) return Table.fromTableName(this, 'Table', table);
    return new Table(this, 'Table', {
      tableName: table,
      partitionKey: { name: TABLE_KEYS.partition, type: AttributeType.STRING },
      sortKey: { name: TABLE_KEYS.sort, type: AttributeType.STRING },
      timeToLiveAttribute: TABLE_KEYS.expires,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // Cursors and ledger are the proof of what was forwarded: they outlive the stack.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** What all forwarders have in common. */
  #shared({ config, runbook, environment }: EksAuditStackProps): Shared {
    const { network, alarms } = config;
    const topic = alarms.topicArn === null ? undefined : Topic.fromTopicArn(this, 'Topic', alarms.topicArn);
    return {
      alarms: {
        silence: Duration.seconds(alarms.silence),
        ...(topic === undefined ? {} : { topic }),
        ...(runbook === undefined ? {} : { runbook }),
      },
      ...(environment === undefined ? {} : { environment }),
      ...(network === null ? {} : networkOf(this, network, config.elasticsearch.url)),
    };
  }

  #forwarder(cluster: ClusterConfig, { config, env }: EksAuditStackProps, shared: Shared): EksAuditForwarder {
    const settings = settingsOf(config, cluster, { ...env, inNetwork: true });
    const forwarder = new EksAuditForwarder(this, `Cluster-${cluster.name}`, {
      settings,
      memorySize: cluster.memorySize,
      policyName: cluster.policy.name,
      ...shared,
    });
    forwarder.function.node.addDependency(this.table);
    return forwarder;
  }
}
