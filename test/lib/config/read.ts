import { App } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { addStacks } from '../../../lib/app.ts';
import { type Config, parseConfig } from '../../../lib/config/config.ts';
import type { ReadOptions } from '../../../lib/config/options.ts';
import { describeProblems } from '../../../lib/problems/problem.ts';
import { newFolder } from '../../support/folder.ts';
import { file, type Lines, loadPolicy } from '../../support/forwarder-file.ts';
import { HERE } from '../stack/synth.ts';

const OPTIONS = { for: 'run', now: Date.UTC(2026, 5, 1), loadPolicy } as const;

/** The configuration that a text means; throws what is wrong with it. */
export function config(text: string, options: Partial<ReadOptions> = {}): Config {
  const result = parseConfig(text, 'conf/forwarder.yaml', { ...OPTIONS, ...options });
  if (!result.ok) throw new Error(describeProblems(result.problems));
  return result.config;
}

/** The first cluster of a text. */
export function cluster(text: string, options: Partial<ReadOptions> = {}) {
  const [first] = config(text, options).clusters;
  if (first === undefined) throw new Error('no cluster');
  return first;
}

/** What is said of a text that is wrong, a sentence an entry. */
export function said(text: string, options: Partial<ReadOptions> = {}): string[] {
  const result = parseConfig(text, 'forwarder.yaml', { ...OPTIONS, ...options });
  return result.ok ? [] : describeProblems(result.problems).split('\n');
}

/** What `cdk synth` says of the file, which makes no stack then. */
export function saidBySynth(text: string): string[] {
  const app = new App({ autoSynth: false, outdir: newFolder() });
  const problems = addStacks(app, HERE, (_, caller) => parseConfig(text, 'forwarder.yaml', { ...OPTIONS, ...caller }));
  expect(app.node.children).toEqual([]);
  return describeProblems(problems).split('\n');
}

/** What is wrong, the file, and all that must be said of it; each sentence after `forwarder.yaml:`. */
type Row = readonly [string, string, readonly string[]];

/** A stack's own Region does. */
export const FOR_COMMANDS_ONLY = 'that are missing: the Region of a command';

/** Files that a command refuses, and so does a synth. */
export function refused(...all: readonly Row[]): void {
  it.each(all)('%s', (_, text, sentences) => {
    expect(said(text)).toEqual(sentences.map((sentence) => `forwarder.yaml:${sentence}`));
  });
  it.each(all.filter(([what]) => what !== FOR_COMMANDS_ONLY))('%s: nothing is synthesized', (_, text, sentences) => {
    expect(saidBySynth(text)).toEqual(sentences.map((sentence) => `forwarder.yaml:${sentence}`));
  });
}

/** The same of a file that would be right, but for lines that get one sentence. */
export function refusedLines(...all: readonly (readonly [string, Lines, string])[]): void {
  refused(...all.map(([what, lines, sentence]): Row => [what, file(lines), [sentence]]));
}

export const ROLE = 'arn:aws:iam::123456789012:role/read-audit-logs';

/** What an encoded API key looks like. */
export const API_KEY = Buffer.from('TestTestTestTestTest:NotARealKeyNotARealKey').toString('base64');
