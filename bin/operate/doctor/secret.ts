import { faultOf, isDenied } from '../../../lambda/edges/aws-error.ts';
import { type Credentials, credentialsReader } from '../../../lambda/edges/secret.ts';
import { notChecked, ok, oneLine, type Verdict, wrong } from '../reach/verdict.ts';

/** What the function will sign in with, read once; the value is shown nowhere. */
export type SecretAnswer =
  /** undefined: no secret is configured, the function does not sign in. */
  | { readonly kind: 'read'; readonly credentials: Credentials | undefined }
  | { readonly kind: 'not read'; readonly verdict: Verdict };

const CREATE = 'Make a key with npx eks-audit elasticsearch key --create, and put it there.';

/** Elasticsearch takes what the secret holds no more, or never did. `secret`: null where none is configured. */
export function refusedSecret(url: string, secret: string | null): string {
  if (secret === null)
    return `${url} lets in nobody who does not sign in: name the secret of a key in elasticsearch.secret.`;
  return (
    `${url} refuses what the secret ${secret} holds: it is wrong, expired or revoked. Put a new key into the secret ` +
    '(npx eks-audit elasticsearch key --create, then aws secretsmanager put-secret-value): the function reads it by itself.'
  );
}

export async function readSecret(secret: string | null): Promise<SecretAnswer> {
  try {
    // Without the environment's credentials: in AWS the secret is the only way.
    return { kind: 'read', credentials: await credentialsReader(secret, {})() };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const message = oneLine(error instanceof Error ? error.message : String(error));
    const verdict = isDenied(cause)
      ? notChecked('needs secretsmanager:GetSecretValue')
      : wrong(faultOf(cause).name === 'ResourceNotFoundException' ? `${message} ${CREATE}` : message);
    return { kind: 'not read', verdict };
  }
}

export function secretVerdict(secret: string | null, answer: SecretAnswer): Verdict {
  if (answer.kind === 'not read') return answer.verdict;
  if (secret === null) return ok('None is configured: the function sends without signing in.');
  const { credentials } = answer;
  return ok(
    `${secret} holds ${credentials !== undefined && 'apiKey' in credentials ? 'an API key' : 'a user and password'}.`,
  );
}
