// Holds sbom.json to the JSON schema of CycloneDX 1.5.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';

import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import addMoreFormats from 'ajv-formats-draft2019';

const schemas = 'node_modules/@cyclonedx/cyclonedx-library/res/schema/';
const read = (name) => JSON.parse(fs.readFileSync(name, 'utf8'));
const bill = read('sbom.json');

function validator() {
  const ajv = new Ajv({strict: false, allErrors: true});
  addFormats(ajv);
  addMoreFormats(ajv, ['idn-email', 'iri-reference']);
  for (const name of ['spdx', 'jsf-0.82']) ajv.addSchema(read(`${schemas}${name}.SNAPSHOT.schema.json`), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(read(`${schemas}bom-1.5.SNAPSHOT.schema.json`));
}

test('the bill of materials is valid by the schema of CycloneDX 1.5', () => {
  const valid = validator();
  assert.ok(valid(bill), JSON.stringify(valid.errors, null, 1));
});

test('the schema refuses a bill without its format, with a wrong licence, or with a component without a name', () => {
  const valid = validator();
  const spoilt = [
    (copy) => delete copy.bomFormat,
    (copy) => { copy.components[0].licenses = [{license: {id: 'No-Such-Licence'}}]; },
    (copy) => delete copy.components[0].name,
    (copy) => { copy.serialNumber = '17'; },
  ];
  for (const spoil of spoilt) {
    const copy = structuredClone(bill);
    spoil(copy);
    assert.equal(valid(copy), false, spoil.toString());
  }
});

test('the bill names what the program loads, what it is built with, and the packages of the tests', () => {
  const names = new Set(bill.components.map((component) => component.name));
  for (const name of ['libsqlite3-0', 'libssl3', 'libsqlite3-dev', 'g++', 'playwright-core']) assert.ok(names.has(name), name);
  const references = bill.components.map((component) => component['bom-ref']);
  assert.equal(new Set(references).size, references.length);
  for (const needed of bill.dependencies[0].dependsOn) assert.ok(references.includes(needed), needed);
});
