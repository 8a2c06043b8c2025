import { QUESTIONS, type Question, type QuestionName } from '../query/questions/question.ts';
import { EXAMPLES, NAMES } from './filters.ts';
import { type Html, html } from './html.ts';

/** What a question needs to be asked. */
const ABOUT: Readonly<Record<QuestionName, readonly [label: string, example: string]>> = {
  secret: ['Name of the secret', 'card-gateway'],
  user: ['Name of the user, or a part of it', 'maria'],
  policy: ['Name of the policy; payments/ means each of a namespace', 'allow-web, payments/'],
  controller: ['Name of the controller, or a part of it', 'argocd'],
};

/** What narrows it, in the words of the filter. */
const SCOPE = ['cluster', 'namespace', 'from', 'to'] as const;

/** The form of a question; filled in where it was asked already. */
export function questionForm(name: QuestionName, asked?: Question): Html {
  const [label, example] = ABOUT[name];
  const isNarrow = SCOPE.some((key) => asked?.[key] !== undefined);
  return html`<form class="sheet question" action="/ask">
    <h2><label for="about-${name}">${QUESTIONS[name]}</label></h2>
    <input type="hidden" name="question" value="${name}" />
    <div class="line"><input id="about-${name}" name="about" required value="${asked?.about ?? ''}" placeholder="${example}" title="${label}" autocomplete="off" spellcheck="false" /><button>Ask</button></div>
    <details class="scope"${isNarrow && html` open`}><summary>Cluster, namespace, time</summary><div class="fields">
      ${SCOPE.map((key) => html`<label>${NAMES[key]} <input name="${key}" value="${asked?.[key] ?? ''}" placeholder="${EXAMPLES[key]}" autocomplete="off" spellcheck="false" /></label>`)}
    </div></details>
  </form>`;
}
