// Going on despite a finding: a coded reason, recorded in the ledger. The finding stays as it is.

import {post} from './api.js';
import {el, freshId} from './dom.js';
import {overrideReasons} from './words.js';

export function overrideOf(finding, reviewId) {
  const id = freshId('override');
  const reason = el('select', {id: `${id}-reason`, required: true}, el('option', {value: '', text: 'Choose a reason…'}),
    Object.entries(overrideReasons).map(([value, text]) => el('option', {value, text})));
  const comment = el('input', {id: `${id}-comment`, autocomplete: 'off', maxlength: '500'});
  const told = el('p', {className: 'told', role: 'status'});
  const form = el('form', {className: 'override'}, el('label', {}, 'Reason ', reason), el('label', {}, 'Comment ', comment), el('button', {type: 'submit', text: 'Record override'}), told);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!reason.value) { told.textContent = 'A reason is needed.'; reason.focus(); return; }
    try {
      await post('/v1/overrides', {review: reviewId, finding: finding.id, reason: reason.value, comment: comment.value.trim()});
      told.textContent = `Recorded: ${overrideReasons[reason.value]}. The finding stays.`;
    } catch (error) {
      told.textContent = `Not recorded. ${error.message}`;
    }
  });
  return el('details', {className: 'override-box no-print'}, el('summary', {text: 'Override…'}), form);
}
