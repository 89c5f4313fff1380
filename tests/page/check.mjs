// The page in a real browser: the main tasks, by mouse and by keyboard alone, signed in and not, light and dark, wide
// and narrow, and on paper. Any error on the console fails the test it happens in.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {after, before, test} from 'node:test';
import {chromium} from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const {DEMO_URL: demo, GUARDED_URL: guarded, HOSPITAL_URL: hospital, CHROMIUM: program, REVIEWER_KEY: reviewer, READER_KEY: reader, PICTURES: pictures} = process.env;
const patience = 30_000;  // ms, for what a busy machine is slow to show
let browser;

before(async () => {
  browser = await chromium.launch({executablePath: program, args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']});
});
after(() => browser?.close());

// Runs `work` on a page of its own. `expected` takes the errors off that are part of the task.
async function onPage(address, options, work, expected = () => false) {
  const context = await browser.newContext({viewport: {width: 1360, height: 900}, ...options});
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => { if (message.type() === 'error' && !expected(message.text())) errors.push(message.text()); });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => { if (!request.url().startsWith(new URL(address).origin) && !/^(blob|data):/.test(request.url())) errors.push(`left the server: ${request.url()}`); });
  try {
    await page.goto(address);
    await work(page);
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
  }
}

async function picture(page, name, fullPage = true) {
  if (pictures) await page.screenshot({path: `${pictures}/${name}.png`, fullPage});
}

// Playwright evaluates outside the page's policy, so the policy stays as strict as it is served.
async function accessible(page) {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => globalThis.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}));
  assert.deepEqual(violations.map(({id, nodes}) => [id, nodes.slice(0, 4).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`)]), []);
}

async function example(page, start) {
  await page.locator('#example option').nth(1).waitFor({state: 'attached'});
  const value = await page.evaluate((word) => [...document.querySelectorAll('#example option')].find((option) => option.value.startsWith(word)).value, start);
  await page.locator('#example').selectOption(value);
  await page.locator('.stamp', {hasText: `EX-${start.slice(0, 2)}`}).waitFor();
}

const noSideways = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

test('a case is built with the mouse and its review shows the decision, the findings worst first and the picture', () => onPage(demo, {}, async (page) => {
  await page.getByLabel('Medicine as written').fill('Coumadin 5 mg PO daily');
  await page.getByText('warfarin · 5 mg a day').waitFor();
  await page.getByRole('button', {name: 'Add medicine'}).click();
  await page.getByLabel('Medicine as written').nth(1).fill('Aleve 220 mg 2 tabs PO BID');
  await page.getByLabel('Age', {exact: true}).fill('74');
  await page.getByLabel('Note, free text').fill('Black tarry stools for two days.');
  await page.getByRole('button', {name: /^Review/}).click();
  assert.equal(await page.locator('#decision').textContent(), 'Do not give as it stands');
  const badges = await page.locator('.card .card-head .badge').allTextContents();
  const order = ['Critical', 'Major', 'Moderate', 'Minor'];
  assert.ok(badges.length >= 2);
  assert.deepEqual(badges, [...badges].sort((one, other) => order.indexOf(one) - order.indexOf(other)));
  await page.getByText('Read in the note: “Black tarry stools”').first().waitFor();
  await page.locator('.graph-drawing .node.critical').first().waitFor();
  assert.ok((await page.locator('.graph-drawing .medicine').count()) >= 2);
  assert.match(await page.locator('.stamp').textContent(), /ledger entry \d+/);
  assert.match(await page.locator('#announce').textContent(), /^Do not give as it stands/);
  await page.locator('.medicine .mark-only[aria-label="critical hazard"]').first().waitFor();
}));

test('a case is built and reviewed with the keyboard alone', () => onPage(demo, {}, async (page) => {
  await page.locator('#example option').nth(1).waitFor({state: 'attached'});
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  for (let steps = 0; steps < 20 && !(await page.evaluate(() => document.activeElement.getAttribute('role') === 'combobox')); ++steps) await page.keyboard.press('Tab');
  await page.keyboard.type('warf');
  const box = page.getByRole('combobox', {name: 'Medicine as written'});
  await page.getByRole('option', {name: /^warfarin/}).first().waitFor();
  await page.keyboard.press('ArrowDown');
  assert.ok(await box.getAttribute('aria-activedescendant'));
  await page.keyboard.press('Enter');
  assert.equal(await box.inputValue(), 'warfarin ');
  await page.keyboard.type('5 mg daily');
  await page.keyboard.press('Enter');
  await page.keyboard.type('fluconazole 200 mg daily');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Enter');
  await page.locator('.banner').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'result');
  await page.locator('.card', {hasText: 'fluconazole and warfarin'}).waitFor();
  const outline = await page.evaluate(() => { document.querySelector('.sections a').focus(); return getComputedStyle(document.activeElement).outlineStyle; });
  assert.equal(outline, 'solid');
}));

test('suggestions come for what was typed last, also when the answers are slower than the keys', () => onPage(demo, {}, async (page) => {
  await page.route('**/v1/suggest', async (route) => { await new Promise((resolve) => setTimeout(resolve, 400)); await route.continue().catch(() => {}); });
  const box = page.getByLabel('Medicine as written').first();
  for (const word of ['warf', 'warfa', 'warfar']) {
    await box.fill('');
    await box.pressSequentially(word, {delay: 220});
    await page.getByRole('option', {name: /^warfarin/}).first().waitFor({timeout: 10_000});
  }
}));

test('a name that nobody knows and a look-alike are shown while typing, and in the review', () => onPage(demo, {}, async (page) => {
  const box = page.getByLabel('Medicine as written').first();
  await box.fill('celebrx 200 mg daily');
  await page.locator('.reading.doubt', {hasText: 'Not known'}).waitFor();
  await page.getByRole('button', {name: 'Use Celebrex'}).click();
  assert.equal(await box.inputValue(), 'Celebrex 200 mg daily');
  await page.locator('.lookalike', {hasText: 'cerebyx'}).waitFor();
  await box.fill('Zorbaxidol 10 mg daily');
  await page.locator('.reading.unknown').waitFor();
  await page.keyboard.press('Control+Enter');
  await page.locator('#unknown', {hasText: 'Zorbaxidol 10 mg daily'}).waitFor();
  await page.locator('.banner', {hasText: 'review incomplete'}).waitFor();
}));

test('what the form does not know stays unknown, and words of a case are never markup', () => onPage(demo, {}, async (page) => {
  await page.getByRole('button', {name: 'JSON or FHIR'}).click();
  const subject = {id: '<b>C</b>', patient: {conditions: ['<img src=x onerror=alert(1)>']}, medications: [{text: '<script>alert(1)</script> 5 mg'}, {text: 'Lasix 40 mg', code: '4603', system: 'rxnorm'}]};
  await page.locator('#case-text').fill(JSON.stringify(subject));
  await page.keyboard.press('Control+Enter');
  await page.locator('.banner').waitFor();
  assert.equal(await page.locator('#review-body img, #review-body script, #review-body b').count(), 0);
  await page.locator('#not-checked').waitFor();
  await page.getByRole('button', {name: 'Form', exact: true}).click();
  await page.getByRole('button', {name: 'JSON or FHIR'}).click();
  const back = JSON.parse(await page.locator('#case-text').inputValue());
  assert.deepEqual(back.medications, subject.medications);
  assert.deepEqual(back.patient, subject.patient);
  assert.equal('vitals' in back, false);
}));

test('a FHIR Bundle is pasted, and after the review the form shows what was read', () => onPage(demo, {}, async (page) => {
  await page.getByRole('button', {name: 'JSON or FHIR'}).click();
  const patient = {resourceType: 'Patient', id: 'p1', gender: 'female', birthDate: '1950-01-01'};
  const taken = (id, text) => ({resource: {resourceType: 'MedicationRequest', id, status: 'active', intent: 'order', subject: {reference: 'Patient/p1'}, medicationCodeableConcept: {text}}});
  await page.locator('#case-text').fill(JSON.stringify({resourceType: 'Bundle', type: 'collection', entry: [{resource: patient}, taken('m1', 'simvastatin 40 mg'), taken('m2', 'clarithromycin 500 mg')]}));
  await page.keyboard.press('Control+Enter');
  await page.locator('.card.critical').first().waitFor();
  const written = await page.getByLabel('Medicine as written').evaluateAll((boxes) => boxes.map((box) => box.value));
  assert.ok(written.some((text) => text.includes('simvastatin')) && written.some((text) => text.includes('clarithromycin')));
  assert.equal(await page.locator('#sex').inputValue(), 'F');
}));

test('a mistake in the input is named and no old review passes for a new one', () => onPage(demo, {}, async (page) => {
  await example(page, '01-');
  await page.getByLabel('Age', {exact: true}).fill('old');
  assert.ok(await page.evaluate(() => document.body.classList.contains('stale')));
  await page.keyboard.press('Control+Enter');
  await page.locator('#problem', {hasText: '/patient/age'}).waitFor();
  assert.ok(await page.getByText('The case was changed since this review').isVisible());
  await accessible(page);
  assert.ok(await page.evaluate(() => document.body.classList.contains('stale')));
}, (text) => text.includes('400')));

test('what a rule of the hospital that has ended would have said is shown', () => onPage(hospital, {}, async (page) => {
  await page.getByLabel('Medicine as written').fill('loratadine 10 mg daily');
  await page.getByRole('button', {name: 'Add medicine'}).click();
  await page.getByLabel('Medicine as written').nth(1).fill('cetirizine 10 mg daily');
  await page.getByRole('button', {name: /^Review/}).click();
  const ended = page.locator('#expired');
  await ended.getByText('MERCY: MERCY-LORATADINE-CETIRIZINE').waitFor();
  assert.match(await ended.textContent(), /ended on 2020-06-30 \(Pharmacy\); it would have spoken of cetirizine, loratadine, moderate/);
  await accessible(page);
}));

test('triage shows NEWS2 by parameter, and the plan what changes', () => onPage(demo, {}, async (page) => {
  await example(page, '36-');
  const row = page.locator('.news tbody tr', {hasText: 'Consciousness'});
  assert.match(await row.textContent(), /new confusion.*3/);
  assert.match(await page.locator('.news caption').textContent(), /NEWS2 5/);
  await example(page, '03-');
  await page.locator('.plan .change.switch', {hasText: 'Switch'}).first().waitFor();
  assert.ok((await page.locator('.plan thead th').count()) >= 2);
}));

test('the text for the patient can be chosen and downloaded', () => onPage(demo, {}, async (page) => {
  await example(page, '30-');
  await page.getByRole('tab', {name: 'For the clinician'}).focus();
  await page.keyboard.press('ArrowRight');
  const panel = page.locator('#panel-patient');
  assert.ok(await panel.isVisible());
  const [file] = await Promise.all([page.waitForEvent('download'), panel.getByRole('button', {name: 'Download as text'}).click()]);
  assert.equal(file.suggestedFilename(), 'EX-30-patient.txt');
  assert.match(readFileSync(await file.path(), 'utf8'), /Get help now/);
}));

test('an override needs a reason, is recorded, and leaves the finding where it is', () => onPage(demo, {}, async (page) => {
  await example(page, '01-');
  const finding = page.locator('ol.cards > li').first();
  const box = finding.locator('details.override-box');
  await box.locator('summary').click();
  await box.getByRole('button', {name: 'Record override'}).click();
  await box.getByLabel('Reason').selectOption('will-monitor');
  await box.getByLabel('Comment').fill('INR on day 3');
  await box.getByRole('button', {name: 'Record override'}).click();
  await box.getByText('Recorded').waitFor({timeout: patience});
  assert.ok(await finding.isVisible());
  await page.getByRole('button', {name: /^Review/}).click();
  await page.getByText(/overridden on .*will-monitor/).first().waitFor({state: 'attached', timeout: patience});
}));

test('a patient of the list is opened, changed, noted on and erased', () => onPage(demo, {}, async (page) => {
  await page.locator('#patients option', {hasText: 'Bed 7'}).waitFor({state: 'attached'});
  await page.locator('#patients').selectOption({label: 'Bed 7: warfarin, black stools'});
  await page.locator('.stamp', {hasText: 'EX-30'}).waitFor();
  await page.locator('#record-note-list', {hasText: 'INR asked for.'}).waitFor();
  await page.getByRole('button', {name: 'New case'}).click();
  assert.equal(await page.locator('#record-notes').isVisible(), false);

  await page.getByLabel('Medicine as written').fill('methotrexate 15 mg weekly');
  await page.getByLabel('Case number').fill('P-9');
  await page.getByRole('button', {name: 'Keep in the list'}).click();
  await page.locator('#record-state', {hasText: '/label'}).waitFor();
  await page.getByLabel('Name in the list').fill('Bed 12: <b>new</b>');
  await page.getByRole('button', {name: 'Keep in the list'}).click();
  await page.locator('#record-state', {hasText: 'Kept in the list'}).waitFor();
  await page.getByLabel('Note on this patient').fill('Folic acid?');
  await page.getByRole('button', {name: 'Add note'}).click();
  await page.locator('#record-note-list li', {hasText: 'Folic acid?'}).waitFor();
  await accessible(page);

  // Another window saves first: this one is told, and what the other saved is not lost.
  await page.evaluate(async () => {
    const patient = (await (await fetch('/v1/patients')).json()).patients.find(({label}) => label.startsWith('Bed 12'));
    const {case: subject} = await (await fetch(`/v1/patients/${patient.number}`)).json();
    await fetch(`/v1/patients/${patient.number}`, {method: 'PUT', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({label: 'Bed 13', case: subject, version: patient.version})});
  });
  await page.getByRole('button', {name: 'Save the change'}).click();
  await page.locator('#record-state', {hasText: 'changed since it was opened'}).waitFor();
  await page.reload();
  await page.locator('#patients option', {hasText: 'Bed 13'}).waitFor({state: 'attached'});
  await page.locator('#patients').selectOption({label: 'Bed 13'});
  await page.locator('#record-note-list li', {hasText: 'Folic acid?'}).waitFor();
  assert.equal(await page.getByLabel('Medicine as written').first().inputValue(), 'methotrexate 15 mg weekly');
  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', {name: 'Erase from the list'}).click();
  await page.locator('#record-state', {hasText: 'Erased'}).waitFor();
  assert.equal(await page.locator('#patients option', {hasText: 'Bed 13'}).count(), 0);
}, (text) => /40[09]/.test(text)));

test('the history shows what the ledger holds, and verifies it', () => onPage(demo, {}, async (page) => {
  await example(page, '01-');
  await page.getByRole('button', {name: 'History'}).click();
  await page.locator('#history-rows tr', {hasText: 'Review'}).first().waitFor();
  await page.locator('#history-state', {hasText: 'in the ledger'}).waitFor();
  await accessible(page);
  await page.getByRole('button', {name: 'Verify the ledger'}).click();
  await page.locator('#history-state', {hasText: 'whole and unchanged'}).waitFor();
  await picture(page, 'history', false);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#history').isVisible(), false);
}));

test('the audit of all reviews shows gates, and the whole report can be saved', () => onPage(demo, {}, async (page) => {
  await example(page, '01-');
  await page.getByRole('button', {name: 'Audit', exact: true}).click();
  await page.locator('#dashboard-state', {hasText: /\d+ reviews? in the ledger/}).waitFor();
  const gates = page.locator('#dashboard-body tbody tr');
  assert.equal(await gates.count(), 3);
  assert.match(await gates.first().textContent(), /missed.*Too few cases.*to 100 %1\.0 %/);
  await accessible(page);
  await picture(page, 'dashboard', false);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Save the whole report'}).click()]);
  assert.match(readFileSync(await file.path(), 'utf8'), /<!doctype html>[^]*Gates/i);
}));

test('a question about the case is answered', () => onPage(demo, {}, async (page) => {
  await example(page, '01-');
  await page.getByLabel('Question about this case').fill('Is there an alternative to fluconazole?');
  await page.getByRole('button', {name: 'Ask', exact: true}).click();
  await page.locator('.answer li', {hasText: 'Least change'}).waitFor();
}));

test('a link to a review shows it with its case; one that is gone says so', async () => {
  let link = '';
  await onPage(demo, {}, async (page) => { await example(page, '01-'); link = page.url(); });
  assert.match(link, /\?review=/);
  await onPage(link, {}, async (page) => {
    await page.locator('.banner').waitFor();
    assert.equal(await page.getByLabel('Medicine as written').first().inputValue(), 'Coumadin 5 mg PO daily');
  });
  await onPage(`${demo}?review=nothing`, {}, (page) => page.getByText('This review cannot be shown').waitFor(), (text) => text.includes('404'));
});

test('a service with keys asks for one, says when it is wrong or may not, and keeps it in the tab', () => onPage(guarded, {}, async (page) => {
  await page.getByLabel('Key').fill('wrong');
  await page.keyboard.press('Enter');
  const medicine = page.getByLabel('Medicine as written').first();
  await medicine.fill('warfarin 5 mg');
  await page.keyboard.press('Control+Enter');
  await page.getByText('The service does not know this key').waitFor();
  await page.getByLabel('Key').fill(reader);
  await page.getByRole('button', {name: 'Use this key'}).click();
  await page.locator('#problem', {hasText: 'role reviewer'}).waitFor();
  await page.getByRole('button', {name: 'Sign out'}).click();
  await page.getByRole('button', {name: 'Sign in'}).click();
  await page.getByLabel('Key').fill(reviewer);
  await page.keyboard.press('Enter');
  await page.getByRole('button', {name: 'Sign out'}).waitFor();  // only then do keys mean the page again
  await page.getByRole('button', {name: /^Review/}).click();
  await page.locator('.banner').waitFor();
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.deepEqual(await page.context().cookies(), []);
}, (text) => /40[13]/.test(text)));

for (const colorScheme of ['light', 'dark']) {
  test(`the page is accessible in ${colorScheme}, empty and with a long review`, () => onPage(demo, {colorScheme}, async (page) => {
    await accessible(page);
    await picture(page, `empty-${colorScheme}`);
    for (const start of colorScheme === 'light' ? ['35-', '10-'] : ['36-']) {
      await example(page, start);
      if (start !== '10-') await page.locator('.graph-drawing').waitFor();
      await page.evaluate(() => { for (const part of document.querySelectorAll('details')) part.open = true; });
      await accessible(page);
      await page.evaluate(() => { for (const part of document.querySelectorAll('details')) part.open = false; });
      await picture(page, `case-${start}${colorScheme}`);
    }
  }));
}

test('on a phone of 360 pixels nothing runs out of the screen', () => onPage(demo, {viewport: {width: 360, height: 740}, colorScheme: 'light'}, async (page) => {
  assert.ok(await noSideways(page));
  await picture(page, 'phone-empty');
  await example(page, '36-');
  assert.ok(await noSideways(page));
  await accessible(page);
  await picture(page, 'phone-review');
}));

test('on paper the review stands alone, with nothing folded away', () => onPage(demo, {}, async (page) => {
  await example(page, '36-');
  await page.locator('.graph-drawing').waitFor();  // it brings its words, folded away, with it
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({media: 'print'});
  assert.equal(await page.locator('#case').isVisible(), false);
  assert.ok(await page.locator('#panel-patient').isVisible());
  assert.equal(await page.locator('main details:not([open]):visible').count(), 0);
  await picture(page, 'print');
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  assert.ok((await page.locator('main details:not([open])').count()) > 0);
}));
