import type { Credentials } from '../../../lambda/edges/secret.ts';
import { ok, type Verdict } from '../reach/verdict.ts';
import { refusedSecret, type SecretAnswer, secretVerdict } from './secret.ts';

/** As whom documents are sent. */
export interface Signing {
  /** undefined: nobody signs in. */
  readonly credentials: Credentials | undefined;
  /** Begins a sentence. */
  readonly whose: string;
  /** What to say where these are refused; absent: how to give others. */
  readonly refused?: string;
}

export interface Keys {
  readonly url: string;
  /** Its name; null where none is configured. */
  readonly secret: string | null;
  readonly answer: SecretAnswer;
  /** A person's own, from the environment; undefined: none. */
  readonly own: Credentials | undefined;
}

/** As the function does, by the secret; where that can't be read, as whom the environment names. undefined: nobody knows. */
export function functionSigning({ url, secret, answer, own }: Keys): Signing | undefined {
  const held = answer.kind === 'read' ? answer.credentials : undefined;
  if (held !== undefined)
    return { credentials: held, whose: 'What the secret holds', refused: refusedSecret(url, secret) };
  if (own !== undefined) return { credentials: own, whose: OWN };
  return answer.kind === 'read' ? { credentials: undefined, whose: NOBODY } : undefined;
}

/** As `follow` and `receive` do where this is asked: the environment's wins over the secret. */
export function localSigning(keys: Keys): Signing | undefined {
  const { own } = keys;
  return own === undefined ? functionSigning(keys) : { credentials: own, whose: OWN };
}

const OWN = 'The environment’s key';
const NOBODY = 'Whoever is not signed in';

/** Where no function signs in. */
export function localVerdict({ secret, answer, own }: Omit<Keys, 'url'>): Verdict {
  if (own === undefined && secret !== null) return secretVerdict(secret, answer);
  if (own === undefined)
    return ok('None is configured, and the environment has no key: documents are sent without signing in.');
  return ok(
    secret === null
      ? 'None is configured: the environment’s key is used.'
      : `${secret} is not read: the environment’s key wins.`,
  );
}

/** Where no function signs in and nobody is let in unsigned. */
export function refusedUnsigned(url: string): string {
  return `${url} lets in nobody who does not sign in: set ELASTICSEARCH_API_KEY to a key (npx eks-audit elasticsearch key --create).`;
}
