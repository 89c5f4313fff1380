// What the ledger holds, the latest first: reviews, and what was said about them. It names no patient.

import {Refused, get, post} from './api.js';
import {byId, el} from './dom.js';
import {signedIn} from './sign_in.js';
import {count, decisions} from './words.js';

const body = byId('history-rows');
let first = null;  // the earliest row that is shown

const say = (text) => { byId('history-state').textContent = text; };
function told(error) {
  if (!(error instanceof Refused)) throw error;
  say(error.message);
}

const kinds = {review: 'Review', override: 'Override', outcome: 'Outcome', intervention: 'Intervention', erasure: 'Patient erased'};

function result({kind, open, about}) {
  if (kind !== 'review') return [open.finding && `finding ${open.finding}`, open.reason ?? open.label ?? open.action, about && `of row ${about}`].filter(Boolean).join(' · ');
  const worst = open.findings.filter(({severity}) => severity === 'critical' || severity === 'major').length;
  return [decisions[open.decision]?.[0] ?? open.decision, count(open.findings.length, 'finding'), worst > 0 && `${worst} critical or major`, open.status === 'incomplete' && 'incomplete',
    open.degraded.length > 0 && 'degraded'].filter(Boolean).join(' · ');
}

async function show(before) {
  const {size, rows} = await signedIn(() => get(`/v1/ledger?rows=30${before ? `&before=${before}` : ''}`));
  if (!before) body.replaceChildren();
  body.append(...rows.map((row) => el('tr', {}, el('th', {scope: 'row', text: String(row.sequence)}), el('td', {text: row.at.replace('T', ' ').slice(0, 19)}),
    el('td', {text: kinds[row.kind] ?? row.kind}), el('td', {text: result(row)}))));
  first = rows.at(-1)?.sequence ?? first;
  byId('history-more').hidden = size === 0 || first === 1;
  say(size === 0 ? 'The ledger is empty.' : `${count(size, 'row')} in the ledger.`);
}

async function verify() {
  say('Reading the whole ledger…');
  const found = await signedIn(() => post('/v1/ledger/verify', {}));
  say(found.sound ? `${count(found.rows, 'row')} read: the chain is whole and unchanged.` : `The ledger is damaged: ${count(found.damage.length, 'fault')}. Tell who runs this service.`);
}

export function wireHistory() {
  const dialog = byId('history');
  byId('history-button').hidden = false;
  byId('history-button').addEventListener('click', () => { dialog.showModal(); show().catch(told); });
  byId('history-more').addEventListener('click', () => { show(first).catch(told); });
  byId('history-verify').addEventListener('click', () => { verify().catch(told); });
  byId('history-close').addEventListener('click', () => dialog.close());
}
