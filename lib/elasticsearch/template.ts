import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { type FieldType, MAX_UNITS } from '../../lambda/core/document/fit.ts';
import { parkedColumns } from '../../lambda/core/document/parked.ts';
import { type CalicoColumn, calicoColumns } from '../../lambda/core/document/profiles/calico.ts';
import { fields } from '../../lambda/core/document/profiles/ecs.ts';
import type { Column } from '../../lambda/core/document/recorded.ts';
import { CALICO, IndexPattern, PARKED } from '../../lambda/core/index-pattern.ts';

/**
 * Above every template that Elastic ships: their highest is 200. A month's names begin like a day's, so a month's
 * template covers these too: it stands below every day's.
 */
const PRIORITY = { days: 600, months: 500 };

/** Of the template, and of what stands beside it: a lifecycle policy, an API key. */
export const NAME = 'eks-audit-forwarder';

export interface IndexTemplate {
  readonly name: string;
  readonly body: {
    readonly index_patterns: readonly string[];
    readonly priority: number;
    readonly template: { readonly settings: object; readonly mappings: object };
    readonly _meta: object;
  };
}

export interface TemplateOptions {
  /** The ILM policy of the template's own name deletes old indices. Default false: they are kept for ever. */
  readonly lifecycle?: boolean;
  /** false: the server decides about shards and copies, and refuses a template that does (serverless). Default true. */
  readonly sharded?: boolean;
  /** How many templates for audit indices it gives way to. Default 0: to none. */
  readonly below?: number;
}

/** Without ours, Elastic's built-in `logs-*-*` would make a data stream of each index: see README. */
export function auditTemplate(index: string, options: TemplateOptions = {}): IndexTemplate {
  return auditTemplateOf(IndexPattern.of(index), options);
}

function auditTemplateOf(pattern: IndexPattern, options: TemplateOptions): IndexTemplate {
  const properties = isCalico(pattern) ? calicoColumns.map(lenient) : fields.map(property);
  return template(templateName(pattern), pattern, properties, options);
}

function isCalico({ coverage }: IndexPattern): boolean {
  return coverage === CALICO.coverage;
}

/** Accepts anything: what is parked has been refused elsewhere already. */
export function parkedTemplate(options: TemplateOptions = {}): IndexTemplate {
  return template(`${NAME}-parked`, PARKED, parkedColumns.map(property), options);
}

/** Those who write other names need a template of their own; all who write the same names share one. */
function templateName(pattern: IndexPattern): string {
  const { coverage, word } = pattern;
  if (isCalico(pattern)) return `${NAME}-calico`;
  return coverage === IndexPattern.of(DEFAULT_INDEX).coverage ? NAME : `${NAME}-${word}`;
}

type Property = readonly [path: readonly string[], mapping: object];

function property({ path, type }: Column): Property {
  return [path, mapping(type)];
}

/** Of Calico's documents no extractor has seen to it that their values fit: what does not is left unindexed. */
function lenient({ path, type }: CalicoColumn): Property {
  if (type === 'unread') return [path, { type: 'object', enabled: false }];
  return [path, type === 'keyword' ? mapping(type) : { ...mapping(type), ignore_malformed: true }];
}

function template(
  name: string,
  pattern: IndexPattern,
  properties: readonly Property[],
  { lifecycle = false, sharded = true, below = 0 }: TemplateOptions,
): IndexTemplate {
  const index = {
    ...(sharded ? { number_of_shards: 1, auto_expand_replicas: '0-1' } : {}),
    ...(lifecycle ? { lifecycle: { name, parse_origination_date: pattern.isDated } } : {}),
  };
  return {
    name,
    body: {
      index_patterns: [pattern.coverage],
      priority: (pattern.namesDays ? PRIORITY.days : PRIORITY.months) - below,
      template: { settings: { index }, mappings: { dynamic: false, properties: tree(properties) } },
      _meta: { description: 'Kubernetes audit events of EKS, written by the EKS audit forwarder', managed: true },
    },
  };
}

interface Branch {
  [key: string]: { properties: Branch } | object;
}

function tree(properties: readonly Property[]): Branch {
  const root: Branch = {};
  for (const [path, leaf] of properties) {
    let branch = root;
    for (const key of path.slice(0, -1)) {
      const inner = (branch[key] ?? { properties: {} }) as { properties: Branch };
      branch[key] = inner;
      branch = inner.properties;
    }
    branch[path.at(-1) ?? ''] = leaf;
  }
  return root;
}

function mapping(type: FieldType): object {
  switch (type) {
    case 'keyword':
      return { type: 'keyword', ignore_above: MAX_UNITS };
    case 'text':
      // With positions, which is the default: a quoted text in KQL is a phrase.
      return { type: 'text', norms: false };
    case 'stored':
      return { type: 'keyword', index: false, doc_values: false };
    default:
      return { type };
  }
}

/** Of the audit indices, those of the patterns before too, and of the parked ones; in the order they can be put in. */
export function templates(
  indices: readonly string[],
  options: TemplateOptions = {},
  former: readonly string[] = [],
): readonly IndexTemplate[] {
  const others = formerTemplates(indices, former, options).map(({ template }) => template);
  return [...others, ...indices.map((index) => auditTemplate(index, options)), parkedTemplate(options)];
}

/**
 * One for each pattern that today's templates do not cover. Each gives way to those after it, and all to today's:
 * Elasticsearch refuses a second template of one priority where both could take one name.
 */
function formerTemplates(indices: readonly string[], former: readonly string[], options: TemplateOptions = {}) {
  const byName = new Map(
    former
      .toSorted()
      .map(IndexPattern.of)
      .map((pattern) => [templateName(pattern), pattern]),
  );
  for (const index of indices) byName.delete(templateName(IndexPattern.of(index)));
  return [...byName.values()].map((pattern, at, { length }) => ({
    pattern,
    template: auditTemplateOf(pattern, { ...options, below: length - at }),
  }));
}

/** A template, and index names that it must win. */
export interface Claim {
  readonly template: IndexTemplate;
  readonly names: readonly string[];
}

/** Of each template, today's name of each cluster's index. */
export function claimsOf(
  indices: readonly string[],
  indexClusters: readonly string[],
  now: number,
  former: readonly string[] = [],
): readonly Claim[] {
  const namesOf = (pattern: IndexPattern) => indexClusters.map((cluster) => pattern.name(cluster, now));
  return [
    ...indices.map((index) => ({ template: auditTemplate(index), names: namesOf(IndexPattern.of(index)) })),
    { template: parkedTemplate(), names: namesOf(PARKED) },
    ...formerTemplates(indices, former).map(({ pattern, template }) => ({ template, names: namesOf(pattern) })),
  ];
}
