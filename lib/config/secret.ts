import { wantsUnseen } from '../problems/sentence.ts';
import { matching } from './values.ts';

const SECRET = 'the name or ARN of a secret in Secrets Manager';
const CREATE =
  'keep the key itself in Secrets Manager (eks-audit elasticsearch key) and write the name of that secret here';

const wanted = wantsUnseen(SECRET, 'write it like eks-audit-forwarder/elasticsearch', secretHint);
export const secret = matching(
  /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[\w/+=.@-]{1,512}$/,
  wanted,
).refine((value) => !isKey(value), wanted);

function secretHint(found: unknown): string | undefined {
  if (typeof found === 'object') return `found a mapping (not shown); ${CREATE}`;
  if (typeof found !== 'string') return 'found a number or a truth value; put the name in quotes';
  if (isKey(found))
    return `found what looks like a credential itself (not shown); ${CREATE}, and replace the key, since it was written into a file`;
  return found.startsWith('arn:') ? "found another ARN; a secret's begins with arn:aws:secretsmanager:" : undefined;
}

/** An Elasticsearch API key in any of its forms, `user:password`, or the JSON that belongs into the secret. */
function isKey(value: string): boolean {
  if (value.startsWith('arn:')) return false;
  const decoded = /^[A-Za-z0-9+/=]{24,}$/.test(value) ? Buffer.from(value, 'base64').toString('latin1') : '';
  return /^ApiKey |^ess[a-z]_|^\s*\{|.:./.test(value) || /^[\x21-\x7e]+:[\x21-\x7e]+$/.test(decoded);
}
