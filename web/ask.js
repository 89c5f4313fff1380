// A question about the case. Each sentence of the answer says whether it was verified.

import {ask} from './api.js';
import {el} from './dom.js';
import {sentence} from './words.js';

const states = {answered: '', abstained: 'No answer is given.', declined: 'No answer is given.'};

function answerOf(answer) {
  return el('div', {className: 'answer'}, el('p', {className: 'question', text: answer.question}),
    states[answer.status] ?? sentence(answer.status) ? el('p', {className: 'strong', text: states[answer.status] ?? sentence(answer.status)}) : null,
    el('ul', {}, answer.claims.map((claim) => el('li', {}, claim.text, claim.verified ? null : el('span', {className: 'tag', text: claim.doubt ? `not verified: ${claim.doubt}` : 'not verified'})))));
}

// `subject` is the case that was reviewed.
export function askSection(subject) {
  const box = el('input', {id: 'question', autocomplete: 'off', maxlength: '1000', placeholder: 'e.g. What if the fluconazole is stopped?'});
  const answers = el('div', {'aria-live': 'polite'});
  const send = el('button', {type: 'submit', text: 'Ask'});
  const form = el('form', {className: 'ask'}, el('label', {for: 'question', text: 'Question about this case'}), el('div', {className: 'joined'}, box, send));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const question = box.value.trim();
    if (!question || send.disabled) return;
    send.disabled = true;
    try {
      for (const answer of await ask(subject, question)) answers.prepend(answerOf(answer));
      box.value = '';
    } catch (error) {
      answers.prepend(el('p', {className: 'problem', text: error.message}));
    }
    send.disabled = false;
    box.focus();
  });
  return el('section', {id: 'ask', className: 'no-print', 'aria-labelledby': 'ask-title'}, el('h2', {id: 'ask-title', text: 'Ask'}), form, answers);
}
