import { at, isObject, textAt } from '../../lambda/core/json.ts';
import { type Claim, NAME } from './template.ts';

/** What stands in the way of our templates: one sentence each, what it is and what to do. */

/** `installed` is the answer to `GET /_index_template`. */
export function rivalTemplates(installed: unknown, claims: readonly Claim[]): readonly string[] {
  const all = describedAll(installed);
  const own = claims.map(({ template }) => template.name);
  return all
    .filter(({ name }) => !own.includes(name))
    .flatMap((rival) => {
      const beaten = claims.find((claim) => rival.priority >= claim.template.body.priority && takes(rival, claim));
      return beaten === undefined ? [] : [rivalText(rival, beaten)];
    });
}

/**
 * Of those that ours win over: what is without effect on our indices. `legacy` is the answer to `GET /_template`: such
 * a template never counts where one of the newer kind takes the name.
 */
export function beatenTemplates(installed: unknown, legacy: unknown, claims: readonly Claim[]): readonly string[] {
  const older = isObject(legacy) ? Object.entries(legacy).map(([name, each]) => describedBy(name, each)) : [];
  const others = describedAll(installed).filter(({ name }) => !name.startsWith(NAME));
  return [...others, ...older].flatMap((each) => {
    const claim = claims.find(
      (one) => takes(each, one) && (older.includes(each) || each.priority < one.template.body.priority),
    );
    return claim === undefined ? [] : [beatenText(each, claim)];
  });
}

interface Described {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly priority: number;
}

function describedAll(installed: unknown): readonly Described[] {
  const listed = at(installed, 'index_templates');
  if (!Array.isArray(listed)) return [];
  return listed.map((entry) => describedBy(textAt(entry, 'name') ?? '', at(entry, 'index_template')));
}

function describedBy(name: string, template: unknown): Described {
  const patterns = at(template, 'index_patterns');
  return {
    name,
    patterns: Array.isArray(patterns) ? patterns.map(String) : [String(patterns)],
    priority: Number(at(template, 'priority') ?? 0),
  };
}

function takes({ patterns }: Described, { names }: Claim): boolean {
  return names.some((name) => patterns.some((pattern) => covers(pattern, name)));
}

/** Elasticsearch's own rule: `*` is any text. The first place where a part fits is as good as any. */
export function covers(pattern: string, name: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return name === pattern;
  let from = first.length;
  for (const part of others) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return name.startsWith(first) && name.endsWith(last) && name.length - last.length >= from;
}

function rivalText({ name, patterns, priority }: Described, { template, names }: Claim): string {
  const says = `The index template ${name} (${patterns.join(', ')}, priority ${priority})`;
  if (name.startsWith(NAME))
    return `${says} is an earlier setup's, for another elasticsearch.index that covers ${names[0]} too: delete it when nothing writes by it any more.`;
  return `${says} would win over ours (priority ${template.body.priority}) for ${names[0]}: lower its priority, or narrow its patterns.`;
}

function beatenText({ name, patterns }: Described, { template, names }: Claim): string {
  return (
    `The index template ${name} (${patterns.join(', ')}) claims ${names[0]} as well. Ours (${template.name}) wins there: ` +
    'such an index has our mapping and our retention, and nothing of that template.'
  );
}

/** `resolved` is the answer to `GET /_resolve/index/…` for all names that are ours. */
export function rivalNames(resolved: unknown): readonly string[] {
  return [
    ...named(resolved, 'data_streams').map(
      (name) =>
        `${name} is a data stream, made before our templates were there: reindex what you need of it, delete it ` +
        `(DELETE /_data_stream/${name}) and run setup again.`,
    ),
    ...named(resolved, 'aliases').map(
      (name) =>
        `${name} is an alias: documents would go where it leads. Remove it, or choose another elasticsearch.index.`,
    ),
  ];
}

function named(resolved: unknown, key: string): readonly string[] {
  const found = at(resolved, key);
  return Array.isArray(found) ? found.filter(isObject).map((each) => textAt(each, 'name') ?? '') : [];
}
