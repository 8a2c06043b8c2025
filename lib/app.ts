import { Annotations, type App } from 'aws-cdk-lib';
import { type Config, readConfig } from './config/config.ts';
import { settingsOf } from './config/settings.ts';
import { describeProblems, type Problem } from './problems/problem.ts';
import { functionRoleName, STACK } from './stack/name.ts';
import { EksAuditReaderStack, type ReadSource } from './stack/reader-stack.ts';
import { EksAuditStack } from './stack/stack.ts';

/** What `cdk -c key=value` and cdk.json may say. */
const CONTEXT = {
  /** The configuration's file. Default: forwarder.yaml. */
  config: 'config',
  /** Where to deploy; default: what the CLI's own credentials say. */
  account: 'account',
  region: 'region',
  /** Where the runbook is read. Default: docs/runbook.md. */
  runbook: 'runbook',
  /** Sends the functions' CloudWatch Logs client elsewhere; for tests. */
  logsEndpoint: 'logsEndpoint',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Adds the stacks that forwarder.yaml asks for; on problems none, and tells all of them. */
export function addStacks(
  app: App,
  environment: Environment,
  readFile: typeof readConfig = readConfig,
): readonly Problem[] {
  const said = (key: string): string | undefined => {
    const value: unknown = app.node.tryGetContext(key);
    return value === undefined || value === '' ? undefined : String(value);
  };
  const account = said(CONTEXT.account) ?? environment.CDK_DEFAULT_ACCOUNT;
  const region = said(CONTEXT.region) ?? environment.CDK_DEFAULT_REGION;
  const read = readFile(said(CONTEXT.config) ?? 'forwarder.yaml', {
    for: 'stack',
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  });
  const problems = [...(read.ok ? [] : read.problems), ...placeless(account, region)];
  if (!read.ok || account === undefined || region === undefined || problems.length > 0) return problems;
  const logsEndpoint = said(CONTEXT.logsEndpoint);
  const runbook = said(CONTEXT.runbook);
  const stack = new EksAuditStack(app, STACK, {
    env: { account, region },
    description: 'Forwards the Kubernetes audit log of EKS from CloudWatch Logs to Elasticsearch',
    config: read.config,
    ...(runbook === undefined ? {} : { runbook }),
    ...(logsEndpoint === undefined ? {} : { environment: { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logsEndpoint } }),
  });
  for (const warning of read.warnings) {
    // The CDK puts the id into brackets behind the message, and takes it off again up to the first closing one.
    const id = warning.path.replace(/\[(\d+)\]/g, '.$1');
    Annotations.of(stack).addWarningV2(`eks-audit:${id}`, describeProblems([warning]));
  }
  addReaders(app, read.config, { account, region });
  return [];
}

function placeless(account: string | undefined, region: string | undefined): readonly Problem[] {
  if (/^\d{12}$/.test(account ?? '') && region !== undefined) return [];
  const found = account === undefined ? 'no AWS credentials that work' : `account ${JSON.stringify(account)}`;
  return [
    {
      path: '',
      message: `Expected the account and Region to deploy to, found ${found}: sign in (aws sso login, AWS_PROFILE), or name them: cdk … -c account=123456789012 -c region=us-west-2.`,
    },
  ];
}

/** A stack for each other account whose log groups are read. */
export function addReaders(
  app: App,
  config: Config,
  forwarder: { readonly account: string; readonly region: string },
): void {
  const foreign = config.clusters.flatMap((cluster): ReadSource[] => {
    const { source } = settingsOf(config, cluster, forwarder);
    const functionRole = functionRoleName(STACK, cluster.name, forwarder.region);
    return cluster.reader === null || source.account === forwarder.account
      ? []
      : [{ source, reader: cluster.reader, functionRole }];
  });
  for (const [account, sources] of Map.groupBy(foreign, ({ source }) => source.account)) {
    const [{ source: { region } = forwarder } = {}] = sources;
    new EksAuditReaderStack(app, `EksAuditReader-${account}`, {
      env: { account, region: region ?? forwarder.region },
      description: `Lets the audit forwarder of account ${forwarder.account} read the audit logs of this account's clusters`,
      sources,
      forwarder,
    });
  }
}
