// The picture of the findings. Of the SVG only shapes and words are taken over, so that it follows the page's colours
// and nothing in it can run.

import {picture} from './api.js';
import {el} from './dom.js';
import {sentence, weight} from './words.js';

const space = 'http://www.w3.org/2000/svg';
const shapes = new Set(['g', 'path', 'polygon', 'polyline', 'ellipse', 'text']);
const attributes = new Set(['class', 'd', 'points', 'cx', 'cy', 'rx', 'ry', 'x', 'y', 'transform', 'text-anchor', 'font-size', 'stroke-width', 'stroke-dasharray']);

function copied(node) {
  const out = document.createElementNS(space, node.localName);
  for (const {name, value} of node.attributes) if (attributes.has(name)) out.setAttribute(name, value);
  if (node.localName === 'text') out.textContent = node.textContent;
  else out.append(...[...node.children].filter((child) => shapes.has(child.localName)).map(copied));
  return out;
}

function drawing(text) {
  const source = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  const out = document.createElementNS(space, 'svg');
  const box = source.getAttribute('viewBox');
  const [, , width, height] = box.split(' ').map(Number);
  out.setAttribute('viewBox', box);
  out.setAttribute('width', String(width * 1.2));
  out.setAttribute('height', String(height * 1.2));
  out.setAttribute('class', 'graph-drawing');
  out.append(...[...source.children].filter((child) => shapes.has(child.localName)).map(copied));
  for (const node of out.querySelectorAll('[class*="finding-"]')) {
    const id = /finding-(\S+)/.exec(node.getAttribute('class'))[1];
    node.addEventListener('click', () => {
      const card = document.getElementById(`finding-${id}`);
      card?.scrollIntoView({block: 'center'});
      card?.focus({preventScroll: true});
    });
  }
  return out;
}

function inWords(review, drawn) {
  return review.findings.slice(0, drawn).map((finding) => `${sentence(weight(finding))}: ${finding.subjects.join(' with ')}`);
}

export function pictureSection(review, id) {
  if (!id || review.findings.every((finding) => finding.type === 'unresolved')) return null;
  const frame = el('div', {className: 'graph', role: 'img', 'aria-label': 'Medicines, what joins them, and the hazards'}, el('p', {className: 'faint', text: 'Drawing…'}));
  const section = el('section', {id: 'picture', 'aria-labelledby': 'picture-title'}, el('h2', {id: 'picture-title', text: 'Interaction picture'}),
    el('div', {className: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Picture, can be scrolled'}, frame),
    el('p', {className: 'faint legend', text: 'Medicines have a thick outline. Critical: octagon and thick line; major: hexagon; moderate: box with a dashed line; minor: ellipse with a dotted line. The numbers are those of the findings.'}));
  picture(id).then(({svg, drawn}) => {
    frame.replaceChildren(drawing(svg));
    const rest = review.findings.length - drawn;
    if (rest > 0) section.append(el('p', {className: 'strong', text: `The worst ${drawn} of ${review.findings.length} findings are drawn.`}));
    section.append(el('details', {}, el('summary', {text: 'The picture in words'}), el('ul', {}, inWords(review, drawn).map((text) => el('li', {text})))));
  }, (error) => frame.replaceChildren(el('p', {className: 'faint', text: `No picture: ${error.message}`})));
  return section;
}
