import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  type IGrantable,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import type { Reader, Settings } from '../../lambda/contract.ts';
import { indicesOf } from '../../lambda/core/index-pattern.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { HANDLER } from '../bundle.ts';
import { DEFAULTS } from '../config/defaults.ts';
import { assume, grantJoining, grantReading, keepCursors, readSecret, writeLogs } from './access.ts';
import { type AlarmOptions, addAlarms } from './alarms.ts';
import { problemsOf } from './check.ts';
import { functionCode } from './code.ts';
import { deployedOf, descriptionOf } from './deployed.ts';
import { Measured } from './metrics.ts';
import { fixedName, functionRoleName } from './name.ts';
import { partitionOfRegion } from './place.ts';
import type { AlarmName } from './thresholds.ts';

export interface EksAuditForwarderProps {
  /**
   * What the function is told, as `settingsOf` makes it of forwarder.yaml. Plain text throughout: it is shipped as a
   * file. Without a `reader` the construct makes a role that may read the log group, in the stack's own account.
   */
  readonly settings: Settings<Policy>;
  /**
   * What people call the policy. The function's description says it, with the policy's digest.
   * @default - the description has the digest alone
   */
  readonly policyName?: string;
  /**
   * How long one run may take; shorter than the fetch interval, so that two never meet.
   * @default - the fetch interval less 5 seconds, 15 minutes at most
   */
  readonly timeout?: Duration;
  /**
   * In MB; processing power grows with it. Memory does not grow with the backlog.
   * @default - 512
   */
  readonly memorySize?: number;
  /**
   * A part of the account's concurrency for this function alone. One run at a time is the lease's business, and small
   * accounts refuse to reserve any.
   * @default - none
   */
  readonly reservedConcurrentExecutions?: number;
  /**
   * How long the function's own log is kept. It goes with the stack.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * The network to run in. Its subnets need a way to CloudWatch Logs, DynamoDB, Secrets Manager, STS and Elasticsearch.
   * @default - outside any VPC
   */
  readonly vpc?: IVpc;
  /**
   * Which of its subnets. Only with `vpc`.
   * @default - the private ones
   */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * Only with `vpc`.
   * @default - one that lets everything out and nothing in
   */
  readonly securityGroups?: readonly ISecurityGroup[];
  /**
   * More of the function's environment: names and endpoints, no secrets. Tests send the function to stand-ins with it.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default - see each option */
  readonly alarms?: AlarmOptions;
  /**
   * What runs; `settings` are not added to it.
   * @default - this package's function, bundled at synth, with its settings
   */
  readonly code?: Code;
}

const START_OF_NEXT = 5;
const LONGEST_RUN = 900;

/**
 * Forwards one cluster's audit log: a function, run every fetch interval, its two identities, its log, its alarms.
 * The table is not part of it: several forwarders share one.
 *
 * Throws an error that tells all that is wrong with the props, a sentence each.
 */
export class EksAuditForwarder extends Measured implements IGrantable {
  readonly clusterName: string;
  /** The cluster's name and its index pattern: what ids and places of documents are made of. */
  readonly naming: string;
  readonly fetchInterval: Duration;
  readonly function: LambdaFunction;
  /** The function's own role. Its name is fixed, so that other accounts can name it. */
  readonly role: Role;
  /** What the function becomes to read the log group, and only for that. */
  readonly reader: Reader;
  readonly logGroup: LogGroup;
  readonly alarms: Readonly<Record<AlarmName, Alarm>>;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: EksAuditForwarderProps) {
    super(scope, id);
    const { settings, memorySize = DEFAULTS.memorySize, alarms = {} } = props;
    const { account, region } = Stack.of(this);
    const { cluster, fetchInterval } = settings;
    const timeout = props.timeout ?? Duration.seconds(Math.min(fetchInterval - START_OF_NEXT, LONGEST_RUN));
    const problems = problemsOf({ settings, account, region, timeout, memorySize, alarms });
    if (problems.length > 0) throw new Error([`${this.node.path}:`, ...problems].join('\n'));
    this.clusterName = cluster;
    const indices = indicesOf(settings.elasticsearch).map((index) => index.replace('{cluster}', settings.indexCluster));
    this.naming = `${cluster} in ${indices.join(' and ')}`;
    this.fetchInterval = Duration.seconds(fetchInterval);
    this.role = new Role(this, 'Role', {
      roleName: functionRoleName(Stack.of(this).stackName, cluster, region),
      description: `Runs the audit forwarder of cluster ${cluster}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.grantPrincipal = this.role;
    this.reader = settings.reader ?? this.#makeReader(settings);
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${this.#functionName}`,
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#grant(settings, props.vpc !== undefined);
    this.function = this.#makeFunction(props, timeout, memorySize);
    this.#schedule();
    this.alarms = addAlarms(this, Stack.of(this).stackName, alarms);
  }

  get #functionName(): string {
    return fixedName(Stack.of(this).stackName, this.clusterName);
  }

  #makeReader({ source, cluster }: Settings): Reader {
    const { stackName, account, region } = Stack.of(this);
    const roleName = fixedName(stackName, cluster, region, 'reader');
    const role = new Role(this, 'Reader', {
      roleName,
      description: `Reads the audit log of cluster ${cluster} and nothing else`,
      assumedBy: this.role,
    });
    grantReading(role, source);
    return { roleArn: `arn:${partitionOfRegion(region)}:iam::${account}:role/${roleName}` };
  }

  #grant(settings: Settings, inVpc: boolean): void {
    const home = Stack.of(this);
    const { secret } = settings.elasticsearch;
    const functionArn = `arn:${partitionOfRegion(home.region)}:lambda:${home.region}:${home.account}:function:${this.#functionName}`;
    const statements = [
      writeLogs(this.logGroup.logGroupArn),
      assume(this.reader.roleArn),
      keepCursors(settings, home),
      ...(secret === null ? [] : [readSecret(secret, home)]),
    ];
    for (const statement of statements) this.role.addToPolicy(statement);
    if (inVpc) grantJoining(this.role, functionArn);
  }

  #makeFunction(props: EksAuditForwarderProps, timeout: Duration, memorySize: number): LambdaFunction {
    const { settings, policyName, vpc, vpcSubnets, securityGroups, reservedConcurrentExecutions, environment } = props;
    return new LambdaFunction(this, 'Function', {
      functionName: this.#functionName,
      description: descriptionOf(settings.cluster, deployedOf(settings, policyName)),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: HANDLER,
      code: props.code ?? functionCode({ ...settings, reader: this.reader }),
      role: this.role,
      timeout,
      memorySize,
      // A run that failed or was late is made up for by the next one, which begins where it ended.
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      logGroup: this.logGroup,
      // Metrics are printed past `console`, as JSON of their own, which Lambda passes on as it is; what goes through
      // `console` becomes JSON. Above INFO Lambda would swallow lines without a level: the metrics.
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
      ...(reservedConcurrentExecutions === undefined ? {} : { reservedConcurrentExecutions }),
      ...(vpc === undefined ? {} : { vpc }),
      ...(vpcSubnets === undefined ? {} : { vpcSubnets }),
      ...(securityGroups === undefined ? {} : { securityGroups: [...securityGroups] }),
    });
  }

  #schedule(): void {
    const invoke = new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] });
    const invoker = new Role(this, 'Invoker', {
      description: `Starts the audit forwarder of cluster ${this.clusterName}`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: { Invoke: new PolicyDocument({ statements: [invoke] }) },
    });
    new Schedule(this, 'Schedule', {
      description: `Runs the audit forwarder of cluster ${this.clusterName}`,
      schedule: ScheduleExpression.rate(this.fetchInterval),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(this.function, {
        // What it may do stands above; the target would add all versions and aliases of the function.
        role: invoker.withoutPolicyUpdates(),
        retryAttempts: 0,
        maxEventAge: Duration.seconds(60),
      }),
    });
  }
}
