import { describeProblems } from '../../../lib/problems/problem.ts';
import { answerPage } from '../../pages/answer.ts';
import { parseFilter } from '../../query/filter-text.ts';
import { answerTo, questionFault } from '../../query/questions/answer.ts';
import { QUESTIONS, type Question, type QuestionName } from '../../query/questions/question.ts';
import { page, paramsOf, type Route, sentencePage } from '../review.ts';

export const ask: Route = (app, review) => {
  const { search, clock, policies } = review;
  app.get('/ask', async (context) => {
    const params = paramsOf(context);
    const question = questionIn(params);
    if (question === undefined) return sentencePage(context, review, NO_QUESTION);
    const sentence = faultOf(question, params, clock.now());
    if (sentence !== undefined) return sentencePage(context, review, { title: 'No question', sentence, status: 400 });
    const found = await answerTo(search, question, { now: clock.now(), policies: policies(question.cluster) });
    if (found.found === 0) await review.mayRead();
    return page(context, review, { title: QUESTIONS[question.name] }, answerPage(found));
  });
};

const NO_QUESTION = {
  title: 'Which question?',
  sentence: 'The address of an answer names a question and what it is about: begin at the questions.',
  status: 400,
} as const;

function questionIn(params: URLSearchParams): Question | undefined {
  const name = params.get('question') ?? '';
  const about = params.get('about')?.trim() ?? '';
  if (!isQuestion(name) || about === '') return undefined;
  const more = ['cluster', 'namespace', 'from', 'to'].flatMap((key) => {
    const value = params.get(key)?.trim() ?? '';
    return value === '' ? [] : [[key, value]];
  });
  return { name, about, ...Object.fromEntries(more) };
}

/** A question about another time than was meant would be answered, and nobody would know. */
function faultOf(question: Question, params: URLSearchParams, now: number): string | undefined {
  const fault = questionFault(question);
  if (fault !== undefined) return `about: ${fault}`;
  const problems = parseFilter(params, now).problems.filter(({ path }) => path === 'from' || path === 'to');
  return problems.length === 0 ? undefined : describeProblems(problems);
}

function isQuestion(name: string): name is QuestionName {
  return Object.hasOwn(QUESTIONS, name);
}
