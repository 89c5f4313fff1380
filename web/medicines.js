// The medicines of a case: a line each, kept as typed; under it what the service reads it as.

import {post} from './api.js';
import {combobox} from './combobox.js';
import {byId, el, freshId} from './dom.js';
import {quoted} from './words.js';

const states = [['active', 'Takes'], ['order', 'New order'], ['stopped', 'Stopped'], ['on-hold', 'On hold']];
const wait = 350;  // ms after the last key

// Suggestions are for the name: once a strength stands there, the name is chosen.
async function suggestions(text, signal) {
  if (text.length < 2 || /\d/.test(text)) return [];
  const {names} = await post('/v1/suggest', {text}, signal);
  if (names.length === 1 && names[0].name.toLowerCase() === text.toLowerCase()) return [];
  return names.map(({name, kind, ingredients, lookalikes}) => ({
    text: name,
    detail: kind === 'ingredient' ? '' : kind === 'ambiguous' ? `means ${ingredients.join(' or ')}` : ingredients.join(' + '),
    warning: lookalikes.length ? `looks like ${lookalikes.slice(0, 3).join(', ')}` : '',
  }));
}

function readingWords(found) {
  if (!found.resolved) {
    return [found.candidates.length ? 'doubt' : 'unknown', `Not known: ${quoted(found.reason)}`];
  }
  const parts = [found.ingredients.join(' + ')];
  if (found.match === 'fuzzy') parts.push(quoted(found.reason));
  const dose = found.dose ?? {};
  if (dose.daily_mg?.length) parts.push(`${dose.daily_mg.map((mg) => Number(mg.toPrecision(6))).join(' + ')} mg a day`);
  if (found.route) parts.push(found.route);
  if (dose.as_needed) parts.push('as needed');
  if (found.note) parts.push(quoted(found.note));
  return [found.match === 'fuzzy' ? 'doubt' : 'known', parts.join(' · ')];
}

export class Medicines {
  constructor(changed) {
    this.list = byId('medicines');
    this.changed = changed;
    this.rows = [];
    byId('add-medicine').addEventListener('click', () => this.add({}).input.focus());
  }

  fill(subject) {
    for (const row of this.rows) clearTimeout(row.timer);
    this.rows = [];
    this.list.replaceChildren();
    const orders = subject.orders ?? (subject.order ? [subject.order] : []);
    for (const entry of subject.medications ?? []) this.add(entry, entry.status ?? 'active');
    for (const entry of orders) this.add(entry, 'order');
    if (this.rows.length === 0) this.add({});
    this.look(this.rows.filter((row) => row.input.value.trim()));
  }

  add(entry, state = 'active', after = null) {
    const number = freshId('medicine');
    const row = {entry, timer: 0};
    row.input = el('input', {id: number, autocomplete: 'off', spellcheck: 'false', 'aria-label': 'Medicine as written',
                             'aria-describedby': `${number}-reading`, placeholder: 'e.g. Coumadin 5 mg PO daily'});
    row.input.value = entry.text ?? '';
    row.state = el('select', {'aria-label': 'Taken, ordered or stopped'}, states.map(([value, text]) => el('option', {value, text})));
    row.state.value = state;
    row.days = el('input', {className: 'days', inputmode: 'decimal', 'aria-label': 'Stopped how many days ago', autocomplete: 'off'});
    row.days.value = entry.stopped_days_ago ?? '';
    const days = el('label', {className: 'days-label'}, row.days, 'days ago');
    row.mark = el('span', {className: 'row-mark'});
    row.reading = el('p', {className: 'reading', id: `${number}-reading`});
    const options = el('ul', {className: 'options', role: 'listbox', 'aria-label': 'Suggestions'});
    const remove = el('button', {type: 'button', className: 'remove', 'aria-label': 'Remove medicine', title: 'Remove', text: '×',
                                 onclick: () => this.remove(row)});
    row.item = el('li', {className: 'medicine'}, row.mark, row.state, el('div', {className: 'box'}, row.input, options), remove, days, row.reading);
    const fit = () => { days.hidden = row.state.value !== 'stopped'; };
    fit();
    row.state.addEventListener('change', () => { fit(); this.changed(); });
    combobox(row.input, options, suggestions, () => { row.input.value += ' '; this.look([row]); });
    row.input.addEventListener('input', () => {
      row.reading.textContent = '';
      row.mark.replaceChildren();
      clearTimeout(row.timer);
      row.timer = setTimeout(() => this.look([row]), wait);
      this.changed();
    });
    row.input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (row.input.value.trim()) this.add({}, row.state.value === 'order' ? 'order' : 'active', row).input.focus();
    });
    row.input.addEventListener('paste', (event) => this.paste(event, row));
    const at = after ? this.rows.indexOf(after) + 1 : this.rows.length;
    this.rows.splice(at, 0, row);
    if (after) after.item.after(row.item); else this.list.append(row.item);
    return row;
  }

  remove(row) {
    const at = this.rows.indexOf(row);
    clearTimeout(row.timer);
    this.rows.splice(at, 1);
    row.item.remove();
    if (this.rows.length === 0) this.add({});
    this.rows[Math.min(at, this.rows.length - 1)].input.focus();
    this.changed();
  }

  paste(event, row) {
    const lines = (event.clipboardData?.getData('text') ?? '').split(/\r?\n/).map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '').trim()).filter(Boolean);
    if (lines.length < 2) return;
    event.preventDefault();
    let last = row;
    lines.forEach((line, index) => {
      if (index === 0 && !row.input.value.trim()) row.input.value = line;
      else (last = this.add({}, row.state.value, last)).input.value = line;
    });
    this.look(this.rows);
    this.changed();
  }

  // What the service reads the lines as. One call for all of them.
  async look(rows) {
    const asked = rows.filter((row) => row.input.value.trim()).map((row) => [row, row.input.value.trim()]);
    if (asked.length === 0) return;
    let found;
    try {
      found = (await post('/v1/resolve', {names: asked.map(([, text]) => text)})).names;
    } catch {
      return;  // the review says what is wrong
    }
    asked.forEach(([row, text], index) => {
      if (row.input.value.trim() === text) this.say(row, found[index]);
    });
  }

  say(row, found) {
    const [kind, words] = readingWords(found);
    row.reading.className = `reading ${kind}`;
    row.reading.replaceChildren(el('span', {text: words}));
    if (found.lookalikes?.length) {
      row.reading.append(' ', el('span', {className: 'lookalike', text: `Looks like ${found.lookalikes.slice(0, 4).join(', ')}`}));
    }
    if (found.resolved) return;
    for (const candidate of found.candidates.slice(0, 3)) {
      row.reading.append(' ', el('button', {type: 'button', className: 'candidate', text: `Use ${candidate.name}`,
        onclick: () => this.use(row, found.text, candidate.name)}));
    }
  }

  // Puts the name in place of the first word; dose and what follows stay as typed.
  use(row, text, name) {
    row.input.value = [name, ...text.split(/\s+/).slice(1)].join(' ');
    this.look([row]);
    this.changed();
    row.input.focus();
  }

  // Members that the form does not show (codes) stay with a line as long as its text does.
  read() {
    const medications = [];
    const orders = [];
    for (const row of this.rows) {
      const text = row.input.value.trim();
      row.element = null;
      if (!text) continue;
      const kept = text === row.entry.text ? {...row.entry} : {};
      delete kept.status;
      delete kept.stopped_days_ago;
      const entry = {...kept, text};
      if (row.state.value === 'order') {
        row.element = `/orders/${orders.length}`;
        orders.push(entry);
        continue;
      }
      if (row.state.value !== 'active') entry.status = row.state.value;
      if (row.state.value === 'stopped' && row.days.value.trim()) entry.stopped_days_ago = Number(row.days.value.replace(',', '.'));
      row.element = `/medications/${medications.length}`;
      medications.push(entry);
    }
    return {medications, orders};
  }

  // Marks each line with the worst that was found on it.
  mark(worst, badge) {
    for (const row of this.rows) {
      const severity = worst.get(row.element);
      row.mark.replaceChildren(...(severity ? [badge(severity)] : []));
    }
  }
}
