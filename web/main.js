// The page: case at the left, review at the right. State is the form itself and the review that is shown.

import {Refused, get, keptReview, readiness, review as requestReview} from './api.js';
import {mark} from './badge.js';
import {CaseForm} from './case_form.js';
import {byId, el} from './dom.js';
import {close as closePatient, wirePatients} from './patients.js';
import {explanationSection} from './explanation.js';
import {showReview, summaryWords} from './review.js';
import {wireDashboard} from './dashboard.js';
import {wireHistory} from './history.js';
import {askForKey, showKey, signedIn, wireSignIn} from './sign_in.js';
import {count, severities, weight} from './words.js';

const body = byId('review-body');
let overrides = false;
let asText = false;
let working = false;
let shown = '';  // id of the review that is shown

const form = new CaseForm(() => document.body.classList.toggle('stale', body.dataset.shown === 'yes'));

function say(text) { byId('announce').textContent = text; }
function problem(text) { byId('problem').textContent = text; }

// A case of our own format; what else the service reads is shown as text.
const isOwn = (value) => value && typeof value === 'object' && !value.resourceType && !value.patient_id && (Array.isArray(value.medications) || value.orders || value.order);

function enter(text) {
  asText = text;
  byId('form-view').hidden = text;
  byId('text-view').hidden = !text;
  byId('as-form').setAttribute('aria-pressed', String(!text));
  byId('as-text').setAttribute('aria-pressed', String(text));
}

function toText() {
  if (asText) return;
  byId('case-text').value = JSON.stringify(form.read(), null, 2);
  enter(true);
}

function toForm() {
  if (!asText) return;
  problem('');
  const text = byId('case-text').value.trim();
  try {
    const value = text ? JSON.parse(text) : {};
    if (text && !isOwn(value)) return problem('This is not a case of this format. Review it first: the form then shows what was read.');
    form.fill(value);
    enter(false);
  } catch (error) {
    problem(`This is not JSON: ${error.message}`);
  }
}

function load(subject) {
  problem('');
  form.fill(subject);
  enter(false);
}

function worstByElement(review) {
  const worst = new Map();
  for (const finding of review.findings) {
    for (const element of finding.elements) {
      const known = worst.get(element);
      if (!known || severities.indexOf(weight(finding)) < severities.indexOf(known)) worst.set(element, weight(finding));
    }
  }
  return worst;
}

function show(review, id, subject) {
  shown = id;
  showReview(body, review, {id, subject, overrides});
  body.dataset.shown = 'yes';
  document.body.classList.remove('stale');
  document.body.classList.add('reviewed');
  form.medicines.mark(worstByElement(review), mark);
  say(summaryWords(review));
  document.title = `${summaryWords(review)} – Patient Safety Guardian`;
}

function failed(error) {
  const words = error instanceof Refused ? error.message : 'The page failed; this is a defect of it.';
  problem(error.status === 401 ? 'Not reviewed: a key is needed.' : `Not reviewed. ${words}`);
  if (!(error instanceof Refused)) throw error;
}

async function review() {
  if (working) return;
  problem('');
  let text = byId('case-text').value;
  if (!asText) {
    const subject = form.read();
    if (subject.medications.length === 0 && !subject.orders) {
      problem('Enter at least one medicine.');
      form.medicines.rows[0].input.focus();
      return;
    }
    text = JSON.stringify(subject);
  }
  working = true;
  byId('result').setAttribute('aria-busy', 'true');
  byId('review').setAttribute('aria-disabled', 'true');
  try {
    const answer = await signedIn(() => requestReview(text));
    const subject = await get(`/v1/reviews/${encodeURIComponent(answer.id)}/case`);
    if (asText && !isOwn(JSON.parse(text))) load(subject);
    form.read();
    show(answer.review, answer.id, subject);
    history.replaceState(null, '', `/?review=${encodeURIComponent(answer.id)}`);
    byId('result').focus({preventScroll: window.innerWidth > 900});
    if (window.innerWidth <= 900) byId('result').scrollIntoView();
  } catch (error) {
    failed(error);
  } finally {
    working = false;
    byId('result').removeAttribute('aria-busy');
    byId('review').removeAttribute('aria-disabled');
  }
}

const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

// A model writes behind the review of a card: its words take their place when they are there, and nothing else changes.
async function awaitWords(id) {
  for (let tries = 0; tries < 30; tries += 1) {
    await wait(2000);
    const section = document.getElementById('explanation');
    if (shown !== id || !section) return;
    if (section.contains(document.activeElement)) continue;
    const {review, by} = await keptReview(id).catch(() => ({by: ''}));
    if (by === 'pending') continue;
    if (by !== 'model' || shown !== id) return;
    section.replaceWith(explanationSection(review));
    say('The explanation was written anew by a model.');
    return;
  }
}

async function open(id) {
  try {
    const path = `/v1/reviews/${encodeURIComponent(id)}`;
    const {review: kept, by} = await signedIn(() => keptReview(id));
    const subject = await get(`${path}/case`);
    load(subject);
    form.read();
    show(kept, id, subject);
    if (by === 'pending') awaitWords(id);
  } catch (error) {
    body.replaceChildren(el('section', {className: 'empty'}, el('h2', {text: 'This review cannot be shown'}), el('p', {text: error.message})));
    say(error.message);
    if (!(error instanceof Refused)) throw error;
  }
}

// A case from elsewhere: of this format into the form, any other as text.
function take(subject) {
  if (isOwn(subject)) load(subject);
  else { byId('case-text').value = JSON.stringify(subject, null, 2); enter(true); }
}

function newCase() {
  closePatient();
  load({});
  byId('case-text').value = '';
  body.replaceChildren(el('section', {className: 'empty'}, el('h2', {text: 'No review yet'}), el('p', {text: 'Enter the medicines, and what is known of the patient.'})));
  delete body.dataset.shown;
  shown = '';
  document.body.classList.remove('stale', 'reviewed');
  document.title = 'Patient Safety Guardian';
  history.replaceState(null, '', '/');
  form.medicines.rows[0].input.focus();
}

const exampleWords = (name) => name.replace(/^(\d+)-/, '$1  ').replaceAll('-', ' ');

async function offerExamples() {
  const {examples} = await get('/v1/examples');
  const choice = byId('example');
  choice.append(...examples.map(({name}) => el('option', {value: name, text: exampleWords(name)})));
  choice.closest('label').hidden = false;
  choice.addEventListener('change', () => {
    const chosen = examples.find(({name}) => name === choice.value);
    if (!chosen) return;
    closePatient();
    take(chosen.case);
    review();
  });
}

function showService(state) {
  const {version, released, age_days: age, warning, refused} = state.knowledge;
  byId('service').textContent = `Knowledge base ${version}, ${released}${state.ledger.used ? ' · ledger on' : ' · no ledger'}${state.model.text === 'released-uncertified' ? ' · a model’s text is shown without a certificate' : ''}${state.demo ? ' · demonstration, example data only' : ''}`;
  const old = refused || (warning ? `The knowledge base is ${count(Math.floor(age), 'day')} old: ${warning}.` : '');
  const unwritable = state.ledger.used && !state.ledger.writable ? 'The ledger cannot be written: reviews are not recorded.' : '';
  byId('knowledge-age').textContent = [old, unwritable].filter(Boolean).join(' ');
  byId('knowledge-age').hidden = !old && !unwritable;
}

async function start() {
  form.fill({});
  wireSignIn();
  byId('case').addEventListener('submit', (event) => { event.preventDefault(); review(); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !byId('key-dialog').open) { event.preventDefault(); review(); }
  });
  byId('as-form').addEventListener('click', toForm);
  byId('as-text').addEventListener('click', toText);
  byId('new-case').addEventListener('click', newCase);
  const closed = [];
  window.addEventListener('beforeprint', () => { for (const part of document.querySelectorAll('main details:not([open]):not(.override-box)')) { part.open = true; closed.push(part); } });
  window.addEventListener('afterprint', () => { for (const part of closed.splice(0)) part.open = false; });

  const wanted = new URLSearchParams(location.search).get('review');
  try {
    const state = await readiness();
    showService(state);
    byId('key-button').hidden = !state.api_keys;
    showKey();
    const described = await get('/v1/openapi.json');
    overrides = Boolean(described.paths?.['/v1/overrides']);
    if (state.demo) await offerExamples();
    if (state.ledger.used) { wireHistory(); wireDashboard(); }
    if (state.patients) await wirePatients((subject) => { take(subject); review(); }, () => (asText ? JSON.parse(byId('case-text').value) : form.read()));
    if (state.api_keys && !sessionStorage.getItem('guardian.key')) await askForKey();
  } catch {
    problem('The service cannot be reached.');
  }
  if (wanted) await open(wanted);
}

start();
