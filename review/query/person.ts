import { shortName } from '../../lambda/core/document/profiles/person.ts';
import type { Who } from './row.ts';

/** What IAM Identity Center puts around the name of a permission set. */
const PERMISSION_SET = /\(AWSReservedSSO_(.+)_[0-9a-f]{16}\)$/;

/** Who it was, as `message` says it, without what is the same for everybody. */
export function personText({ name, session, impersonated }: Who): string {
  const person = userText(name, session);
  return impersonated === undefined ? person : `${person} as ${userText(impersonated)}`;
}

function userText(username: string, session?: string): string {
  const user = shortName({ username, extra: { sessionName: session } }) ?? 'nobody known';
  return user.replace(PERMISSION_SET, '($1)').replace(/^system:serviceaccount:/, 'sa ');
}
