// How soon somebody must act, with the score behind it.

import {badge} from './badge.js';
import {bullets, el} from './dom.js';
import {newsParameters, sentence, triageLevels} from './words.js';

const consciousness = {A: 'alert', C: 'new confusion', V: 'to voice', P: 'to pain', U: 'none'};

function measured(value) {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return consciousness[value] ?? String(value);
}

function news(news2, vitals) {
  if (!news2.applicable && newsParameters.every(([name]) => news2.parameters[name] === null)) {
    return el('p', {className: 'faint', text: `NEWS2: not scored (${news2.note || 'not applicable'}).`});
  }
  const total = news2.score === null
    ? (news2.highest_score === null ? 'incomplete' : `incomplete; at most ${news2.highest_score}`)
    : `${news2.score}${news2.complete ? '' : ` so far, at most ${news2.highest_score}`}`;
  return el('div', {className: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'NEWS2 by parameter'}, el('table', {className: 'news'},
    el('caption', {text: `NEWS2 ${total}${news2.band && news2.band !== 'none' ? `, ${news2.band} risk` : ''}${news2.note ? `. ${sentence(news2.note)}` : ''}`}),
    el('thead', {}, el('tr', {}, el('th', {scope: 'col', text: 'Parameter'}), el('th', {scope: 'col', text: 'Measured'}), el('th', {scope: 'col', text: 'Points'}))),
    el('tbody', {}, newsParameters.map(([name, label, vital]) => {
      const points = news2.parameters[name];
      return el('tr', {className: points >= 3 ? 'high' : ''}, el('th', {scope: 'row', text: label}), el('td', {text: measured(vitals?.[vital])}),
        el('td', {className: 'points'}, points === null ? el('span', {className: 'faint', text: 'not known'}) : [el('span', {className: `dots p${points}`, 'aria-hidden': 'true'}, '●'.repeat(points), '○'.repeat(3 - points)), ` ${points}`]));
    }))));
}

export function triageSection(review, vitals) {
  const triage = review.triage;
  if (!triage) return null;
  const [word, when, tone] = triageLevels[triage.level] ?? [triage.level, '', 'moderate'];
  return el('section', {id: 'triage', 'aria-labelledby': 'triage-title'},
    el('h2', {id: 'triage-title'}, 'Triage ', badge(tone, `${word}: ${when}`)),
    triage.red_flags.length ? el('ul', {className: 'flags'}, triage.red_flags.map((flag) => el('li', {},
      el('p', {className: 'flag-head'}, badge((triageLevels[flag.level] ?? [0, 0, 'major'])[2], triageLevels[flag.level]?.[0] ?? flag.level), el('strong', {text: flag.title})),
      el('p', {text: flag.action}),
      el('p', {className: 'faint', text: `Seen: ${flag.seen.join('; ')}. Source: ${flag.evidence.map((record) => record.source).join('; ')}.`})))) : null,
    el('div', {className: 'two'},
      news(triage.news2, vitals),
      el('div', {}, el('h3', {text: 'Reasons'}), triage.reasons.length ? bullets(triage.reasons.map(sentence)) : el('p', {text: 'No reason to hurry was found.'}))));
}
