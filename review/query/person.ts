import type { Who } from './row.ts';

/** What stands before the role and the session's name, the same for everybody. */
const ASSUMED_ROLE = /^arn:aws[\w-]*:sts::\d+:assumed-role\//;
/** What IAM Identity Center puts around the name of a permission set. */
const PERMISSION_SET = /^AWSReservedSSO_(.+)_[0-9a-f]{16}(?=\/|$)/;

/** Who it was, as people say it: with IAM the session's name tells the person, the user name often only the role. */
export function personText({ name, session, impersonated }: Who): string {
  const user = name === '' ? 'nobody known' : shortUser(name);
  const person = session === undefined || user.includes(session) ? user : `${user} (${session})`;
  return impersonated === undefined ? person : `${person} as ${impersonated}`;
}

/** A user name without what is the same for everybody. */
export function shortUser(name: string): string {
  return name
    .replace(ASSUMED_ROLE, '')
    .replace(PERMISSION_SET, '$1')
    .replace(/^system:serviceaccount:/, 'sa ');
}
