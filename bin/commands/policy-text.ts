import type { Policy } from '../../lambda/core/policy/policy.ts';
import { describeProblems } from '../../lib/problems/problem.ts';
import { counted, figure } from '../cli/figures.ts';
import type { CheckedPolicy } from '../operate/policy/check.ts';
import type { ExplainedRule, Explanation } from '../operate/policy/explain.ts';
import type { Impossible } from '../operate/policy/impact.ts';
import { type Replay, type RuleVolume, SHORTEST_SPAN, type Share, type Volume } from '../operate/policy/replay.ts';
import { ruleInWords } from '../operate/policy/words.ts';
import { figuresTable } from './table.ts';

export function checkText({ ok, problems, warnings, rules, notes }: CheckedPolicy): string {
  if (!ok) return `${describeProblems(problems)}\n${counted(problems.length, 'problem')}`;
  const warned = warnings.map((warning) => `warning: ${describeProblems([warning])}`);
  const head = `ok: ${counted(rules.length, 'rule')}${warned.length === 0 ? '' : `, ${counted(warned.length, 'warning')}`}`;
  return [...warned, head, ...rules.map((rule, index) => `rules[${index}]  ${rule}`), ...notes].join('\n');
}

export function explainText({ why, rules, removed }: Explanation): string {
  const gone = removed.length === 0 ? [] : ['Removed:', ...removed.map((path) => `  ${path}`)];
  return [...rules.flatMap(explainedRule), why, ...gone].join('\n');
}

function explainedRule({ rule, matches, conditions }: ExplainedRule): readonly string[] {
  const all = conditions.length === 0 ? ['  it has no condition'] : [];
  const each = conditions.map(
    ({ condition, holds, wanted, found }) => `  ${holds ? '✔' : '✖'} ${condition}: ${wanted}; the event has ${found}`,
  );
  return [`rules[${rule}] ${matches ? 'matches' : 'does not match'}`, ...all, ...each];
}

export function impactText(impossible: readonly Impossible[]): string {
  if (impossible.length === 0) return 'EKS records all that this policy asks for.';
  const byRule = [...Map.groupBy(impossible, ({ rule }) => rule).values()];
  const lines = byRule.flatMap((all) => [
    ...all.slice(0, 1).map(({ rule, wants }) => `rules[${rule}] wants ${wants}`),
    ...all.map(({ what, gets, why }) =>
      gets === 'None' ? `  never recorded at all: ${what}` : `  ${gets} at most: ${what} (${why})`,
    ),
  ]);
  const head = "EKS's own audit policy can't be changed. A rule that asks for more gets what there is:";
  return [head, ...lines].join('\n');
}

export function replayText(replay: Replay, policy: Policy): string {
  return [
    rulesTable(replay, policy),
    ...shares('Most bytes, by resource', replay.topResources),
    ...shares('Most bytes, by user', replay.topUsers),
    ...shares('Most bytes not indexed, by resource', replay.topDropped),
    ...neverMatched(replay, policy),
    ...summary(replay),
  ].join('\n');
}

function rulesTable({ rules, droppedByNoRule, kept, dropped }: Replay, policy: Policy): string {
  const rows = rules.flatMap((volume) => {
    const level = policy.rules[volume.rule]?.level ?? '';
    const gone = sum(volume.droppedByRule, volume.droppedByStage);
    return [[`rules[${volume.rule}] ${level}`, ...figures(volume.kept), ...figures(gone)], ...lower(volume, level)];
  });
  rows.push(['no rule', '', '', ...figures(droppedByNoRule)], ['all', ...figures(kept), ...figures(dropped)]);
  return figuresTable(['', 'kept', 'bytes', 'dropped', 'bytes'], rows);
}

/** Events of a rule that were recorded at a lower level than it asks for. */
function lower({ levels }: RuleVolume, wanted: string): readonly (readonly string[])[] {
  const found = Object.entries(levels).filter(([level]) => level !== wanted);
  return found.map(([level, events]) => [`of them at ${level}`, figure(events), '', '', '']);
}

function figures({ events, bytes }: Volume): readonly string[] {
  return events === 0 ? ['', ''] : [figure(events), inBytes(bytes)];
}

function sum(a: Volume, b: Volume): Volume {
  return { events: a.events + b.events, bytes: a.bytes + b.bytes };
}

function shares(title: string, top: readonly Share[]): readonly string[] {
  if (top.length === 0) return [];
  const rows = top.map(({ name, events, bytes, keptBytes }) => [
    name,
    figure(events),
    inBytes(bytes),
    inBytes(keptBytes),
  ]);
  return ['', title, figuresTable(['', 'events', 'bytes', 'kept'], rows)];
}

function neverMatched(replay: Replay, policy: Policy): readonly string[] {
  const rules = replay.neverMatched.flatMap((index) => {
    const rule = policy.rules[index];
    return rule === undefined ? [] : [`  rules[${index}] ${ruleInWords(rule)}`];
  });
  return rules.length === 0 ? [] : ['', 'Met by no event:', ...rules];
}

function summary({ read, unreadable, kept, saved, span, bytesPerMonth }: Replay): readonly string[] {
  const share = `${(saved * 100).toFixed(1)} %`;
  const month =
    bytesPerMonth === null
      ? `The events span ${inTime(span)}: to say what a month makes takes ${inTime(SHORTEST_SPAN)} or more.`
      : `The events span ${inTime(span)}: a month of 30 days makes ${inBytes(bytesPerMonth)} indexed.`;
  const lost =
    unreadable.events === 0 ? [] : [`${counted(unreadable.events, 'line')} held no whole audit event: not counted.`];
  return [
    '',
    `${figure(kept.events)} of ${counted(read.events, 'event')} kept, ${inBytes(kept.bytes)} of ${inBytes(read.bytes)}: ${share} saved.`,
    month,
    ...lost,
  ];
}

function inBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Rounded down, so that less than an hour is not shown as one. */
function inTime(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** How far a replay came. */
export function interruptedText({ read, unreadable, span }: Replay): string {
  const lines = counted(read.events + unreadable.events, 'line');
  return `Interrupted after ${lines}, ${inTime(span)} of the log. Nothing is shown, since the rest may look different.`;
}
