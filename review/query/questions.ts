import type { Policy } from '../../lambda/core/policy/policy.ts';
import type { AuditSearch } from '../../lib/elasticsearch/search.ts';
import type { Filter } from './filter.ts';

/** The auditor's questions, which command and page ask alike. */

export const QUESTIONS = {
  secret: 'Who read or listed this secret?',
  user: 'When was this user last here, and what did they do?',
  policy: 'Who changed this policy, and what?',
  controller: 'Which errors and conflicts did this controller meet, and when?',
} as const;
export type QuestionName = keyof typeof QUESTIONS;

export interface Question {
  readonly name: QuestionName;
  /** Of the secret, the user, the policy or the controller. */
  readonly about: string;
  readonly cluster?: string;
  readonly namespace?: string;
  /** As in a filter. */
  readonly from?: string;
  readonly to?: string;
}

export interface Answer {
  readonly question: Question;
  /** In one sentence; what there is to say when the table is empty too. */
  readonly sentence: string;
  readonly tables: readonly AnswerTable[];
  /** What can't be told, and why: whole sentences. */
  readonly notes: readonly string[];
  /** The events that the answer is made of. */
  readonly filter: Filter;
}

export interface AnswerTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly AnswerRow[];
  /** Rows that are not shown. */
  readonly more: number;
}

export interface AnswerRow {
  readonly cells: readonly (string | number)[];
  /** Shows the events of this row. */
  readonly filter: Filter;
}

export interface AskOptions {
  readonly now: number;
  /** The audit policy in force; undefined: nobody knows which. */
  readonly policy?: Policy;
}

export async function answer(_search: AuditSearch, _question: Question, _options: AskOptions): Promise<Answer> {
  throw new Error('Expected an answer, which is not written yet.');
}
