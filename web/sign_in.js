// The key of the API, asked for when the service wants one.

import {key} from './api.js';
import {byId} from './dom.js';

const usual = 'This service asks for a key. It is kept in this tab until the tab is closed.';

// Whether a key was given.
export function askForKey(why = usual) {
  const dialog = byId('key-dialog');
  byId('key-why').textContent = why;
  byId('key').value = '';
  dialog.showModal();
  byId('key').focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const given = byId('key').value.trim();
      byId('key').value = '';
      const used = dialog.returnValue === 'use' && given !== '';
      if (used) key.set(given);
      showKey();
      resolve(used);
    }, {once: true});
    dialog.returnValue = 'cancel';
  });
}

// Enter in the box means "use": the first button of a form would be "cancel".
export function wireSignIn() {
  byId('key').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    byId('key-dialog').close('use');
  });
  byId('key-button').addEventListener('click', async () => {
    if (key.get()) key.set(''); else await askForKey();
    showKey();
  });
}

export function showKey() {
  byId('key-button').textContent = key.get() ? 'Sign out' : 'Sign in';
}

// Runs `work`; asks for a key when one is missing or wrong, and then once more.
export async function signedIn(work) {
  try {
    return await work();
  } catch (error) {
    if (error.status !== 401) throw error;
    const why = key.get() ? 'The service does not know this key. Enter another one.' : usual;
    key.set('');
    if (!(await askForKey(why))) throw error;
    return work();
  }
}
