import { type GroupResources, LEVELS, type Level, STAGES, type Stage } from '../../lambda/core/policy/policy.ts';

/** A rule whose types are right, and nothing else yet. */
export interface UncheckedRule {
  readonly level: string;
  readonly namespaces: readonly string[];
  readonly resources: readonly GroupResources[];
  readonly nonResourceURLs: readonly string[];
  readonly omitStages: readonly string[];
}

export type Complain = (path: string, message: string) => void;

export function checkRule(rule: UncheckedRule, path: string, complain: Complain): void {
  checkLevel(rule.level, `${path}.level`, complain);
  checkStages(rule.omitStages, `${path}.omitStages`, complain);
  rule.nonResourceURLs.forEach((url, i) => {
    checkUrl(url, `${path}.nonResourceURLs[${i}]`, complain);
  });
  rule.resources.forEach((entry, i) => {
    checkResources(entry, `${path}.resources[${i}]`, complain);
  });
  if (rule.nonResourceURLs.length > 0 && rule.resources.length + rule.namespaces.length > 0) {
    const other = rule.resources.length > 0 ? 'resources' : 'namespaces';
    complain(
      `${path}.nonResourceURLs`,
      `expected either ${other} or nonResourceURLs in one rule, found both: make two rules of it`,
    );
  }
}

export function isLevel(text: string): text is Level {
  return LEVELS.some((level) => level === text);
}

export function isStage(text: string): text is Stage {
  return STAGES.some((stage) => stage === text);
}

function checkLevel(level: string, path: string, complain: Complain): void {
  if (isLevel(level)) return;
  const found = level === '' ? 'none' : oneOf(level, LEVELS);
  complain(path, `expected a level, one of ${LEVELS.join(', ')}, found ${found}`);
}

export function checkStages(stages: readonly string[], path: string, complain: Complain): void {
  stages.forEach((stage, i) => {
    if (isStage(stage)) return;
    complain(`${path}[${i}]`, `expected a stage, one of ${STAGES.join(', ')}, found ${oneOf(stage, STAGES)}`);
  });
}

function oneOf(found: string, expected: readonly string[]): string {
  const meant = expected.find((word) => word.toLowerCase() === found.toLowerCase());
  return meant === undefined ? JSON.stringify(found) : `${JSON.stringify(found)} (write ${meant}: case matters)`;
}

function checkUrl(url: string, path: string, complain: Complain): void {
  if (url === '*') return;
  const found = JSON.stringify(url);
  if (!url.startsWith('/')) complain(path, `expected * or a path that begins with /, found ${found}`);
  if (url.slice(0, -1).includes('*')) complain(path, `expected * at the very end of the path only, found ${found}`);
}

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

function checkResources({ group, resources, resourceNames }: GroupResources, path: string, complain: Complain): void {
  if (group !== '' && group !== '*' && !(group.length <= 253 && SUBDOMAIN.test(group))) {
    complain(
      `${path}.group`,
      `expected an API group in lower case such as apps, "" for core, or *, found ${foundGroup(group)}`,
    );
  }
  if (resourceNames.length > 0 && resources.length === 0) {
    complain(`${path}.resourceNames`, 'expected resources beside resourceNames, found none');
  }
}

function foundGroup(group: string): string {
  if (group.length > 253) return `one of ${group.length} characters (at most 253)`;
  const found = JSON.stringify(group);
  return group.includes('/') ? `${found} (leave the version out)` : found;
}
