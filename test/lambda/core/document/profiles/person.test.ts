import { describe, expect, test } from 'vitest';
import { documentBody } from '../../../../../lambda/core/document/document.ts';
import { at, type JsonObject, textAt } from '../../../../../lambda/core/json.ts';
import { CLUSTER, event, line, NOON } from '../../../../support/builders.ts';

function document(overrides: JsonObject): JsonObject {
  const said = { line: line(), cluster: CLUSTER, id: 'an-id', time: NOON, ingested: NOON, original: 'the line' };
  return JSON.parse(documentBody({ event: event(overrides), ...said }, []));
}

/** Who, as the document's sentence says it. */
const saidOf = (overrides: JsonObject) => (textAt(document(overrides), 'message') ?? '').split(' patch ')[0];
const relatedTo = (overrides: JsonObject) => at(document(overrides), 'related', 'user');

const arn = (partition = 'aws', session = 'maria@example.com') =>
  `arn:${partition}:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123/${session}`;

describe('a session of an IAM role', () => {
  test.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'])('of %s is named short, the person first', (partition) => {
    const user = { username: arn(partition) };
    expect(saidOf({ user })).toBe('maria@example.com (AWSReservedSSO_Admin_0123)');
    expect(relatedTo({ user })).toEqual([arn(partition), 'maria@example.com']);
    expect(at(document({ user }), 'user', 'name')).toBe(arn(partition));
  });

  test.each<[string, JsonObject, string]>([
    ['by its name', { sessionName: ['maria@example.com'] }, 'break-glass (maria@example.com)'],
    ['by its ARN', { arn: [arn()] }, 'break-glass (maria@example.com)'],
    [
      'not at all, as of a user of IAM',
      { sessionName: [''], arn: ['arn:aws:iam::111122223333:user/ana'] },
      'break-glass',
    ],
  ])('that EKS tells beside a mapped user name is named: %s', (_, extra, said) => {
    const user = { username: 'break-glass', extra };
    expect(saidOf({ user })).toBe(said);
    const sessions = said === 'break-glass' ? [] : ['maria@example.com'];
    expect(relatedTo({ user })).toEqual(['break-glass', ...sessions]);
  });

  test('whose name is written in two ways is found by both', () => {
    const user = { username: arn('aws', 'maria-example.com'), extra: { sessionName: ['maria@example.com'] } };
    expect(relatedTo({ user })).toEqual([arn('aws', 'maria-example.com'), 'maria@example.com', 'maria-example.com']);
  });

  test('that is in the user name already is not said again', () => {
    const user = { username: 'admin:maria', extra: { sessionName: ['maria'] } };
    expect(saidOf({ user })).toBe('admin:maria');
  });

  test('that impersonates somebody is named, and so is whom it impersonates', () => {
    const overrides = { user: { username: arn() }, impersonatedUser: { username: arn('aws', 'ana') } };
    expect(saidOf(overrides)).toBe('maria@example.com (AWSReservedSSO_Admin_0123) as ana (AWSReservedSSO_Admin_0123)');
    expect(relatedTo(overrides)).toEqual([arn(), arn('aws', 'ana'), 'maria@example.com', 'ana']);
  });
});

describe('the sentence stays as it is', () => {
  test.each<[string, JsonObject]>([
    [
      'of a node',
      { username: 'system:node:ip-10-0-0-7', extra: { sessionName: ['i-0123'], arn: [arn('aws', 'i-0123')] } },
    ],
    ['of EKS itself', { username: 'eks:addon-manager', extra: { sessionName: ['1688377824279593'] } }],
    ['of who has no session', { username: 'ana' }],
    ['of a user of IAM', { username: 'arn:aws:iam::111122223333:user/ana' }],
    ['of what only looks like a session', { username: 'arn:aws:sts::1:assumed-role/a/b' }],
    ['of a session with words of its own', { username: arn('aws', 'ana get pods → 200') }],
    ['of a session with more steps', { username: arn('aws', 'ana/maria') }],
    ['of an endless ARN', { username: arn('aws'.padEnd(3000, '-a')) }],
    ['of what is no text beside it', { username: 'ana', extra: { sessionName: [{ a: 1 }, 7, null], arn: {} } }],
  ])('%s', (_, user) => {
    expect(saidOf({ user })).toBe(user.username);
  });
});
