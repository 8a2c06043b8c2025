import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { aboutController } from './controller.ts';
import { aboutPolicy } from './policy.ts';
import type { Answer, AskOptions, Question } from './question.ts';
import { aboutSecret } from './secret.ts';
import { aboutUser } from './user.ts';

/** Answers one of the auditor's questions. */
export function answerTo(search: AuditSearch, question: Question, options: AskOptions): Promise<Answer> {
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
