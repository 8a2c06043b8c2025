import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { show } from '../../../lib/problems/show.ts';
import { ALL, exactly, queryOf } from '../filter.ts';
import { valueFault } from '../filter-text.ts';
import { hitsOf } from '../timeline.ts';
import { aboutController, controllerOf } from './controller.ts';
import { aboutPolicy } from './policy.ts';
import type { Answer, AskOptions, Question } from './question.ts';
import { aboutSecret } from './secret.ts';
import { aboutUser, userOf } from './user.ts';

/** Answers one of the auditor's questions. */
export async function answerTo(search: AuditSearch, question: Question, options: AskOptions): Promise<Answer> {
  const answer = await answered(search, question, options);
  if (answer.found > 0) return answer;
  const { cluster } = question;
  const isStrange = cluster !== undefined && !(await isKnown(search, cluster));
  const strange = isStrange ? [`No event of a cluster called ${cluster} is stored at all: is that its name?`] : [];
  return { ...answer, notes: [...strange, ...answer.notes, ...(options.policies.length === 0 ? [NO_POLICY] : [])] };
}

/** Whether there is any event of a cluster. */
async function isKnown(search: AuditSearch, cluster: string): Promise<boolean> {
  const query = queryOf({ ...ALL, cluster: [exactly(cluster)] }, { from: undefined, to: undefined });
  return hitsOf(await search.search({ size: 1, query, _source: false, track_total_hits: false })).length > 0;
}

/** No record must never look like no event. */
const NO_POLICY =
  'Which audit policy is in force is not known here, so such events may have happened and been dropped: docs/questions.md names the presets that keep them.';

function answered(search: AuditSearch, question: Question, options: AskOptions): Promise<Answer> {
  switch (question.name) {
    case 'secret':
      return aboutSecret(search, question, options);
    case 'user':
      return aboutUser(search, question, options);
    case 'policy':
      return aboutPolicy(search, question, options);
    case 'controller':
      return aboutController(search, question, options);
  }
}

/** What keeps a question from being asked, in a sentence; undefined: nothing. */
export function questionFault(question: Question): string | undefined {
  switch (question.name) {
    case 'user':
      return valueFault(userOf(question));
    case 'controller': {
      const pattern = controllerOf(question);
      const fault = valueFault(pattern);
      if (fault === undefined || pattern === question.about) return fault;
      return `${fault} The question looks for ${show(pattern)}.`;
    }
    case 'secret':
    case 'policy':
      return undefined;
  }
}
