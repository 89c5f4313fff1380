// The case as a form. What is left empty is left out: not known, never normal. Members that the form does not show stay
// as they came.

import {byId, el} from './dom.js';
import {Medicines} from './medicines.js';

const vitals = [
  ['rr', 'Breaths a minute'], ['spo2', 'SpO₂, %'], ['spo2_scale', 'SpO₂ scale', [['', '1 (usual)'], ['2', '2 (target 88 to 92 %)']]],
  ['supplemental_o2', 'Added oxygen', [['', 'not stated'], ['no', 'no'], ['yes', 'yes']]],
  ['sbp', 'Systolic, mmHg'], ['dbp', 'Diastolic, mmHg'], ['hr', 'Pulse a minute'], ['temp_c', 'Temperature, °C'],
  ['consciousness', 'Consciousness', [['', 'not stated'], ['A', 'alert'], ['C', 'new confusion'], ['V', 'to voice'], ['P', 'to pain'], ['U', 'none']]],
];

const number = (text) => {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : trimmed;  // the service names what is no number
};
const yesNo = (text) => (text === '' ? undefined : text === 'yes');
const asYesNo = (value) => (value === undefined || value === null ? '' : value ? 'yes' : 'no');
const isEmpty = (object) => Object.values(object).every((value) => value === undefined);

// Lines of a few boxes each.
class Rows {
  constructor(list, button, boxes, word, changed) {
    Object.assign(this, {list: byId(list), boxes, word, changed});
    byId(button).addEventListener('click', () => this.add({}).querySelector('input').focus());
  }
  fill(entries) {
    this.list.replaceChildren();
    for (const entry of entries) this.add(entry);
  }
  add(entry) {
    const item = el('li', {className: `line ${this.word}`}, this.boxes.map(([name, label]) => {
      const input = el('input', {'aria-label': label, placeholder: label, autocomplete: 'off', 'data-name': name});
      input.value = entry[name] ?? '';
      input.addEventListener('input', this.changed);
      return input;
    }), el('button', {type: 'button', className: 'remove', 'aria-label': `Remove ${this.word}`, title: 'Remove', text: '×',
      onclick: () => {
        const next = item.nextElementSibling ?? item.previousElementSibling;
        item.remove();
        (next?.querySelector('input') ?? this.list.nextElementSibling).focus();
        this.changed();
      }}));
    item.entry = entry;
    this.list.append(item);
    return item;
  }
  read() {
    return [...this.list.children].map((item) => {
      const entry = {...item.entry};
      for (const input of item.querySelectorAll('input')) {
        const text = input.value.trim();
        if (text === '') delete entry[input.dataset.name]; else entry[input.dataset.name] = text;
      }
      return entry;
    }).filter((entry) => Object.keys(entry).length > 0);
  }
}

export class CaseForm {
  constructor(changed) {
    this.base = {};
    this.medicines = new Medicines(changed);
    this.allergies = new Rows('allergies', 'add-allergy', [['text', 'Substance'], ['reaction', 'Reaction']], 'allergy', changed);
    this.labs = new Rows('labs', 'add-lab', [['name', 'Test'], ['value', 'Value'], ['unit', 'Unit'], ['when', 'When']], 'result', changed);
    for (const [name, label, choices] of vitals) {
      const box = choices
        ? el('select', {id: `vital-${name}`}, choices.map(([value, text]) => el('option', {value, text})))
        : el('input', {id: `vital-${name}`, inputmode: 'decimal', autocomplete: 'off'});
      byId('vitals').append(el('label', {}, label, ' ', box));
    }
    const weeks = () => { byId('weeks').disabled = byId('pregnant').value !== 'yes'; };
    byId('pregnant').addEventListener('change', weeks);
    byId('form-view').addEventListener('input', changed);
    this.weeks = weeks;
  }

  fill(subject) {
    this.base = subject;
    const patient = subject.patient ?? {};
    const set = (id, value) => { byId(id).value = value ?? ''; };
    set('case-id', subject.id);
    set('age', patient.age);
    byId('age-unit').value = patient.age_unit ?? 'y';
    set('sex', patient.sex);
    set('weight', patient.weight_kg);
    set('height', patient.height_cm);
    set('pregnant', asYesNo(patient.pregnant));
    set('weeks', patient.gestation_weeks);
    set('lactating', asYesNo(patient.lactating));
    this.weeks();
    this.conditions = patient.conditions ?? [];
    set('conditions', this.conditions.map((entry) => (typeof entry === 'string' ? entry : entry.text ?? entry.code ?? '')).join('\n'));
    byId('conditions').rows = Math.min(8, Math.max(2, this.conditions.length));
    this.allergies.fill((patient.allergies ?? []).map((entry) => (typeof entry === 'string' ? {text: entry} : entry)));
    this.labs.fill(patient.labs ?? []);
    const measured = subject.vitals ?? {};
    for (const [name] of vitals) {
      const value = measured[name];
      set(`vital-${name}`, typeof value === 'boolean' ? asYesNo(value) : name === 'spo2_scale' && value === 1 ? '' : value);
    }
    set('note', typeof subject.note === 'string' ? subject.note : '');
    this.medicines.fill(subject);
  }

  read() {
    const text = (id) => byId(id).value.trim() || undefined;
    const kept = new Map((this.conditions ?? []).filter((entry) => typeof entry !== 'string').map((entry) => [entry.text ?? entry.code, entry]));
    const conditions = byId('conditions').value.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => kept.get(line) ?? line);
    const allergies = this.allergies.read();
    const labs = this.labs.read().map((lab) => (lab.value === undefined ? lab : {...lab, value: number(String(lab.value))}));
    const age = number(byId('age').value);
    const patient = {
      ...(this.base.patient ?? {}), age, age_unit: age !== undefined && byId('age-unit').value !== 'y' ? byId('age-unit').value : undefined,
      sex: text('sex'), weight_kg: number(byId('weight').value), height_cm: number(byId('height').value),
      pregnant: yesNo(byId('pregnant').value),
      gestation_weeks: byId('pregnant').value === 'yes' ? number(byId('weeks').value) : undefined,
      lactating: yesNo(byId('lactating').value), conditions: conditions.length ? conditions : undefined,
      allergies: allergies.length ? allergies : undefined, labs: labs.length ? labs : undefined,
    };
    const measured = {...(this.base.vitals ?? {})};
    for (const [name, , choices] of vitals) {
      const value = byId(`vital-${name}`).value;
      if (name === 'supplemental_o2') measured[name] = yesNo(value);
      else if (choices && name !== 'spo2_scale') measured[name] = value || undefined;
      else measured[name] = number(value);
    }
    const {medications, orders} = this.medicines.read();
    const subject = {...this.base, id: text('case-id') ?? 'page', patient, medications, orders,
                     note: text('note'), vitals: isEmpty(measured) ? undefined : measured};
    delete subject.order;
    if (isEmpty(patient)) delete subject.patient;
    if (orders.length === 0) delete subject.orders;
    return subject;
  }
}
