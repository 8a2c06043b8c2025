import { at, isObject } from '../../lambda/core/json.ts';
import type { Problem } from '../problems/problem.ts';
import { show } from '../problems/show.ts';
import type { YamlDocument } from './yaml.ts';

const EMPTY = 'The file is empty: copy forwarder.example.yaml and fill it in.';
const NO_SETTINGS =
  "The forwarder's own settings are missing: add them as a document of their own, separated by a line of ---, beginning with elasticsearch: and under it url: https://es.example:9200.";
const ANOTHER = "Expected one document with the forwarder's settings, found another: put its keys into the first one.";

/** Tells the forwarder's own settings (`main`) from Calico's LogCollectors. */
export function classify(documents: readonly YamlDocument[], file: string) {
  const kinds = Map.groupBy(documents, kindOf);
  const [main, ...more] = kinds.get('forwarder') ?? [];
  const problems: Problem[] = [
    ...more.map((document) => document.problem([], ANOTHER)),
    ...(kinds.get('other') ?? []).map((document) => ({
      ...document.problem(['kind'], unknownKind(document)),
      path: '',
    })),
    ...(main === undefined ? [{ file, path: '', message: documents.length === 0 ? EMPTY : NO_SETTINGS }] : []),
  ];
  return {
    main: main && { ...main, value: withoutNulls(main.value) },
    collectors: (kinds.get('LogCollector') ?? []).map((each) => ({
      ...each,
      value: withoutZeros(withoutNulls(each.value)),
    })),
    problems,
  };
}

function kindOf({ value }: YamlDocument): 'forwarder' | 'LogCollector' | 'other' {
  const kind = at(value, 'kind');
  if (kind === 'LogCollector') return 'LogCollector';
  return kind === undefined && at(value, 'apiVersion') === undefined ? 'forwarder' : 'other';
}

function unknownKind({ value }: YamlDocument): string {
  const kind = at(value, 'kind');
  const todo =
    kind === 'List' ? 'write each of its items as a document of its own, separated by ---' : 'remove this document';
  return `Expected the forwarder's settings or a Calico LogCollector, found an object of the kind ${show(kind)}: ${todo}.`;
}

/** A key without a value counts as absent: people comment out what stands under it. */
function withoutNulls(value: unknown): unknown {
  return Array.isArray(value) ? value.map(withoutNulls) : without([null], value, withoutNulls);
}

/** Calico's operator takes an empty prefix and an interval of 0 for its defaults. */
function withoutZeros(value: unknown): unknown {
  return without(['', 0], value, withoutZeros);
}

function without(absent: readonly unknown[], value: unknown, further: (child: unknown) => unknown): unknown {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, child]) => !absent.includes(child));
  return Object.fromEntries(kept.map(([key, child]) => [key, further(child)]));
}
