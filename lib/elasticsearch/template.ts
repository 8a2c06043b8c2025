import { DEFAULT_INDEX, PARKED_INDEX } from '../../lambda/contract.ts';
import { type FieldType, MAX_UNITS } from '../../lambda/core/document/fit.ts';
import { fields, origin } from '../../lambda/core/document/profiles/ecs.ts';
import type { Field } from '../../lambda/core/document/recorded.ts';

/** Above every template that Elastic ships: their highest is 200. */
const PRIORITY = 600;

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
}

/** Without ours, Elastic's built-in `logs-*-*` would make a data stream of each index: see README. */
export function auditTemplate(indexPattern: string, options: TemplateOptions = {}): IndexTemplate {
  return template(templateName(indexPattern), indexPattern, fields.map(property), options);
}

/** Accepts anything: what is parked has been refused elsewhere already. */
export function parkedTemplate(parkedPattern: string, options: TemplateOptions = {}): IndexTemplate {
  const properties = [
    ...origin.map(property),
    ...parked.map(([path, type]) => [path.split('.'), mapping(type)] as const),
  ];
  return template(`${NAME}-parked`, parkedPattern, properties, options);
}

const parked: readonly (readonly [string, FieldType])[] = [
  ['@timestamp', 'date'],
  ['event.id', 'keyword'],
  ['event.ingested', 'date'],
  ['event.original', 'stored'],
  ['orchestrator.cluster.name', 'keyword'],
  ['parked.reason', 'keyword'],
  ['parked.detail', 'text'],
  ['parked.id', 'keyword'],
  ['parked.index', 'keyword'],
  ['parked.part', 'integer'],
  ['parked.bytes', 'integer'],
  ['parked.parts', 'integer'],
];

/**
 * What a pattern's index names look like, whatever the cluster. Narrow on purpose, so that no agent's data stream is
 * ever caught: a date has three parts, a month two, and a Fleet namespace no dash. Where no dash stands between
 * cluster and date, the century does.
 */
export function coverage(pattern: string): string {
  const year = /\{cluster\}[^{]*-[^{]*\{yyyy/.test(pattern) ? '*' : '20*';
  return pattern
    .replace('{cluster}', '*')
    .replace(/\{yyyy\.MM\.dd\}$|\{yyyy\.MM\}\.01$/, `${year}.*.*`)
    .replace(/\{yyyy\.MM\}$/, `${year}.*`)
    .replace('**', '*');
}

/** Whether index names end in a day by which ILM can tell their age; else it counts from an index's creation. */
export function isDated(pattern: string): boolean {
  return /-(\{yyyy\.MM\.dd\}|\{yyyy\.MM\}\.01)$/.test(pattern);
}

/** Those who write other names need a template of their own; all who write the same names share one. */
function templateName(pattern: string): string {
  if (coverage(pattern) === coverage(DEFAULT_INDEX)) return NAME;
  const shape = pattern.replace('{cluster}', 'cluster').replace(/\{yyyy\.MM(\.dd\}|\}\.01)$/, 'day');
  return `${NAME}-${shape.replace('{yyyy.MM}', 'month')}`;
}

type Property = readonly [path: readonly string[], mapping: object];

function property({ path, type }: Field): Property {
  return [path, mapping(type)];
}

function template(
  name: string,
  pattern: string,
  properties: readonly Property[],
  { lifecycle = false, sharded = true }: TemplateOptions,
): IndexTemplate {
  const index = {
    ...(sharded ? { number_of_shards: 1, auto_expand_replicas: '0-1' } : {}),
    ...(lifecycle ? { lifecycle: { name, parse_origination_date: isDated(pattern) } } : {}),
  };
  return {
    name,
    body: {
      index_patterns: [coverage(pattern)],
      // A month's names begin like a day's, so its template covers these too: a step below, both can stand.
      priority: pattern.endsWith('{yyyy.MM}') ? PRIORITY - 1 : PRIORITY,
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
      return { type: 'text', norms: false, index_options: 'docs' };
    case 'stored':
      return { type: 'keyword', index: false, doc_values: false };
    default:
      return { type };
  }
}

/** Of the audit and the parked indices. */
export function templates(index: string, options: TemplateOptions = {}): readonly IndexTemplate[] {
  return [auditTemplate(index, options), parkedTemplate(PARKED_INDEX, options)];
}
