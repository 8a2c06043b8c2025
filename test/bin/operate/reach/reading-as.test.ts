import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readingAs } from '../../../../bin/operate/reach/reading-as.ts';
import { CLUSTER } from '../../../support/builders.ts';

const OTHER = '444455556666';
const ROLE = `arn:aws:iam::${OTHER}:role/eks-audit-reader`;
const settings = { reader: { roleArn: ROLE }, source: { ...CLUSTER.source, account: OTHER } };

const refusal = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>ana is not authorized</Message></Error></ErrorResponse>`;
const granted =
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>the-role</AccessKeyId><SecretAccessKey>s' +
  '</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>' +
  '</AssumeRoleResult></AssumeRoleResponse>';

/** What STS answers. */
let answer: readonly [number, string];
let sts: Server;
beforeEach(async () => {
  sts = createServer(
    (_, response) => void response.writeHead(answer[0], { 'content-type': 'text/xml' }).end(answer[1]),
  );
  await new Promise<void>((done) => void sts.listen(0, '127.0.0.1', done));
  vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://127.0.0.1:${(sts.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'my-own');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a-secret');
});
afterEach(() => {
  sts.close();
  vi.unstubAllEnvs();
});

const keyOf = async (account: string) => (await readingAs(settings, async () => account)?.())?.accessKeyId;

test('who may become the role reads as the role', async () => {
  answer = [200, granted];
  expect(await keyOf(OTHER)).toBe('the-role');
});

test("whom the role refuses reads with credentials of the log group's own account", async () => {
  answer = [403, refusal('AccessDenied')];
  expect(await keyOf(OTHER)).toBe('my-own');
});

test('whom the role refuses and who is of another account is told where to be named', async () => {
  answer = [403, refusal('AccessDenied')];
  await expect(keyOf('111122223333')).rejects.toThrow(
    `AWS refuses to let you become ${ROLE}: ana is not authorized. Write the ARN of your role under the cluster's ` +
      `reader.alsoTrust and deploy EksAuditReader-${OTHER} again, or use credentials of account ${OTHER}.`,
  );
});

test('another fault of STS is no refusal', async () => {
  answer = [400, refusal('MalformedPolicyDocument')];
  await expect(keyOf(OTHER)).rejects.toThrow('ana is not authorized');
});

test('where no role reads it the SDK finds its own credentials', () => {
  expect(readingAs({ source: CLUSTER.source }, async () => OTHER)).toBeUndefined();
});
