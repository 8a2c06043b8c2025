import type { Client } from '@elastic/elasticsearch';
import { CALICO_INDEX } from '../../lambda/contract.ts';
import { type Answer, ask, bodyOf, isMissing } from './ask.ts';
import { beatenTemplates, rivalTemplates } from './rivals.ts';
import { claimsOf } from './template.ts';

/** What Calico's own templates, or anybody's, claim of the indices of Calico's profile: sentences. */
export type CalicoClaims =
  | {
      readonly kind: 'known';
      /** Those that would win over ours. */
      readonly rivals: readonly string[];
      /** Those that ours wins over. */
      readonly beaten: readonly string[];
    }
  | { readonly kind: 'unknown'; readonly answer: Answer };

/** Asks which templates are installed, those of the old kind too. Takes `manage_index_templates`. */
export async function readCalicoClaims(
  client: Client,
  indexClusters: readonly string[],
  now: number,
): Promise<CalicoClaims> {
  const installed = await ask(client, { method: 'GET', path: '/_index_template' });
  const legacy = await ask(client, { method: 'GET', path: '/_template' });
  // Serverless has no templates of the old kind.
  const unknown = [installed, legacy].find((answer) => bodyOf(answer) === undefined && !isMissing(answer));
  if (unknown !== undefined) return { kind: 'unknown', answer: unknown };
  const claims = claimsOf([CALICO_INDEX], indexClusters, now).slice(0, 1);
  const rivals = rivalTemplates(bodyOf(installed), claims);
  return { kind: 'known', rivals, beaten: beatenTemplates(bodyOf(installed), bodyOf(legacy), claims) };
}
