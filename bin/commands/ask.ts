import { Argument, Command } from 'commander';
import { Failed, WrongUse } from '../../lib/problems/usage.ts';
import { parseFilter } from '../../review/query/filter-text.ts';
import { answerTo, questionFault } from '../../review/query/questions/answer.ts';
import { type Answer, QUESTIONS, type Question, type QuestionName } from '../../review/query/questions/question.ts';
import { CONFIG_FLAG, STATE_FLAG } from '../cli/configured.ts';
import { startProgress } from '../cli/progress.ts';
import { type Audit, openAudit } from '../operate/reach/audit.ts';
import { ELASTICSEARCH_FLAG, type SearchFlags } from '../operate/reach/audit-indices.ts';
import { answerText } from './ask-text.ts';

interface Flags extends SearchFlags {
  readonly namespace?: string;
  readonly since?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

export function askCommand(): Command {
  return new Command('ask')
    .description("an auditor's question, answered from the events in Elasticsearch")
    .addArgument(new Argument('<question>', 'what is asked about').choices(Object.keys(QUESTIONS)))
    .argument('<name>', 'of the secret, the user, the policy or the controller')
    .option(...CONFIG_FLAG)
    .option(...STATE_FLAG)
    .option(...ELASTICSEARCH_FLAG)
    .option('--cluster <name>', 'events of this cluster alone (default: of all)')
    .option('--namespace <name>', 'events of this namespace alone')
    .option(...FILTER_TIMES.since)
    .option(...FILTER_TIMES.from)
    .option(...FILTER_TIMES.to)
    .option('--json', 'the same as JSON, and nothing else on stdout')
    .addHelpText('after', MORE)
    .action((name: QuestionName, about: string, flags: Flags) => askAndShow(name, about, flags));
}

/** As the page's filter takes them; all that is there where none is given. */
export const FILTER_TIMES = {
  since: ['--since <time>', 'another word for --from: 90m, 2h, 7d'],
  from: [
    '--from <time>',
    'where it begins: 2026-11-21T12:00:00Z, 2026-11-21, or how long ago (default: the first event)',
  ],
  to: ['--to <time>', 'where it ends; a day belongs to it whole (default: the newest event)'],
} as const;

const MORE = `
Questions:
${Object.entries(QUESTIONS)
  .map(([name, question]) => `  ${name.padEnd(12)}${question}`)
  .join('\n')}

Exit codes: 0 something is on record, 1 nothing is, 2 wrong use, no right to
read, or no whole answer from Elasticsearch.

Examples:
  npx eks-audit ask secret db-password --namespace payments --since 30d
  npx eks-audit ask user maria --cluster prod
  npx eks-audit ask policy shop/allow-web
  npx eks-audit ask policy shop/ --since 24h
  npx eks-audit ask controller widget-operator --since 24h`;

async function askAndShow(name: QuestionName, about: string, flags: Flags): Promise<void> {
  const question = questionOf(name, about, flags);
  const audit = await openAudit(flags, process.env);
  const progress = startProgress();
  if (audit.notice !== undefined) progress.say(audit.notice);
  progress.doing(`Asking ${audit.url}`);
  try {
    const answer = await answerFrom(audit, question, Date.now());
    progress.end();
    process.stdout.write(`${flags.json === true ? JSON.stringify(answer) : answerText(answer)}\n`);
    if (answer.found === 0) throw new Failed('');
  } finally {
    progress.end();
    await audit.close();
  }
}

type Asked = Pick<Audit, 'search' | 'policies' | 'mayRead'>;

/** Throws `WrongUse` where Elasticsearch gives no whole answer: 1 would say that nothing is on record. */
export async function answerFrom(
  { search, policies, mayRead }: Asked,
  question: Question,
  now: number,
): Promise<Answer> {
  try {
    const answer = await answerTo(search, question, { now, policies });
    if (answer.found === 0) await mayRead();
    return answer;
  } catch (error) {
    if (error instanceof Failed) throw new WrongUse(error.message, { cause: error });
    throw error;
  }
}

function questionOf(name: QuestionName, about: string, flags: Flags): Question {
  const { cluster, namespace } = flags;
  const times = timesIn(flags);
  if (about.trim() === '') throw new WrongUse(`Expected a name to ask about: write npx eks-audit ask ${name} NAME.`);
  const question = { name, about, ...times, ...(cluster && { cluster }), ...(namespace && { namespace }) };
  const fault = questionFault(question);
  if (fault !== undefined) throw new WrongUse(`<name>: ${fault}`);
  return question;
}

/** The times of a filter. Throws `WrongUse` with a sentence for each that is none. */
export function timesIn({ since, from, to }: Pick<Flags, 'since' | 'from' | 'to'>, now = Date.now()) {
  if (since !== undefined && from !== undefined)
    throw new WrongUse('--since: Both --from and --since say where the range begins: leave one of them out.');
  const params = new URLSearchParams();
  if (from !== undefined || since !== undefined) params.set('from', from ?? since ?? '');
  if (to !== undefined) params.set('to', to);
  const { filter, problems } = parseFilter(params, now);
  const named = (path: string) => (path === 'from' && since !== undefined ? '--since' : `--${path}`);
  if (problems.length > 0) throw WrongUse.of(problems.map(({ path, message }) => ({ path: named(path), message })));
  return { ...(filter.from && { from: filter.from }), ...(filter.to && { to: filter.to }) };
}
