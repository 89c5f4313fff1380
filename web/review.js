// A review on the page: the decision first, then what it rests on, nothing hidden.

import {askSection} from './ask.js';
import {auditSection, expiredSection, notCheckedSection} from './audit.js';
import {badge, shape} from './badge.js';
import {bullets, el} from './dom.js';
import {explanationSection} from './explanation.js';
import {findingsSection} from './findings.js';
import {overrideOf} from './override.js';
import {pictureSection} from './picture.js';
import {planSection} from './plan.js';
import {triageSection} from './triage.js';
import {count, decisions, quoted, severities, triageLevels, weight} from './words.js';

export function summaryWords(review) {
  const [word] = decisions[review.decision];
  const amounts = severities.map((severity) => [severity, review.findings.filter((finding) => weight(finding) === severity).length]).filter(([, amount]) => amount);
  return `${word}. ${amounts.length ? amounts.map(([severity, amount]) => `${amount} ${severity}`).join(', ') : 'No findings'}.${review.status === 'incomplete' ? ' The review is incomplete.' : ''}`;
}

function banner(review) {
  const [word, why, tone] = decisions[review.decision];
  const amounts = severities.map((severity) => [severity, review.findings.filter((finding) => weight(finding) === severity).length]).filter(([, amount]) => amount);
  const [level, when, levelTone] = review.triage ? triageLevels[review.triage.level] ?? [review.triage.level, '', 'moderate'] : [];
  return el('section', {className: `banner ${tone}`, 'aria-labelledby': 'decision'},
    shape(tone),
    el('div', {className: 'banner-words'}, el('h2', {id: 'decision', text: word}), el('p', {text: why}),
      el('p', {className: 'badges'}, amounts.map(([severity, amount]) => badge(severity, `${amount} ${severity}`)),
        review.status === 'incomplete' ? badge('major', 'review incomplete') : null,
        review.triage ? el('span', {className: `badge ${levelTone}`}, `Triage: ${level.toLowerCase()}, ${when}`) : null)),
    el('div', {className: 'banner-tools no-print'}, el('button', {type: 'button', text: 'Print', onclick: () => window.print()})));
}

function ledgerWords(ledger) {
  if (!ledger) return 'not recorded in a ledger';
  if (ledger.unrecorded) return `NOT recorded: ${ledger.unrecorded}`;
  return `ledger entry ${ledger.sequence}, ${ledger.hash.slice(0, 19)}…`;
}

function stamp(review) {
  return el('p', {className: 'stamp'}, [`Case ${review.case_id}`, `as of ${review.as_of.replace('T', ' ').replace(/:\d\dZ$/, ' UTC')}`,
    `knowledge base ${review.kb.version}${review.kb.age_days === null ? '' : `, ${count(review.kb.age_days, 'day')} old`}`, ledgerWords(review.ledger)].map((text) => el('span', {text})));
}

function unknownNames(review) {
  if (review.unresolved.length === 0) return null;
  return el('section', {id: 'unknown', className: 'notice grave', 'aria-labelledby': 'unknown-title'},
    el('h2', {id: 'unknown-title'}, shape('major'), 'Names not known ', el('span', {className: 'amount', text: review.unresolved.length})),
    el('p', {text: 'These medicines were not checked at all. Correct the name, or look them up elsewhere.'}),
    el('ul', {}, review.unresolved.map((entry) => el('li', {}, el('strong', {text: entry.text}), `: ${quoted(entry.reason)}`,
      entry.candidates.length ? `. Perhaps: ${entry.candidates.map((candidate) => `${candidate.name} (${candidate.ingredients.join(' + ')})`).join(', ')}` : ''))));
}

function failures(review) {
  const audit = review.audit;
  const said = [
    ...review.degradations.map((one) => `The agent ${one.agent} did not answer: ${one.reason}. The findings of the rules are whole.`),
    ...(audit && !audit.released ? ['The audit withheld the text of a model. The findings are whole.'] : []),
    ...(audit?.escalated ? ['The audit raised the decision: a check of this review on itself failed.'] : []),
    ...(review.ledger?.unrecorded ? [`This review is not in the ledger: ${review.ledger.unrecorded}`] : []),
    ...review.notes.map((note) => `Input: ${note}`),
  ];
  return said.length ? el('section', {id: 'notes', className: 'notice', 'aria-labelledby': 'notes-title'}, el('h2', {id: 'notes-title', text: 'To be noted'}), bullets(said)) : null;
}

function readAs(review) {
  return el('details', {className: 'read-as'}, el('summary', {text: `Read as: ${count(review.resolved.length, 'medicine')}`}),
    el('div', {className: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Medicines as they were read'}, el('table', {},
      el('thead', {}, el('tr', {}, ['As written', 'Ingredients', 'Dose a day', 'Route', 'Match'].map((text) => el('th', {scope: 'col', text})))),
      el('tbody', {}, review.resolved.map((entry) => el('tr', {}, el('th', {scope: 'row', text: entry.text}), el('td', {text: entry.ingredients.join(' + ')}),
        el('td', {text: entry.dose?.daily_mg?.length ? `${entry.dose.daily_mg.map((mg) => Number(mg.toPrecision(6))).join(' + ')} mg` : '–'}), el('td', {text: entry.route || '–'}),
        el('td', {text: `${entry.match}${entry.score < 1 ? `, ${entry.score.toFixed(2)}` : ''}${entry.note ? `; ${quoted(entry.note)}` : ''}`})))))));
}

// `id`: the number it is kept under; `subject`: the case in the project's own format.
export function showReview(place, review, {id, subject, overrides}) {
  const triage = triageSection(review, subject?.vitals);
  const hurry = review.triage && ['emergency', 'urgent'].includes(review.triage.level);
  const sections = [
    unknownNames(review), failures(review), hurry ? triage : null,
    findingsSection(review, overrides && id && review.ledger ? (finding) => overrideOf(finding, id) : null),
    hurry ? null : triage, pictureSection(review, id), planSection(review), notCheckedSection(review), expiredSection(review),
    explanationSection(review), subject ? askSection(subject) : null, auditSection(review),
  ].filter(Boolean);
  const links = sections.filter((section) => section.id !== 'notes').map((section) => [section.id, section.querySelector('h2').firstChild.nodeType === 3 ? section.querySelector('h2').firstChild.textContent.trim() : section.querySelector('h2').childNodes[1].textContent.trim()]);
  place.replaceChildren(banner(review), stamp(review),
    el('nav', {className: 'sections no-print', 'aria-label': 'Parts of the review'}, el('ul', {}, links.map(([target, text]) => el('li', {}, el('a', {href: `#${target}`, text}))))),
    readAs(review), ...sections);
}
