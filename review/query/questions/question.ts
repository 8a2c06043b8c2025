import type { Filter } from '../filter.ts';
import type { PolicyInForce } from './recorded.ts';

/** The auditor's questions, which command and page ask alike. */
export const QUESTIONS = {
  secret: 'Who read or listed this secret?',
  user: 'When was this user last here, and what did they do?',
  policy: 'Who changed this network policy, and how?',
  controller: 'Which errors and conflicts did this controller meet, and when?',
} as const;
export type QuestionName = keyof typeof QUESTIONS;

export interface Question {
  readonly name: QuestionName;
  /** Of the secret, the user, the policy or the controller. */
  readonly about: string;
  readonly cluster?: string;
  readonly namespace?: string;
  /** As in a filter; absent: all that is there. */
  readonly from?: string;
  readonly to?: string;
}

export interface Answer {
  readonly question: Question;
  /** In one sentence; what there is to say when the tables are empty, too. */
  readonly sentence: string;
  /** Events, or changes, that answer it; 0: nothing is on record. */
  readonly found: number;
  /** Without those that would be empty. */
  readonly tables: readonly AnswerTable[];
  /** How the figures are to be read: a sentence. */
  readonly legend?: string;
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
  /** As many as there are columns. */
  readonly cells: readonly (string | number)[];
  /** Shows the events of this row. */
  readonly filter: Filter;
  /** Of a row that tells of one change: the ids of the events whose versions show it. `before`: absent, there was none. */
  readonly difference?: { readonly before?: string; readonly after: string };
}

export interface AskOptions {
  /** Milliseconds. */
  readonly now: number;
  /** The audit policies that are configured; empty: nobody knows which. */
  readonly policies: readonly PolicyInForce[];
}
