import { type Answer, type AnswerTable, QUESTIONS } from '../query/questions/question.ts';
import { type Html, html } from './html.ts';
import { diffLink, timelineLink } from './links.ts';
import { questionForm } from './question-form.ts';
import { plainShown, shown, whole } from './shown.ts';

/** The answer to one of the auditor's questions. */
export function answerPage({ question, sentence, tables, legend, notes, filter }: Answer): Html {
  return html`<div class="headline"><div>
        <p class="soft">${QUESTIONS[question.name]}</p>
        <h1>${shown(question.about, 200)}</h1></div>
      <a class="button" href="${timelineLink(filter)}">The events</a>
    </div>
    <p class="answer">${shown(sentence, 2000)}</p>
    ${tables.map(table)}
    ${legend !== undefined && html`<p class="soft">${legend}</p>`}
    ${notes.map((note) => html`<p class="note warn">${shown(note, 2000)}</p>`)}
    <section class="questions" aria-label="Ask again">${questionForm(question.name, question)}</section>`;
}

function table({ title, columns, rows, more }: AnswerTable): Html {
  return html`<section class="sheet"><h2>${whole(title)}</h2>
    ${
      rows.length === 0
        ? html`<p class="soft">Nothing.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="${plainShown(title)}"><table class="rows answers">
      <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}<th scope="col"><span class="unseen-label">Events</span></th></tr></thead>
      <tbody>${rows.map(({ cells, filter, difference }) => html`<tr>${cells.map((cell, at) => cellPart(cell, columns[at] ?? ''))}<td>${difference === undefined ? html`<a class="open" href="${timelineLink(filter)}">events</a>` : html`<a class="open" href="${diffLink(difference.after, difference.before)}">what changed</a>`}</td></tr>`)}</tbody></table></div>`
    }
    ${more > 0 && html`<p class="soft">${more.toLocaleString('en')} more are not shown.</p>`}</section>`;
}

/** The column stands beside it where the window is narrow. */
function cellPart(cell: string | number, column: string): Html {
  if (typeof cell === 'number')
    return html`<td class="figure" data-column="${column}">${cell.toLocaleString('en')}</td>`;
  if (column.endsWith('(UTC)')) return html`<td class="time" data-column="${column}">${cell}</td>`;
  return html`<td data-column="${column}">${shown(cell, 200)}</td>`;
}
