// Elements from data. What comes from outside is only ever set as text.

export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === 'text') element.textContent = value;
    else if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== 'string') element[key] = value;
    else element.setAttribute(key === 'className' ? 'class' : key, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return element;
}

export const byId = (id) => document.getElementById(id);

let lastId = 0;
export const freshId = (word) => `${word}-${++lastId}`;

// A list of pairs as a description list; pairs without a value are left out.
export function facts(pairs, className = 'facts') {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0));
  if (shown.length === 0) return null;
  return el('dl', {className}, shown.map(([word, value]) => [el('dt', {text: word}), el('dd', {}, value)]));
}

export function bullets(items, className = '') {
  return el('ul', {className}, items.map((item) => el('li', {}, item)));
}

export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], {type: 'text/plain;charset=utf-8'}));
  const link = el('a', {href: address, download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
