import type { Step } from './problem.ts';

const LONGEST = 80;

/** A value as a sentence may repeat it: what could be a credential is described instead. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? showText(value) : 'a mapping';
}

function showText(text: string): string {
  if (text === '') return 'an empty text';
  if (looksSecret(text)) return 'a text that looks like a credential (not shown)';
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

/**
 * Whether a text could be a key or token or hold a password. Errs on the side of hiding: what stands before an `@` may
 * be a password, and a run of 16 characters that mixes upper case, lower case and digits a key.
 */
export function looksSecret(text: string): boolean {
  if (/@|^\s*\{"|(AKIA|ASIA)[A-Z0-9]{16}|[0-9a-f]{32}/i.test(text)) return true;
  return text.split(/[^A-Za-z0-9+=]/).some((run) => run.length >= 16 && MIXED.every((kind) => kind.test(run)));
}

const MIXED = [/[A-Z]/, /[a-z]/, /\d/];

/** `clusters[0].eksCloudwatchLog.groupName` */
export function pathOf(steps: readonly Step[]): string {
  return steps
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${shown(step)}`))
    .join('');
}

function shown(step: string): string {
  return looksSecret(step) ? '…' : step;
}
