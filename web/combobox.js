// A text box with suggestions, as the ARIA Authoring Practices describe the editable combobox with a list: the focus
// stays in the box, arrows move along the list, Enter takes, Escape closes. What is typed is never changed unasked.

import {el, freshId} from './dom.js';

const wait = 140;  // ms after the last key

// `find(text, signal)` gives [{text, detail, warning}]; `taken(text)` is told what was chosen.
export function combobox(input, list, find, taken) {
  const id = freshId('options');
  list.id = id;
  list.hidden = true;
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-controls', id);
  let options = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    list.replaceChildren();
    options = [];
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const point = (index) => {
    list.children[active]?.setAttribute('aria-selected', 'false');
    active = (index + options.length) % options.length;
    const option = list.children[active];
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({block: 'nearest'});
    input.setAttribute('aria-activedescendant', option.id);
  };
  const take = (option) => {
    input.value = option.text;
    close();
    taken(option.text);
  };
  const show = (found) => {
    options = found;
    active = -1;
    list.replaceChildren(...found.map((option, index) => el('li', {
      role: 'option', id: `${id}-${index}`, 'aria-selected': 'false',
      onmousedown: (event) => { event.preventDefault(); take(option); },
    }, el('span', {className: 'option-name', text: option.text}),
    el('span', {className: 'option-detail', text: option.detail}),
    option.warning ? el('span', {className: 'option-warning', text: option.warning}) : null)));
    list.hidden = found.length === 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
    input.removeAttribute('aria-activedescendant');
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    asking?.abort();
    const text = input.value.trim();
    timer = setTimeout(async () => {
      asking = new AbortController();
      try {
        const found = await find(text, asking.signal);
        if (input.value.trim() === text && document.activeElement === input) show(found);
      } catch (error) {
        // A suggestion that does not come is none; the review says what is wrong. One that a later key called off is
        // followed by another, which must not be called off with it.
        if (error.name !== 'AbortError') close();
      }
    }, wait);
  });
  input.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    if (event.key === 'ArrowDown') point(active + 1);
    else if (event.key === 'ArrowUp') point(active < 0 ? options.length - 1 : active - 1);
    else if (event.key === 'Enter' && active >= 0 && !event.ctrlKey) take(options[active]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  input.addEventListener('blur', close);
  return {close};
}
