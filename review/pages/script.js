/** What makes the pages quicker to use. Without it all of them work. */

for (const element of document.querySelectorAll('.keys, .live')) element.hidden = false;

const wide = matchMedia('(min-width: 64rem)');
for (const fold of document.querySelectorAll('details[data-open-wide]')) fold.open = wide.matches;

/* Keys */

const find = document.querySelector('#find');
const rows = () => [...document.querySelectorAll('a.open')];

function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (next === undefined) {
    if (by > 0) void older();
    return;
  }
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  '/': () => find?.focus(),
};

function isTyping(target) {
  return target instanceof HTMLElement && target.matches('input, select, textarea');
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { key, target } = event;
  if (key === 'Escape') {
    if (document.activeElement !== document.body && isTyping(target)) target.blur();
    else if (document.activeElement?.matches('a.open')) document.activeElement.blur();
    // A browser that can't tell whether that is a page of ours stays here.
    else if (globalThis.navigation?.canGoBack) history.back();
    return;
  }
  if (isTyping(target) || !Object.hasOwn(KEYS, key)) return;
  event.preventDefault();
  KEYS[key]();
});

/* More rows when the end is near */

async function fragment(address) {
  const answer = await fetch(address, { headers: { accept: 'text/html' } });
  if (!answer.ok) throw new Error(`The page answers ${answer.status}.`);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

let isLoading = false;

async function older() {
  const link = document.querySelector('.columns .older a');
  if (link === null || isLoading) return;
  isLoading = true;
  const place = link.closest('.older');
  try {
    const more = await fragment(`${link.href}&part=rows`);
    const last = [...document.querySelectorAll('h2.day')].at(-1);
    const first = more.querySelector('h2.day');
    if (first !== null && first.textContent === last?.textContent) first.remove();
    place.replaceWith(...more.body.children);
    watch();
  } catch {
    // The link is still there: who follows it sees what is wrong.
  } finally {
    isLoading = false;
  }
}

function seen(entries) {
  if (entries.some(({ isIntersecting }) => isIntersecting)) void older();
}

const near = new IntersectionObserver(seen, { rootMargin: '600px' });

function watch() {
  near.disconnect();
  const link = document.querySelector('.columns .older');
  if (link !== null) near.observe(link);
}

/* Only once somebody scrolls: a page that is opened asks once. */
addEventListener('scroll', watch, { once: true, passive: true });

/* What comes in */

const EVERY = 5000;
/** Milliseconds: what was stored so long before the page was made was in Elasticsearch's answers then. */
const SETTLED = 10_000;
const live = document.querySelector('.live');

function follow() {
  const button = live.querySelector('button');
  const status = live.querySelector('[role="status"]');
  const list = live.querySelector('ol');
  const known = new Set([...document.querySelectorAll('.event')].map(({ dataset }) => dataset.id));
  const opened = Number(live.dataset.since) - SETTLED;
  let timer;
  let count = 0;
  const look = async () => {
    try {
      const address = new URL(live.dataset.live, location.href);
      address.searchParams.set('since', live.dataset.since);
      const news = (await fragment(address)).querySelector('ol');
      live.dataset.since = news.dataset.since;
      const isNew = ({ dataset }) => !known.has(dataset.id) && Number(dataset.ingested) >= opened;
      const fresh = [...news.children].filter(isNew);
      for (const { dataset } of fresh) known.add(dataset.id);
      count += fresh.length;
      list.prepend(...fresh);
      const cut = news.dataset.cut === 'yes' ? ' More came in than is shown: load the page anew.' : '';
      status.textContent =
        count === 0 ? 'Nothing new so far.' : `${count} new, each with the time at which it happened.${cut}`;
    } catch {
      status.textContent = 'The page does not answer: is npx eks-audit review still running?';
    }
    timer = setTimeout(() => void look(), EVERY);
  };
  button.addEventListener('click', () => {
    const isOn = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(isOn));
    clearTimeout(timer);
    if (isOn) void look();
    else status.textContent = '';
  });
}

if (live !== null) follow();

/* Dragging across the picture */

const picture = document.querySelector('.histogram svg');

function draggable(svg) {
  const from = Number(svg.dataset.from);
  const to = Number(svg.dataset.to);
  const choice = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  choice.setAttribute('class', 'choice');
  let start;
  const at = (event) => {
    const { left, width } = svg.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const draw = (one, other) => {
    const { width, height } = svg.viewBox.baseVal;
    choice.setAttribute('x', Math.min(one, other) * width);
    choice.setAttribute('width', Math.abs(one - other) * width);
    choice.setAttribute('height', height);
  };
  const isFar = (event) => start !== undefined && Math.abs(at(event) - start) > 0.01;
  svg.addEventListener('pointerdown', (event) => {
    if (event.button === 0) start = at(event);
  });
  svg.addEventListener('pointermove', (event) => {
    if (!isFar(event)) return;
    svg.setPointerCapture(event.pointerId);
    svg.append(choice);
    draw(start, at(event));
  });
  svg.addEventListener('dragstart', (event) => event.preventDefault());
  svg.addEventListener('pointercancel', () => {
    start = undefined;
    choice.remove();
  });
  svg.addEventListener('pointerup', (event) => {
    const isRange = isFar(event);
    const ends = [start ?? 0, at(event)].sort((one, other) => one - other);
    start = undefined;
    choice.remove();
    if (!isRange) return;
    const [first, last] = ends.map((share) => new Date(from + share * (to - from)).toISOString());
    const address = new URL(location.href);
    address.pathname = '/events';
    address.searchParams.delete('after');
    address.searchParams.set('from', first);
    address.searchParams.set('to', last);
    location.assign(address);
  });
}

if (picture !== null) draggable(picture);
