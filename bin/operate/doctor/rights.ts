import type { Client } from '@elastic/elasticsearch';
import { at } from '../../../lambda/core/json.ts';
import { ask, bodyOf, isMissing, isRefused, refusalText } from '../../../lib/elasticsearch/ask.ts';
import { ok, type Verdict, wrong } from '../reach/verdict.ts';

/** Either lets the first document of a day make its index. */
const MAKING = ['auto_configure', 'create_index'];

export interface Asking {
  /** Begins the sentence: "The secret's key". */
  readonly whose: string;
  /** What to say where the credentials themselves are refused. Default: how to give others. */
  readonly refused?: string;
}

/** Whether these credentials may write to the indices of today. Whoever is signed in may ask that about himself. */
export async function rights(
  client: Client,
  url: string,
  names: readonly string[],
  { whose, refused }: Asking,
): Promise<Verdict> {
  const body = { index: [{ names, privileges: ['create_doc', ...MAKING] }] };
  const answer = await ask(client, { method: 'POST', path: '/_security/user/_has_privileges', body });
  if (isMissing(answer)) return ok('Security is off there: everybody may do everything.');
  const may = bodyOf(answer);
  if (isRefused(answer) && refused !== undefined) return wrong(refused);
  if (may === undefined) return wrong(refusalText(url, answer, 'be asked what they may', 'none'));
  const lacking = names.filter((name) => {
    const has = (privilege: string) => at(may, 'index', name, privilege) === true;
    return !has('create_doc') || !MAKING.some(has);
  });
  if (lacking.length === 0) return ok(`${whose} may write to ${names.join(', ')}.`);
  return wrong(
    `${whose} may not write to ${lacking.join(', ')}: give it create_doc and auto_configure there ` +
      '(npx eks-audit elasticsearch key).',
  );
}
