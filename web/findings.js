// The findings, worst first, a card each.

import {badge} from './badge.js';
import {bullets, el, facts} from './dom.js';
import {count, findingTypes, quoted, severities, sentence, stepWords, weight} from './words.js';

function source(record) {
  const where = [record.title !== record.source ? record.title : '', record.section, record.year].filter(Boolean).join(', ');
  const name = /^https:\/\//.test(record.locator)
    ? el('a', {href: record.locator, rel: 'noreferrer noopener', target: '_blank', text: record.source})
    : el('span', {text: record.source});
  return [name, where ? ` – ${where}` : '', record.status === 'draft' ? el('span', {className: 'faint', text: ' (draft: not yet checked by a second reader)'}) : null];
}

function card(finding, number, confidence, actions) {
  const severity = weight(finding);
  const heading = finding.title.includes(': ') ? finding.title.slice(0, finding.title.lastIndexOf(': ')) : finding.title;
  const advice = finding.title.includes(': ') ? finding.title.slice(finding.title.lastIndexOf(': ') + 2) : '';
  const advised = advice.replace(/^(critical|major|moderate|minor), /, '');
  const notes = [
    finding.raised ? `Raised from ${finding.severity} to ${finding.raised.to} by ${finding.raised.by.replace('agent:', 'the agent ')}: ${finding.raised.reason}` : null,
    finding.source.startsWith('agent:') ? `Found by ${finding.source.replace('agent:', 'the agent ')}, not by the rules` : null,
    finding.via ? `Read in the note: “${finding.via.replace(/^note:/, '')}”` : null,
    ...finding.context.map(sentence),
  ].filter(Boolean);
  const compared = {agrees: 'agrees', higher: 'ranks it higher', lower: 'ranks it lower'};
  const said = (finding.sources ?? []).map(({source, level, severity, compared: beside, says}) =>
    [`${source} (${level}): `, compared[beside] ? `${compared[beside]}, ` : '', severity, says ? `: ${says}` : ''].join(''));
  const body = facts([
    ['Why', quoted(finding.mechanism)], ['Effect', [finding.effect, finding.onset ? ` Onset: ${finding.onset}.` : '']],
    ['Do', finding.management ? el('strong', {className: 'do', text: finding.management}) : ''],
    ['Monitor', finding.monitoring.join(' · ')],
    ['Any one of these ends it', finding.best_removal.length ? `Stopping ${finding.best_removal.join(', or ')}` : ''],
    ['Enough by themselves', (finding.subsets ?? []).length > 1 ? bullets(finding.subsets.map((set) => set.join(' + ')), 'plain') : ''],
  ]);
  const proof = el('details', {className: 'proof'}, el('summary', {text: 'Evidence and path'}),
    finding.evidence.length ? el('div', {}, el('h4', {text: 'Evidence'}), bullets(finding.evidence.map(source))) : el('p', {text: 'No source: this is about the case itself, not about a medicine.'}),
    said.length ? el('div', {}, el('h4', {text: 'Who says so'}), bullets(said)) : null,
    finding.path.length ? el('div', {}, el('h4', {text: 'Path'}), el('ol', {className: 'path'}, finding.path.map((step) => el('li', {text: stepWords(step)})))) : null,
    el('p', {className: 'faint'}, [finding.rules.length ? `${count(finding.rules.length, 'rule')}: ${finding.rules.join(', ')}. ` : '',
      `Finding ${finding.id}. `, confidence ? `Confidence that it is right: ${confidence.band}${confidence.basis ? ` (basis: ${confidence.basis})` : ''}.` : '']));
  return el('li', {className: `card ${severity}`, id: `finding-${finding.id}`, tabindex: '-1'},
    el('div', {className: 'card-head'},
      el('span', {className: 'number', text: number}), badge(severity, sentence(severity)),
      el('h3', {}, el('span', {className: 'subjects', text: heading}), advised ? el('span', {className: 'advice', text: sentence(advised)}) : null),
      el('span', {className: 'type', text: findingTypes[finding.type] ?? finding.type})),
    notes.length ? el('ul', {className: 'card-notes'}, notes.map((note) => el('li', {text: note}))) : null,
    body, proof, actions?.(finding));
}

// `actions(finding)` gives what can be done about one, or nothing.
export function findingsSection(review, actions) {
  const shown = review.findings.map((finding, index) => ({finding, number: index + 1}));
  shown.sort((one, other) => severities.indexOf(weight(one.finding)) - severities.indexOf(weight(other.finding)));
  const confidence = new Map((review.audit?.confidences ?? []).filter((entry) => entry.about).map((entry) => [entry.about, entry]));
  const list = el('ol', {className: 'cards'}, shown.map(({finding, number}) => card(finding, number, confidence.get(finding.id), actions)));
  const section = el('section', {id: 'findings', 'aria-labelledby': 'findings-title'},
    el('h2', {id: 'findings-title'}, 'Findings ', el('span', {className: 'amount', text: review.findings.length})));
  if (shown.length === 0) {
    section.append(el('p', {text: 'None in what was checked. What could not be checked stands under “Not checked”.'}));
    return section;
  }
  const present = severities.filter((severity) => shown.some(({finding}) => weight(finding) === severity));
  if (present.length > 1 && shown.length > 4) {
    const told = el('span', {className: 'faint', role: 'status'});
    section.append(el('div', {className: 'filters', role: 'group', 'aria-label': 'Severities that are shown'}, present.map((severity) => {
      const amount = shown.filter(({finding}) => weight(finding) === severity).length;
      const button = el('button', {type: 'button', className: 'filter', 'aria-pressed': 'true', onclick: () => {
        const on = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', String(on));
        list.classList.toggle(`without-${severity}`, !on);
        const hidden = [...section.querySelectorAll('.filter[aria-pressed=false]')].reduce((sum, one) => sum + Number(one.dataset.amount), 0);
        told.textContent = hidden ? `${count(hidden, 'finding')} hidden here; they still count.` : '';
      }, 'data-amount': String(amount)}, badge(severity, `${sentence(severity)} ${amount}`));
      return button;
    }), told));
  }
  section.append(list);
  return section;
}
