// The safer plan: every medicine before, and after each of the least changes.

import {badge} from './badge.js';
import {bullets, el} from './dom.js';
import {count, planActions, sentence, severities, weight} from './words.js';

const rounded = (value) => String(Number(value.toPrecision(4)));

function changeWords(change) {
  const parts = [];
  if (change.kind === 'switch') parts.push(`to ${change.to}`);
  if (change.daily_mg !== null && change.kind === 'adjust-dose') parts.push(`to ${rounded(change.daily_mg)} mg a day`);
  else if (change.dose_factor !== null) parts.push(`to ${rounded(change.dose_factor * 100)} % of the dose`);
  return parts.join(' ');
}

function changeCell(change) {
  if (!change) return el('td', {className: 'keep'}, el('span', {className: 'faint', text: 'Keep'}));
  return el('td', {className: `change ${change.kind}`},
    el('strong', {text: `${change.kind === 'stop' && change.element.startsWith('/orders') ? 'Do not begin' : planActions[change.kind] ?? change.kind} ${changeWords(change)}`.trim()}),
    change.measures.length ? bullets(change.measures, 'plain') : null,
    change.reason ? el('span', {className: 'faint', text: sentence(change.reason.replace(/^do not begin it: /, ''))}) : null);
}

function left(critical, major, moderate, minor) {
  const all = [['critical', critical], ['major', major], ['moderate', moderate], ['minor', minor]].filter(([, amount]) => amount > 0);
  return all.length ? el('span', {className: 'badges'}, all.map(([severity, amount]) => badge(severity, `${amount} ${severity}`))) : badge('clear', 'none');
}

function table(review, medicines, options) {
  const now = severities.map((severity) => review.findings.filter((finding) => weight(finding) === severity).length);
  return el('div', {className: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Before and after'}, el('table', {className: 'plan'},
    el('thead', {}, el('tr', {}, el('th', {scope: 'col', text: 'Before'}), options.map((option, index) => el('th', {scope: 'col', text: options.length > 1 ? `After: option ${index + 1}` : 'After'})))),
    el('tbody', {}, medicines.map(([element, text]) => el('tr', {}, el('th', {scope: 'row'}, text, element.startsWith('/orders') ? el('span', {className: 'tag', text: 'new order'}) : null),
      options.map((option) => changeCell(option.changes.find((change) => change.element === element)))))),
    el('tfoot', {}, el('tr', {}, el('th', {scope: 'row'}, 'Findings: ', left(...now)), options.map((option) => el('td', {}, left(0, 0, option.remaining.moderate, option.remaining.minor),
      option.handled.length ? el('span', {className: 'faint', text: `${count(option.handled.length, 'more')} answered by monitoring.`}) : null))))));
}

export function planSection(review) {
  const plan = review.plan;
  if (!plan || !plan.needed) return null;
  const section = el('section', {id: 'plan', 'aria-labelledby': 'plan-title'}, el('h2', {id: 'plan-title', text: 'Safer plan'}));
  const medicines = new Map([...review.resolved, ...review.unresolved].map((entry) => [entry.element, entry.text]));
  const options = plan.best.slice(0, 3);
  for (const option of options) for (const change of option.changes) if (!medicines.has(change.element)) medicines.set(change.element, change.medicine);
  if (options.length && plan.feasible) {
    section.append(el('p', {text: `The least change that clears every critical and major finding${plan.proven ? '; proven to be the least' : ''}. ${plan.best.length > options.length ? `${count(plan.best.length, 'option')} are equal or near; the first ${options.length} are shown.` : ''}`}),
      table(review, [...medicines], options));
  } else {
    section.append(el('p', {className: 'strong', text: 'No change of single medicines was found that clears the critical and major findings.'}));
    if (plan.conflict_core.medicines.length) {
      section.append(el('p', {text: `No option makes ${plan.conflict_core.medicines.map((entry) => entry.medicine).join(', ')} safe${plan.conflict_core.medicines.length > 1 ? ' together' : ''}. What stays:`}), bullets(plan.conflict_core.findings.map((finding) => sentence(finding.title))));
    }
  }
  if (plan.not_cleared.length) section.append(el('h3', {text: 'No change clears'}), bullets(plan.not_cleared.map((finding) => finding.title)));
  if (plan.until_then.length) section.append(el('h3', {text: 'Until what is stopped has left the body'}), bullets(plan.until_then.map((finding) => sentence(finding.title))));
  section.append(el('p', {className: 'faint', text: plan.note}));
  return section;
}
