// What the codes of a review mean, in the words of the page.

export const severities = ['critical', 'major', 'moderate', 'minor'];

export const decisions = {
  block: ['Do not give as it stands', 'A critical hazard is open.', 'critical'],
  escalate: ['Needs a decision before it is given', 'A major hazard is open, or a name is not known.', 'major'],
  caution: ['Give with care', 'Monitor, adjust or separate.', 'moderate'],
  info: ['For information', 'Minor hazards only.', 'minor'],
  clear: ['No hazard found in what was checked', 'See below what could not be checked.', 'clear'],
};

export const triageLevels = {
  emergency: ['Emergency', 'now', 'critical'],
  urgent: ['Urgent', 'within the hour', 'critical'],
  same_day: ['Same day', 'today', 'major'],
  soon: ['Soon', 'within three days', 'moderate'],
  routine: ['Routine', 'at the next visit', 'clear'],
};

export const findingTypes = {
  'drug-drug': 'Interaction', cumulative: 'Cumulative', washout: 'Still in the body', duplicate: 'Duplicate',
  'drug-allergy': 'Allergy', 'drug-disease': 'Condition', 'drug-lab': 'Laboratory', 'drug-renal': 'Kidney',
  'drug-hepatic': 'Liver', dose: 'Dose', 'drug-age': 'Age', pregnancy: 'Pregnancy', lactation: 'Breastfeeding',
  'drug-food': 'Food', timing: 'Timing', route: 'Route', monitoring: 'Missing test', guideline: 'Guideline',
  'look-alike': 'Look-alike', unresolved: 'Name not known', 'prompt-injection': 'Suspicious text',
};

export const planActions = {
  keep: 'Keep', monitor: 'Monitor', space: 'Space apart', 'adjust-dose': 'Change dose', switch: 'Switch', stop: 'Stop',
};

export const newsParameters = [
  ['respiration', 'Breaths a minute', 'rr'], ['spo2', 'Oxygen saturation, %', 'spo2'],
  ['oxygen', 'Added oxygen', 'supplemental_o2'], ['systolic_bp', 'Systolic pressure, mmHg', 'sbp'],
  ['pulse', 'Pulse a minute', 'hr'], ['consciousness', 'Consciousness', 'consciousness'],
  ['temperature', 'Temperature, °C', 'temp_c'],
];

// The promises that every review is held to: docs/audit.md.
export const invariants = {
  I1: 'Every finding of the rules goes out, none lowered',
  I2: 'The decision is not below what the findings ask for',
  I3: 'No sentence denies a finding or calls it lighter',
  I4: 'Every medicine and number in the text can be traced',
  I5: 'Every citation exists and belongs to its finding',
  I6: 'A proposed change brings no new grave finding',
  I7: 'Names are known, and so is what must be known',
  I8: 'No agent failed, and no failure passes for text',
};

export const overrideReasons = {
  'benefit-outweighs-risk': 'Benefit outweighs the risk', 'tolerated-before': 'Tolerated before',
  'will-monitor': 'Will be monitored', 'dose-adjusted': 'Dose is adjusted', 'no-alternative': 'No alternative',
  'not-applicable': 'Does not apply to this patient', 'already-resolved': 'Already resolved', other: 'Other',
};

export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

// The service marks what somebody wrote with backticks.
export const quoted = (text) => text.replace(/`([^`]*)`/g, '“$1”');

// A finding's weight, with what an agent raised.
export function weight(finding) {
  const raised = finding.raised?.to;
  return raised && severities.indexOf(raised) < severities.indexOf(finding.severity) ? raised : finding.severity;
}

export function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : '';
}

const edges = {
  'is a': 'is a', 'object of': 'is the affected medicine of', 'precipitant of': 'is the cause in', 'drug of': 'is the medicine of',
  'condition of': 'is the condition of', gives: 'gives', 'read as': 'is read as', 'sum of': 'adds up in', 'count of': 'counts in',
  inhibits: 'inhibits', induces: 'induces', substrate: 'is cleared by',
};

// One step of the proof as a sentence: a grade stands in brackets, a rule by its number.
export function stepWords({from, edge, to}) {
  const [verb, grade] = edge.split(':');
  if (verb === 'has effect') {
    const strength = Math.abs(Number(grade));
    return `${from} ${grade?.startsWith('-') ? 'lowers' : 'adds to'} ${to}${strength ? ` (grade ${strength} of 3)` : ''}`;
  }
  if (/^[abc] of$/.test(verb)) return `${from} is one part of ${to}`;
  return `${from} ${edges[verb] ?? verb}${edges[verb] ? '' : ':'} ${to}${grade ? ` (${grade})` : ''}`;
}
