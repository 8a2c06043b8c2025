import type { Client } from '@elastic/elasticsearch';
import { at, isObject, textAt } from '../../../lambda/core/json.ts';
import { type Answer, ask, bodyOf, isForbidden, isMissing, refusalText } from '../../../lib/elasticsearch/ask.ts';
import type { Claim, IndexTemplate } from '../../../lib/elasticsearch/template.ts';
import { counted } from '../../cli/figures.ts';
import { notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';
import { phrasesBegin } from './phrases.ts';

/** Whether fields are mapped as our templates have them: in the index to come, and in those that are there. */

/** Asks which template an index of that name would get. Takes `manage_index_templates`. */
export async function templateVerdict(client: Client, url: string, claims: readonly Claim[]): Promise<Verdict> {
  const faults: string[] = [];
  const claimed = claims.flatMap(({ template, names }) => names.map((name) => ({ name, template })));
  for (const { name, template } of claimed) {
    const answer = await ask(client, { method: 'POST', path: `/_index_template/_simulate_index/${name}` });
    if (isForbidden(answer)) return notChecked('needs manage_index_templates');
    if (bodyOf(answer) === undefined)
      return wrong(refusalText(url, answer, 'simulate an index', 'manage_index_templates'));
    const mappings = at(bodyOf(answer), 'template', 'mappings');
    if (at(mappings, '_data_stream_timestamp') !== undefined) faults.push(`${name} would become a data stream`);
    else {
      const [first, ...more] = differences(mappings, template);
      if (first !== undefined) faults.push(`${name} would get another mapping (${first}${andMore(more.length)})`);
    }
  }
  if (faults.length === 0) return ok(`Ours wins ${claimed.map(({ name }) => name).join(', ')}.`);
  return wrong(`${faults.join('; ')}: run npx eks-audit elasticsearch setup.`);
}

/** Compares the indices that are there. Takes `view_index_metadata`. */
export async function driftVerdict(client: Client, url: string, template: IndexTemplate): Promise<Verdict> {
  const [pattern = ''] = template.body.index_patterns;
  const answer = await ask(client, { method: 'GET', path: `/${pattern}/_mapping?expand_wildcards=open` });
  if (isForbidden(answer)) return notChecked('needs view_index_metadata');
  const body = bodyOf(answer);
  if (!isObject(body)) return wrong(refusalText(url, answer, 'show mappings', 'view_index_metadata'));
  const indices = Object.entries(body)
    // Those behind a data stream that has our name: told by the check for data streams.
    .filter(([index]) => !index.startsWith('.'))
    .map(([index, each]) => ({ index, mappings: at(each, 'mappings') }))
    .map((each) => ({ ...each, found: differences(each.mappings, template) }));
  const phrases = phrasesBegin(indices);
  const beside = phrases === undefined ? '' : ` ${phrases}`;
  const drifted = indices.filter(({ found }) => found.length > 0);
  const [first] = drifted;
  if (indices.length === 0) return ok('No index is there yet.');
  if (first === undefined)
    return ok(`${counted(indices.length, 'index is', 'indices are')} mapped as the template has it.${beside}`);
  const [difference, ...more] = first.found;
  return wrong(
    `${drifted.length} of ${counted(indices.length, 'index is', 'indices are')} mapped otherwise, ${first.index} among them (${difference}` +
      `${andMore(more.length)}): searches miss what is in these fields. Add what lacks with PUT /INDEX/_mapping; reindex where a type differs.${beside}`,
  );
}

function andMore(count: number): string {
  return count === 0 ? '' : ` and ${count} more`;
}

/** One phrase for each of the template's fields that is missing, of another type, or hidden by a runtime field. */
export function differences(mappings: unknown, { body }: IndexTemplate): readonly string[] {
  const indexed = typesOf(at(mappings, 'properties'));
  const runtime = typesOf(at(mappings, 'runtime'));
  return [...typesOf(at(body.template.mappings, 'properties'))].flatMap(([field, type]) => {
    const found = indexed.get(field);
    const instead = runtime.get(field);
    if (instead !== undefined && found !== undefined) return [`${field} is hidden by a runtime field`];
    const actual = found ?? instead;
    if (actual === undefined) return [`${field} is missing`];
    return actual === type ? [] : [`${field} is ${actual}, not ${type}`];
  });
}

/** By dotted path; names with dots in them and objects are the same to Elasticsearch. */
function typesOf(properties: unknown, prefix = ''): ReadonlyMap<string, string> {
  const entries = isObject(properties) ? Object.entries(properties) : [];
  return new Map(
    entries.flatMap(([key, mapping]): (readonly [string, string])[] => {
      const type = textAt(mapping, 'type');
      const own = type === undefined || type === 'object' ? [] : [[`${prefix}${key}`, type] as const];
      return [...own, ...typesOf(at(mapping, 'properties'), `${prefix}${key}.`)];
    }),
  );
}

/** Names of ours that lead elsewhere. Takes `view_index_metadata`. */
export function namesVerdict(url: string, answer: Answer, rivals: readonly string[]): Verdict {
  if (isForbidden(answer)) return notChecked('needs view_index_metadata');
  if (isMissing(answer)) return notChecked('this Elasticsearch does not tell');
  if (bodyOf(answer) === undefined)
    return wrong(refusalText(url, answer, 'resolve index names', 'view_index_metadata'));
  return rivals.length === 0 ? ok('None has a name of ours.') : wrong(rivals.join(' '));
}
