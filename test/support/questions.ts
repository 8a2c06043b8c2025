import { chapter, codeBlocks, headings, textOf } from './markdown.ts';

/** A question of docs/questions.md with the presets that keep its answer, and its queries. */
export interface DocumentedQuestion {
  readonly question: string;
  readonly presets: readonly string[];
  readonly kql: string;
  readonly esql: string;
}

const PAGE = textOf('docs/questions.md');

export const QUESTIONS: readonly DocumentedQuestion[] = headings(PAGE, 2).map((question) => {
  const blocks = codeBlocks(chapter(PAGE, question.replaceAll(/[?]/g, '\\?')) ?? '');
  const of = (language: string) => blocks.find((block) => block.language === language)?.code.trim() ?? '';
  const row = PAGE.split('\n').find((line) => line.startsWith(`| [${question}]`)) ?? '';
  const presets = [...(row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, preset = '']) => preset);
  return { question, presets, kql: of('kql'), esql: of('esql') };
});
