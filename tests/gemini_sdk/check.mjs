// Uses Google's own SDK, as its documentation shows it, against the server at FAKE_GEMINI_URL.

import assert from 'node:assert/strict';
import test from 'node:test';

import { ApiError, FunctionCallingConfigMode, GoogleGenAI, Type } from '@google/genai';

const baseUrl = process.env.FAKE_GEMINI_URL;
const model = 'gemini-3.8-flash';

function client(httpOptions = {}) {
  return new GoogleGenAI({ apiKey: 'test-key', httpOptions: { baseUrl, timeout: 10_000, ...httpOptions } });
}

const lookUp = {
  name: 'look_up',
  description: 'Looks a medicine up',
  parametersJsonSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
};

test('models are listed, over pages, and fetched', async () => {
  const names = [];
  for await (const one of await client().models.list({ config: { pageSize: 5 } })) names.push(one.name);
  assert.ok(names.length > 5);
  assert.ok(names.includes(`models/${model}`));
  assert.equal((await client().models.get({ model })).name, `models/${model}`);
});

for (const apiVersion of ['v1', 'v1beta']) {
  test(`text is generated (${apiVersion})`, async () => {
    const reply = await client({ apiVersion }).models.generateContent({
      model,
      contents: 'Which is the answer?',
      config: { systemInstruction: 'Be brief.', temperature: 0, candidateCount: 2 },
    });
    assert.ok(reply.text.length > 0);
    assert.equal(reply.candidates.length, 2);
    assert.equal(reply.candidates[0].finishReason, 'STOP');
    assert.equal(reply.modelVersion, model);
    assert.ok(reply.usageMetadata.totalTokenCount > reply.usageMetadata.promptTokenCount);
  });
}

test('JSON of a schema of either kind', async () => {
  const kinds = [
    { responseSchema: { type: Type.OBJECT, properties: { level: { type: Type.STRING, enum: ['urgent', 'routine'] } } } },
    { responseJsonSchema: { type: 'object', properties: { level: { enum: ['urgent', 'routine'] } } } },
  ];
  for (const kind of kinds) {
    const reply = await client().models.generateContent({
      model,
      contents: 'How urgent?',
      config: { responseMimeType: 'application/json', ...kind },
    });
    assert.deepEqual(JSON.parse(reply.text), { level: 'urgent' });
  }
});

test('thoughts are told from the answer', async () => {
  const config = { thinkingConfig: { includeThoughts: true } };
  const reply = await client().models.generateContent({ model, contents: 'Think.', config });
  assert.equal(reply.candidates[0].content.parts[0].thought, true);
  assert.ok(!reply.text.includes(reply.candidates[0].content.parts[0].text));
  assert.ok(reply.usageMetadata.thoughtsTokenCount > 0);
});

test('a function is called and its result answered', async () => {
  const config = { tools: [{ functionDeclarations: [lookUp] }] };
  const contents = [{ role: 'user', parts: [{ text: 'Look warfarin up.' }] }];
  const first = await client().models.generateContent({ model, contents, config });
  const [call] = first.functionCalls;
  assert.equal(call.name, 'look_up');
  assert.equal(typeof call.args.name, 'string');
  const response = { id: call.id, name: call.name, response: { output: 'an anticoagulant' } };
  const answered = [...contents, first.candidates[0].content, { role: 'user', parts: [{ functionResponse: response }] }];
  const second = await client().models.generateContent({ model, contents: answered, config });
  assert.equal(second.functionCalls, undefined);
  assert.ok(second.text.length > 0);

  // Without its signature the call is refused.
  const stripped = structuredClone(answered);
  delete stripped[1].parts[0].thoughtSignature;
  await assert.rejects(client().models.generateContent({ model, contents: stripped, config }), /thought_signature/);
});

test('a function must be called in mode ANY', async () => {
  const other = { ...lookUp, name: 'check_pair' };
  const reply = await client().models.generateContent({
    model,
    contents: 'Check.',
    config: {
      tools: [{ functionDeclarations: [lookUp, other] }],
      toolConfig: {
        functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['check_pair'] },
      },
    },
  });
  assert.equal(reply.functionCalls[0].name, 'check_pair');
});

test('a chat keeps its history, signatures and all', async () => {
  const chat = client().chats.create({ model, config: { tools: [{ functionDeclarations: [lookUp] }] } });
  const first = await chat.sendMessage({ message: 'Look warfarin up.' });
  const [call] = first.functionCalls;
  const part = { functionResponse: { id: call.id, name: call.name, response: { output: 'an anticoagulant' } } };
  assert.ok((await chat.sendMessage({ message: [part] })).text.length > 0);
  assert.equal((await chat.sendMessage({ message: 'And aspirin?' })).functionCalls.length, 1);
});

test('a stream says what the whole says', async () => {
  const asked = { model, contents: 'Which is the answer?' };
  const whole = await client().models.generateContent(asked);
  const texts = [];
  let last;
  for await (const piece of await client().models.generateContentStream(asked)) {
    texts.push(piece.text ?? '');
    last = piece;
  }
  assert.ok(texts.length > 2);
  assert.equal(texts.join(''), whole.text);
  assert.equal(last.candidates[0].finishReason, 'STOP');
});

test('tokens are counted', async () => {
  const few = await client().models.countTokens({ model, contents: 'few' });
  const many = await client().models.countTokens({ model, contents: 'many '.repeat(500) });
  assert.ok(few.totalTokens > 0);
  assert.ok(many.totalTokens > few.totalTokens + 500);
});

test('errors carry their status', async () => {
  const asking = (name, headers) =>
    client({ headers }).models.generateContent({ model: name, contents: 'x' });
  const of = (status, words) => (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, status);
    assert.match(error.message, words);
    return true;
  };
  await assert.rejects(asking('gemini-none', {}), of(404, /NOT_FOUND/));
  await assert.rejects(asking(model, { 'x-fake-scenario': '429' }), of(429, /retryDelay/));
  await assert.rejects(asking(model, { 'x-fake-scenario': '503' }), of(503, /UNAVAILABLE/));
  await assert.rejects(
    client().models.generateContent({ model, contents: 'x', config: { temperature: 9 } }), of(400, /INVALID_ARGUMENT/));
});

test('the SDK tries again when told to', async () => {
  const options = { headers: { 'x-fake-scenario': 'flaky:1' }, retryOptions: { attempts: 3 } };
  assert.ok((await client(options).models.generateContent({ model, contents: 'x' })).text.length > 0);
});

test('blocked and cut answers are told from good ones', async () => {
  const asking = (scenario) =>
    client({ headers: { 'x-fake-scenario': scenario } }).models.generateContent({ model, contents: 'x' });
  assert.equal((await asking('blocked-prompt')).promptFeedback.blockReason, 'SAFETY');
  assert.equal((await asking('safety')).candidates[0].finishReason, 'SAFETY');
  assert.equal((await asking('max_tokens')).candidates[0].finishReason, 'MAX_TOKENS');
});
