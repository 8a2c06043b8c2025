import { type Field, fields, origin } from './fields.ts';
import { type FieldType, MAX_UNITS } from './fit.ts';

/** Above every template that Elastic ships (their highest is 200), below none that a user needs to put above ours. */
const PRIORITY = 600;

export interface IndexTemplate {
  readonly name: string;
  readonly body: {
    readonly index_patterns: readonly string[];
    readonly priority: number;
    readonly template: { readonly settings: object; readonly mappings: object };
    readonly _meta: object;
  };
}

/** Without ours, Elastic's built-in `logs-*-*` would make a data stream of each index: see README. */
export function auditTemplate(indexPattern: string): IndexTemplate {
  return template('eks-audit-forwarder', coverage(indexPattern), fields.map(property));
}

/** Accepts anything: what is parked has been refused elsewhere already. */
export function parkedTemplate(parkedPattern: string): IndexTemplate {
  return template('eks-audit-forwarder-parked', coverage(parkedPattern), [
    ...origin.map(property),
    ...parked.map(([path, type]) => [path.split('.'), mapping(type)] as const),
  ]);
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
  ['parked.parts', 'integer'],
];

/** Narrow on purpose: a date has three parts, a Fleet namespace no dash, so no agent's data stream is ever caught. */
function coverage(pattern: string): string {
  return pattern
    .replaceAll('{cluster}', '*')
    .replaceAll('{yyyy.MM.dd}', '*.*.*')
    .replaceAll('{yyyy.MM}', '*.*')
    .replaceAll('{yyyyMMdd}', '*')
    .replace(/\*\.\*\.01$/, '*.*.*');
}

type Property = readonly [path: readonly string[], mapping: object];

function property({ path, type }: Field): Property {
  return [path, mapping(type)];
}

function template(name: string, pattern: string, properties: readonly Property[]): IndexTemplate {
  return {
    name,
    body: {
      index_patterns: [pattern],
      priority: PRIORITY,
      template: {
        settings: { index: { number_of_shards: 1, auto_expand_replicas: '0-1' } },
        mappings: { dynamic: false, properties: tree(properties) },
      },
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
