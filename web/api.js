// Calls to the service that served this page. A key is kept in this tab only.

const place = 'guardian.key';

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const key = {
  get: () => sessionStorage.getItem(place) ?? '',
  set: (text) => (text ? sessionStorage.setItem(place, text) : sessionStorage.removeItem(place)),
};

function headers(more) {
  return key.get() ? {...more, Authorization: `Bearer ${key.get()}`} : more;
}

// What an OperationOutcome says, in one text.
async function reason(reply) {
  try {
    const outcome = await reply.json();
    const said = (outcome.issue ?? []).map((issue) => issue.diagnostics ?? issue.details?.text).filter(Boolean);
    if (said.length > 0) return said.join('\n');
  } catch {
    // No JSON: the status has to do.
  }
  return `The service answered with status ${reply.status}.`;
}

async function call(path, options, signal) {
  let reply;
  try {
    reply = await fetch(path, {...options, headers: headers(options.headers ?? {}), signal, credentials: 'omit'});
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refused(0, 'The service cannot be reached. Nothing was reviewed.');
  }
  if (!reply.ok) throw new Refused(reply.status, await reason(reply));
  return reply;
}

const posted = (body) => ({method: 'POST', headers: {'Content-Type': 'application/json'}, body});

export async function get(path, signal) {
  return (await call(path, {}, signal)).json();
}

export async function post(path, value, signal) {
  return (await call(path, posted(JSON.stringify(value)), signal)).json();
}

export async function text(path) {
  return (await call(path, {})).text();
}

export async function put(path, value) {
  return (await call(path, {...posted(JSON.stringify(value)), method: 'PUT'})).json();
}

export async function erase(path) {
  await call(path, {method: 'DELETE'});
}

// Not ready is an answer too.
export async function readiness() {
  return (await fetch('/readyz', {credentials: 'omit'})).json();
}

// `text` is a case of any format that the service reads. Gives the review and the number it is kept under.
export async function review(text) {
  const reply = await call('/v1/review', posted(text));
  return {review: await reply.json(), id: (reply.headers.get('Location') ?? '').split('/').pop()};
}

// A review that was made here. `by` says who wrote its explanation; "pending": a model is writing, ask again.
export async function keptReview(id) {
  const reply = await call(`/v1/reviews/${encodeURIComponent(id)}`, {});
  return {review: await reply.json(), by: reply.headers.get('Guardian-Explanation') ?? ''};
}

export async function picture(id) {
  const reply = await call(`/v1/reviews/${encodeURIComponent(id)}/picture`, {});
  return {svg: await reply.text(), drawn: Number(reply.headers.get('Guardian-Findings-Drawn'))};
}

// The answers come as server-sent events in the body of a POST, which EventSource cannot send.
export async function ask(subject, question) {
  const reply = await call('/v1/ask', posted(JSON.stringify({case: subject, question})));
  const answers = [];
  for (const event of (await reply.text()).split('\n\n')) {
    const name = /^event: (.*)$/m.exec(event)?.[1];
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (name === 'answer' && data) answers.push(...JSON.parse(data).answers);
  }
  return answers;
}
