// What was checked, what could not be, and how sure that is.

import {el, facts} from './dom.js';
import {count, invariants, sentence} from './words.js';

const states = {holds: ['✓', 'holds'], fails: ['✕', 'fails'], 'not applicable': ['–', 'not applicable']};

function signals(list) {
  return el('table', {className: 'signals'}, el('caption', {text: 'Signals, 0 to 1'}),
    el('tbody', {}, list.map((signal) => el('tr', {}, el('th', {scope: 'row', text: sentence(signal.name)}),
      el('td', {}, signal.value === null ? el('span', {className: 'faint', text: 'not measured'}) : [el('meter', {min: 0, max: 1, value: signal.value, 'aria-label': signal.name}), ` ${Number(signal.value.toFixed(2))}`]),
      el('td', {className: 'faint', text: /^[0-9a-f]{12}$/.test(signal.reason) ? `lowest: finding ${signal.reason}` : signal.reason})))));
}

export function notCheckedSection(review) {
  const rows = review.not_assessed;
  if (rows.length === 0) return null;
  const wanted = new Map();
  for (const row of rows) {
    if (!wanted.has(row.wanted)) wanted.set(row.wanted, {rules: [], must: false});
    wanted.get(row.wanted).rules.push(row.rule);
    wanted.get(row.wanted).must ||= row.must_know;
  }
  const list = [...wanted].sort((one, other) => Number(other[1].must) - Number(one[1].must));
  return el('section', {id: 'not-checked', className: 'notice', 'aria-labelledby': 'not-checked-title'},
    el('h2', {id: 'not-checked-title'}, 'Not checked ', el('span', {className: 'amount', text: list.length})),
    el('p', {text: 'For want of these facts some rules could not be decided. They are not known, not normal.'}),
    el('ul', {className: 'wanted'}, list.map(([fact, {rules, must}]) => el('li', {className: must ? 'must' : ''}, el('strong', {text: sentence(fact)}), must ? el('span', {className: 'tag', text: 'must be known'}) : null,
      el('span', {className: 'faint', text: ` ${rules.slice(0, 4).join(', ')}${rules.length > 4 ? ` and ${rules.length - 4} more` : ''}`})))));
}

// What a hospital's own rule would have said, had it not ended. What is only watched is counted elsewhere.
export function expiredSection(review) {
  const expired = (review.set_aside ?? []).filter((entry) => entry.why === 'expired');
  if (expired.length === 0) return null;
  const said = (entry) => (entry.effect === 'lowering' ? `; the finding on ${entry.medicines.join(', ')} counts in full` : `; it would have spoken of ${entry.medicines.join(', ')}, ${entry.severity}`);
  return el('section', {id: 'expired', className: 'notice', 'aria-labelledby': 'expired-title'},
    el('h2', {id: 'expired-title', text: 'Rules of the hospital that have ended'}),
    el('ul', {}, expired.map((entry) => el('li', {}, el('strong', {text: `${entry.source}: ${entry.rule}`}), ` ended on ${entry.expires} (${entry.owner})${said(entry)}`))));
}

export function auditSection(review) {
  const audit = review.audit;
  if (!audit) return null;
  const certificate = review.certificate;
  const missed = audit.confidences.find((entry) => entry.question === 'nothing missed');
  const states_of = (state) => audit.claims.filter((claim) => claim.state === state).length;
  const claims = ['supported', 'uncheckable', 'unsupported', 'contradicted'].map((state) => [state, states_of(state)]).filter(([, amount]) => amount > 0);
  return el('section', {id: 'audit', 'aria-labelledby': 'audit-title'}, el('h2', {id: 'audit-title', text: 'Audit'}),
    facts([
      ['Checked', `${count(certificate.ingredients, 'ingredient')}, ${count(certificate.pairs, 'pair')}, ${count(certificate.considered, 'rule')} considered: ${certificate.fired} applied, ${certificate.vetoed} gave way to a stronger or an excluding one, ${certificate.unevaluated} could not be decided`],
      ['Nothing missed', missed ? `Confidence ${missed.band}; basis: ${missed.basis}${missed.labels ? `, ${missed.labels} labelled cases` : ', no labelled cases yet'}` : ''],
      ['Sentences', claims.map(([state, amount]) => `${amount} ${state}`).join(', ')],
      ['Faithfulness', audit.faithfulness.length ? audit.faithfulness.map((entry) => (typeof entry === 'string' ? entry : `${entry.about ?? entry.kind ?? ''} ${entry.state ?? entry.value ?? ''}`.trim())).join('; ') : 'not assessed: it compares a model’s text with its reasons'],
      ['Agents', review.agents.map((agent) => `${agent.name}: ${agent.by === 'model' ? `${agent.model ?? 'model'}, ${count(agent.calls, 'call')}` : 'by rules'}${agent.refused.length ? `, ${count(agent.refused.length, 'proposal')} refused` : ''}`).join('; ')],
      ['Input', el('code', {text: audit.input})],
    ]),
    el('details', {}, el('summary', {text: 'Promises, signals and what gave way'}),
      el('ul', {className: 'promises'}, audit.invariants.map((entry) => {
        const [sign, word] = states[entry.state] ?? ['?', entry.state];
        return el('li', {className: entry.state === 'fails' ? 'fails' : ''}, el('span', {'aria-hidden': 'true', className: 'sign', text: sign}), `${invariants[entry.id] ?? entry.id}: ${word}`, entry.reason ? el('span', {className: 'faint', text: ` (${entry.reason})`}) : null);
      })),
      signals(audit.signals),
      certificate.vetoes.length ? [el('h3', {text: 'Rules that gave way'}), el('ul', {}, certificate.vetoes.map((veto) => el('li', {text: veto})))] : null));
}
