// The list of patients that the service keeps: open one, keep the case that is entered, notes, erase. Only where the
// service keeps a list.

import {Refused, erase, get, post, put} from './api.js';
import {byId, el} from './dom.js';
import {signedIn} from './sign_in.js';

const choice = byId('patients');
const place = (number) => `/v1/patients/${number}`;
let opened = null;  // {number, version} of the patient whose case is entered

const say = (text) => { byId('record-state').textContent = text; };

function told(error) {
  if (error instanceof SyntaxError) return say('Not done. The case is not JSON.');
  if (!(error instanceof Refused)) throw error;
  say(error.status === 401 ? 'Not done: a key is needed.' : `Not done. ${error.message}`);
}

async function list() {
  const {patients} = await get('/v1/patients');
  choice.replaceChildren(el('option', {value: '', text: 'Choose…'}),
    ...patients.map(({number, label}) => el('option', {value: String(number), text: label})));
  choice.value = opened ? String(opened.number) : '';
}

function showNotes(notes) {
  byId('record-notes').hidden = opened === null;
  byId('record-erase').hidden = opened === null;
  byId('record-save').textContent = opened === null ? 'Keep in the list' : 'Save the change';
  byId('record-note-list').replaceChildren(...notes.map(({at, by, text}) =>
    el('li', {}, el('span', {className: 'when', text: [at.replace('T', ' ').slice(0, 16), by].filter(Boolean).join(' · ')}), ' ', el('span', {text}))));
}

// The case that is entered is nobody's of the list any more.
export function close() {
  opened = null;
  byId('record-label').value = '';
  byId('record-note').value = '';
  choice.value = '';
  showNotes([]);
  say('');
}

async function open(number, take) {
  const patient = await signedIn(() => get(place(number)));
  take(patient.case);
  opened = {number: patient.number, version: patient.version};
  byId('record-label').value = patient.label;
  choice.value = String(number);
  showNotes(patient.note_texts);
  say('');
}

async function save(read) {
  const subject = {label: byId('record-label').value, case: read()};
  const kept = await signedIn(() => (opened ? put(place(opened.number), {...subject, version: opened.version}) : post('/v1/patients', subject)));
  const isNew = opened === null;
  opened = {number: kept.number, version: kept.version};
  await list();
  if (isNew) showNotes([]);
  say('Kept in the list.');
}

async function addNote() {
  await signedIn(() => post(`${place(opened.number)}/notes`, {text: byId('record-note').value}));
  byId('record-note').value = '';
  showNotes((await get(place(opened.number))).note_texts);
  say('Note added.');
}

async function remove() {
  if (!window.confirm('Erase this patient and the notes from the list? Reviews stay in the ledger.')) return;
  await signedIn(() => erase(place(opened.number)));
  close();
  await list();
  say('Erased from the list. The case is still entered here.');
}

// `take` enters a case and reviews it; `read` gives the case that is entered.
export async function wirePatients(take, read) {
  const guarded = (work) => () => work().catch(told);
  choice.addEventListener('change', guarded(async () => { if (choice.value) await open(choice.value, take); }));
  byId('record-save').addEventListener('click', guarded(() => save(read)));
  byId('record-note-add').addEventListener('click', guarded(addNote));
  byId('record-erase').addEventListener('click', guarded(remove));
  byId('record').hidden = false;
  byId('patients-choice').hidden = false;
  showNotes([]);
  // With sign-in the list is read once there is a key.
  await list().catch((error) => { if (!(error instanceof Refused)) throw error; });
  choice.addEventListener('focus', () => { if (choice.options.length === 1) list().catch(told); });
}
