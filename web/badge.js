// Severity as a word in a shape: the outline tells it without the colour.

const space = 'http://www.w3.org/2000/svg';

const outlines = {
  critical: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',       // octagon
  major: 'M8 1 15.500 14.500H.500z',             // triangle
  moderate: 'M8 .800 15.200 8 8 15.200.800 8z',  // diamond
  minor: 'M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13z',
  clear: 'M2 2h12v12H2z',
};
const marks = {
  critical: 'M8 3.800v5M8 11.200v1.200', major: 'M8 5.500v4.500M8 11.600v1.200', moderate: 'M8 4.600v4.200M8 10.600v1.200',
  minor: 'M8 7.200v4M8 4.600v1.200', clear: 'M4.800 8.200 7.200 10.600 11.400 5.800',
};

function path(d, className) {
  const element = document.createElementNS(space, 'path');
  element.setAttribute('d', d);
  element.setAttribute('class', className);
  return element;
}

export function shape(severity) {
  const icon = document.createElementNS(space, 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('class', `shape ${severity}`);
  icon.setAttribute('aria-hidden', 'true');
  icon.append(path(outlines[severity], 'outline'), path(marks[severity], 'mark'));
  return icon;
}

export function badge(severity, word = severity) {
  const element = document.createElement('span');
  element.className = `badge ${severity}`;
  element.append(shape(severity), word);
  return element;
}

// The shape alone where there is little room; its word is there for those who listen.
export function mark(severity) {
  const element = document.createElement('span');
  element.className = 'mark-only';
  element.title = `${severity} hazard`;
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', `${severity} hazard`);
  element.append(shape(severity));
  return element;
}
