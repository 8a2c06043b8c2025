import type { Policy, Rule } from '../../lambda/core/policy/policy.ts';
import { nearest } from '../problems/nearest.ts';
import { inOrder, type Problem } from '../problems/problem.ts';
import { checkRule, checkStages, isLevel, isStage } from './checks.ts';
import { doubtsOf } from './doubts.ts';
import { POLICY_SHAPE } from './fields.ts';
import { booleanOf, decode, fieldOf, type Go, itemsOf, type Report, stringOf, stringsOf } from './go/decode.ts';
import { parseJson } from './go/json.ts';
import { described, type Value } from './go/value.ts';
import { loadYaml } from './yaml/load.ts';

export type ParsedPolicy =
  | {
      readonly ok: true;
      readonly policy: Policy;
      /** What the API server takes in silence, though it widens a rule or can match nothing. */
      readonly warnings: readonly Problem[];
      /** What may match nothing: resources that are custom ones, or misspelt. */
      readonly notes: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Loads an audit policy with the API server's own verdict: YAML 1.1 (the first document), or JSON where the text
 * begins with `{`. All problems at once, in the order of the lines. Never throws.
 */
export function parsePolicy(text: string): ParsedPolicy {
  const loaded = GO_SPACE_AND_BRACE.test(text) ? parseJson(text) : loadYaml(text);
  if (!loaded.ok) return { ok: false, problems: [loaded.problem] };
  const report: Report = { problems: [], unknown: [], duplicates: [], lines: new Map() };
  const complain = (path: string, message: string): void => {
    const told = report.problems.some((problem) => problem.path === path);
    if (!told) report.problems.push({ path, message, ...lineOf(report, path) });
  };
  const policy = checkedPolicy(loaded.value, complain, report);
  if (policy === undefined || report.problems.length > 0) return { ok: false, problems: inOrder(report.problems) };
  const { duplicates, second } = loaded;
  const doubts = (sure: boolean) =>
    doubtsOf(policy)
      .filter((doubt) => doubt.sure === sure)
      .map(({ path, message }) => ({ path, message, ...lineOf(report, path) }));
  const warnings = [
    ...oddKeys(report),
    ...duplicates.map(({ key: path, line }) => ({ path, message: TWICE, line })),
    ...doubts(true),
    ...(second === undefined ? [] : [{ path: '', message: SECOND, line: second }]),
  ];
  return { ok: true, policy, warnings: inOrder(warnings), notes: inOrder(doubts(false)) };
}

const TWICE = 'the key stands here a second time; the last one counts';
const SECOND =
  'a second YAML document, of which the API server reads nothing: move its rules into the first one, or remove it';

function oddKeys({ unknown, duplicates }: Report): readonly Problem[] {
  return [
    ...unknown.map(({ path, key, fields, line }) => ({ path, message: unknownField(key, fields), line })),
    ...duplicates.map(({ path, line }) => ({
      path,
      message: 'the key stands here a second time; both are merged',
      line,
    })),
  ];
}

/** What Go counts as space, then a brace: from there on the server takes it for JSON. */
const GO_SPACE_AND_BRACE = /^[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*\{/;

type MapValue = Extract<Value, { kind: 'map' }>;
type Complain = (path: string, message: string) => void;

function lineOf(report: Report, path: string): { readonly line?: number } {
  for (let at = path; ; at = at.replace(/\.?[^.]*$/, '')) {
    const line = report.lines.get(at);
    if (line !== undefined) return { line };
    if (at === '') return {};
  }
}

const API_VERSIONS = ['audit.k8s.io/v1', 'audit.k8s.io/v1beta1'];

/** Read apart from the rest, and unlike it whatever the keys' case. v1beta1 is gone upstream, but many files still say it. */
function checkHeader(value: MapValue, complain: Complain): void {
  const apiVersion = header(value, /^apiVersion$/iu, 'apiVersion', complain);
  if (apiVersion !== undefined && !API_VERSIONS.includes(apiVersion)) {
    complain(
      'apiVersion',
      `expected audit.k8s.io/v1, found ${apiVersion === '' ? 'none' : JSON.stringify(apiVersion)}`,
    );
  }
  const kind = header(value, /^kind$/iu, 'kind', complain);
  if (kind !== undefined && kind !== '' && kind !== 'Policy') {
    complain('kind', `expected Policy, found ${JSON.stringify(kind)}`);
  }
}

/** undefined where a problem with it is reported elsewhere. */
function header(map: MapValue, pattern: RegExp, name: string, complain: Complain): string | undefined {
  let text: string | undefined = '';
  for (const { key, value } of map.entries.filter((entry) => pattern.test(entry.key))) {
    if (value.kind === 'string') text = text === undefined ? undefined : value.text;
    else if (value.kind !== 'null') {
      text = undefined;
      if (key !== name) complain(key, `expected a string, found ${described(value)}`);
    }
  }
  return text;
}

/** Of what kubectl prints; nothing else in it is the policy's. */
function listProblem(map: MapValue): Problem | undefined {
  const kind = map.entries.findLast(({ key }) => key === 'kind')?.value;
  if (kind?.kind !== 'string' || !/^(?:Policy)?List$/.test(kind.text)) return undefined;
  const advice = 'take the policy out of its items (items[0]) and let it begin at the left edge';
  return { path: 'kind', message: `expected Policy, found ${JSON.stringify(kind.text)}: ${advice}`, line: kind.line };
}

function checkedPolicy(value: Value, complain: Complain, report: Report): Policy | undefined {
  if (value.kind !== 'map') {
    const found = value.kind === 'null' ? 'nothing (only the first YAML document counts)' : described(value);
    complain('', `expected a map with apiVersion, kind and rules, found ${found}`);
    return undefined;
  }
  const list = listProblem(value);
  if (list !== undefined) {
    report.problems.push(list);
    return undefined;
  }
  const go = decode(POLICY_SHAPE, value, undefined, '', report);
  checkHeader(value, complain);
  const rules = itemsOf(fieldOf(go, 'rules'));
  const omitStages = stringsOf(fieldOf(go, 'omitStages'));
  checkStages(omitStages, 'omitStages', complain);
  const wrongType = report.problems.some(({ path }) => path === 'rules');
  if (rules.length === 0 && !wrongType) complain('rules', 'expected at least one rule, found none');
  const checked = rules.map((rule, i) => checkedRule(rule, `rules[${i}]`, complain));
  if (report.problems.length > 0) return undefined;
  return {
    omitStages: omitStages.filter(isStage),
    omitManagedFields: booleanOf(fieldOf(go, 'omitManagedFields')) ?? false,
    rules: checked.filter((rule) => rule !== undefined),
  };
}

function checkedRule(go: Go, path: string, complain: Complain): Rule | undefined {
  const strings = (name: string): readonly string[] => stringsOf(fieldOf(go, name));
  const omitManagedFields = booleanOf(fieldOf(go, 'omitManagedFields'));
  const rule = {
    level: stringOf(fieldOf(go, 'level')),
    users: strings('users'),
    userGroups: strings('userGroups'),
    verbs: strings('verbs'),
    namespaces: strings('namespaces'),
    resources: itemsOf(fieldOf(go, 'resources')).map((entry) => ({
      group: stringOf(fieldOf(entry, 'group')),
      resources: stringsOf(fieldOf(entry, 'resources')),
      resourceNames: stringsOf(fieldOf(entry, 'resourceNames')),
    })),
    nonResourceURLs: strings('nonResourceURLs'),
    omitStages: strings('omitStages'),
    ...(omitManagedFields === undefined ? {} : { omitManagedFields }),
  };
  checkRule(rule, path, complain);
  const { level, omitStages } = rule;
  return isLevel(level) ? { ...rule, level, omitStages: omitStages.filter(isStage) } : undefined;
}

function unknownField(key: string, fields: object): string {
  const names = Object.keys(fields);
  const meant = nearest(key, names) ?? names.find((name) => key.toLowerCase().includes(name.toLowerCase()));
  return `unknown field, ${meant === undefined ? `expected one of ${names.join(', ')}` : `did you mean ${meant}?`}`;
}
