// The review in words, for a clinician and for the patient.

import {download, el} from './dom.js';
import {sentence, weight} from './words.js';

// [[heading, [sentences]]] of one reader: the whole first, then by finding.
function parts(review, audience) {
  const titles = new Map(review.findings.map((finding) => [finding.id, finding]));
  const grouped = new Map();
  for (const claim of review.explanation.claims) {
    if (claim.audience !== audience) continue;
    const key = claim.about ?? '';
    if (!grouped.has(key)) grouped.set(key, []);
    grouped.get(key).push(claim.text);
  }
  return [...grouped].map(([about, texts]) => {
    const finding = titles.get(about);
    const heading = !about ? '' : audience === 'patient' ? sentence((finding?.subjects ?? []).join(' and ')) : `${sentence(finding?.title ?? '')}`;
    return [heading, texts, finding ? weight(finding) : null];
  });
}

function asText(review, audience) {
  const lines = [audience === 'patient' ? 'About your medicines' : 'Medication review', `Case ${review.case_id}, as of ${review.as_of}`, ''];
  for (const [heading, texts] of parts(review, audience)) {
    if (heading) lines.push(heading, '-'.repeat(Math.min(heading.length, 72)));
    lines.push(...texts, '');
  }
  lines.push(`Knowledge base ${review.kb.version}, ${review.kb.digest}`);
  return `${lines.join('\n')}\n`;
}

export function explanationSection(review) {
  if (!review.explanation) return null;
  const {released, by, model, reading_grade: grade} = review.explanation;
  const panels = {};
  const tabs = {};
  const choose = (audience, focus) => {
    for (const one of ['clinician', 'patient']) {
      tabs[one].setAttribute('aria-selected', String(one === audience));
      tabs[one].tabIndex = one === audience ? 0 : -1;
      panels[one].hidden = one !== audience;
    }
    if (focus) tabs[audience].focus();
  };
  for (const [audience, word] of [['clinician', 'For the clinician'], ['patient', 'For the patient']]) {
    tabs[audience] = el('button', {type: 'button', role: 'tab', id: `tab-${audience}`, 'aria-controls': `panel-${audience}`, text: word, onclick: () => choose(audience)});
    tabs[audience].addEventListener('keydown', (event) => {
      if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') choose(audience === 'patient' ? 'clinician' : 'patient', true);
    });
    panels[audience] = el('div', {role: 'tabpanel', id: `panel-${audience}`, 'aria-labelledby': `tab-${audience}`, className: `prose ${audience}`},
      parts(review, audience).map(([heading, texts, severity]) => [heading ? el('h3', {className: severity ?? '', text: heading}) : null, heading ? el('p', {text: texts.join(' ')}) : el('ul', {}, texts.map((text) => el('li', {text})))]),
      el('button', {type: 'button', className: 'add', text: 'Download as text', onclick: () => download(`${review.case_id}-${audience}.txt`, asText(review, audience))}));
  }
  const uncertified = by === 'model' && !review.audit?.certificate;
  const origin = by === 'model' ? `Written by ${model ?? 'a model'} and audited sentence by sentence.${uncertified ? ' No certificate says how often such texts are wrong; this service is set to show them all the same.' : ''}` : released ? 'Written from the findings by fixed sentences; no model was used.' : 'The audit withheld the model’s text; fixed sentences stand in.';
  const section = el('section', {id: 'explanation', 'aria-labelledby': 'explanation-title'}, el('h2', {id: 'explanation-title', text: 'Explanation'}),
    el('div', {className: 'tabs', role: 'tablist', 'aria-label': 'Reader'}, tabs.clinician, tabs.patient), panels.clinician, panels.patient,
    el('p', {className: 'faint', text: `${origin}${grade?.measured ? ` Patient text: reading grade ${grade.measured} (wanted: ${grade.wanted} or less).` : ''}`}));
  choose('clinician');
  return section;
}
