// The population audit of the ledger: how far the reviews can be trusted, by what people said of them afterwards.

import {Refused, get, text} from './api.js';
import {byId, download, el, facts} from './dom.js';
import {signedIn} from './sign_in.js';
import {count} from './words.js';

const say = (words) => { byId('dashboard-state').textContent = words; };
function told(error) {
  if (!(error instanceof Refused)) throw error;
  say(error.message);
}

const gateWords = {
  missed_critical: 'Critical hazards that were missed', unsupported_claims: 'Sentences that nothing supports',
  suppressed_findings: 'Findings that did not go out',
};
const gateStates = {PASS: ['Passed', 'clear'], BLOCK: ['Failed', 'critical'], INCONCLUSIVE: ['Too few cases to say', 'moderate']};
const share = (value) => (value === null || value === undefined ? '–' : `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`);
const interval = (of) => (of ? `${share(of[0])} to ${share(of[1])}` : '–');

function gate([name, {state, lower, upper, limit}], needed) {
  const [words, tone] = gateStates[state] ?? [state, 'moderate'];
  return el('tr', {}, el('th', {scope: 'row', text: gateWords[name] ?? name}), el('td', {}, el('span', {className: `badge ${tone}`, text: words})),
    el('td', {text: interval(typeof lower === 'number' && typeof upper === 'number' ? [lower, upper] : null)}), el('td', {text: share(limit)}), el('td', {text: needed ? `${needed} cases` : ''}));
}

// A bar a dimension: the number stands beside it.
function dimension([name, score]) {
  const value = typeof score === 'number' ? score : score?.score;
  if (typeof value !== 'number') return [el('dt', {text: name}), el('dd', {text: 'not measured'})];
  return [el('dt', {text: name}), el('dd', {}, el('meter', {min: '0', max: '100', value: String(value), 'aria-label': name}), ` ${value.toFixed(1)}`)];
}

function dashboard({trust, records, ledger, cases_needed: needed}) {
  const dimensions = Object.entries(trust.dimensions ?? {});
  return [
    el('p', {}, el('strong', {text: `Grade ${trust.grade}`}), `: ${trust.verdict}`),
    el('table', {}, el('caption', {text: 'Gates'}),
      el('thead', {}, el('tr', {}, ['Gate', 'State', '95 % interval', 'Limit', 'Decided from'].map((word) => el('th', {scope: 'col', text: word})))),
      el('tbody', {}, Object.entries(trust.gates).map((one) => gate(one, needed?.[one[0]])))),
    dimensions.length > 0 && [el('h3', {text: 'Dimensions, of 100'}), el('dl', {className: 'facts'}, dimensions.map(dimension))],
    el('h3', {text: 'What it rests on'}),
    facts([['Reviews', String(ledger.reviews)], ['Judged as a whole', String(ledger.judged_reviews)], ['Findings judged', String(ledger.judged_findings)],
      ['Overrides', String(ledger.overrides)], ['Interventions', String(ledger.interventions)], ['Incomplete', String(ledger.incomplete)], ['Degraded', String(ledger.degraded)],
      ['Errors', records.error_rate === null ? 'no label yet' : `${share(records.error_rate)} (${interval(records.weighted_error_interval)})`],
      ['Texts without support', `${records.unsupported_claims.count} of ${records.unsupported_claims.of} sentences`]]),
    ...(trust.notes ?? []).map((note) => el('p', {className: 'hint', text: note})),
  ].flat(Infinity).filter(Boolean);
}

async function show() {
  say('Reading the ledger…');
  byId('dashboard-body').replaceChildren();
  const audit = await signedIn(() => get('/v1/audit'));
  byId('dashboard-body').replaceChildren(...dashboard(audit));
  say(`${count(audit.ledger.reviews, 'review')} in the ledger, ${count(audit.trust.n, 'label')}.`);
}

export function wireDashboard() {
  const dialog = byId('dashboard');
  byId('dashboard-button').hidden = false;
  byId('dashboard-button').addEventListener('click', () => { dialog.showModal(); show().catch(told); });
  byId('dashboard-save').addEventListener('click', () => {
    signedIn(() => text('/v1/audit?format=html')).then((page) => download('guardian-audit.html', page)).catch(told);
  });
  byId('dashboard-close').addEventListener('click', () => dialog.close());
}
