'use strict';
// Draws a chart from each table; on a live page brings the page up to date when the server tells of a change.
(() => {
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
  const COLOURS = 7;
  const HEIGHT = 260;
  const plots = new Map(); // a figure's id to its chart

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function read(figure) {
    const rows = [...figure.querySelectorAll('.data tbody tr')].map(row => [...row.cells].map(cell => cell.textContent));
    const header = [...figure.querySelectorAll('.data thead th')].map(cell => cell.textContent);
    const named = figure.dataset.across === 'layer';
    const names = named ? rows.map(row => row[0]) : null;
    const data = header.map((_, i) => rows.map((row, r) =>
      i === 0 && named ? r + 1 : row[i] === '' ? null : Number(row[i])));
    return { header, names, data };
  }

  function line(label, i, count) {
    return {
      label,
      value: (u, y) => y === null || y === undefined ? '–' : String(y),
      stroke: () => colour('--c' + (i % COLOURS)),
      // Not by colour alone: every line has its own dashes, too.
      dash: DASHES[(i + Math.floor(i / COLOURS)) % DASHES.length],
      width: 2,
      spanGaps: true,
      points: { show: count < 30 },
    };
  }

  function axis(more) {
    return {
      stroke: () => colour('--soft'),
      grid: { stroke: () => colour('--line'), width: 1 },
      ticks: { stroke: () => colour('--line'), width: 1 },
      ...more,
    };
  }

  /** Ticks of whole epochs, or layers by their numbers; a single point gets some room. */
  function build(figure) {
    const place = figure.querySelector('.plot');
    const { header, names, data } = read(figure);
    if (data[0].length === 0) return;
    const options = {
      width: place.clientWidth,
      height: HEIGHT,
      scales: {
        x: { time: false, range: (u, min, max) => min === max ? [min - 1, max + 1] : [min, max] },
        y: { range: (u, min, max) => {
          if (min === null) return [0, 1];
          const room = max > min ? (max - min) * 0.06 : Math.abs(max) * 0.1 || 1;
          return [min - room, max + room];
        } },
      },
      axes: [
        axis({ label: names ? 'layer, from input to output' : header[0], labelSize: 22, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }),
        axis({ size: 58, values: (u, ticks) => ticks.map(tick => String(Number(tick.toPrecision(6)))) }),
      ],
      series: [
        { label: header[0], value: (u, x) => x === null || x === undefined ? '–' : names ? names[x - 1] : String(x) },
        ...header.slice(1).map((label, i) => line(label, i, data[0].length)),
      ],
      cursor: { drag: { x: true, y: false } },
    };
    const plot = new uPlot(options, data, place);
    plots.set(figure.id, { plot, figure, header: header.join('\n') });
  }

  function drawAll() {
    plots.forEach(({ plot }) => plot.destroy());
    plots.clear();
    document.querySelectorAll('figure.chart').forEach(build);
  }

  const resized = new ResizeObserver(entries => entries.forEach(entry => {
    const known = plots.get(entry.target.id);
    const width = entry.target.querySelector('.plot').clientWidth;
    if (known && width > 0 && Math.abs(known.plot.width - width) > 1) {
      known.plot.setSize({ width, height: HEIGHT });
    }
  }));

  function observeAll() {
    resized.disconnect();
    document.querySelectorAll('figure.chart').forEach(figure => resized.observe(figure));
  }

  // ---------------------------------------------------------------- live

  /** What a person opened, ticked or stands on stays so. */
  function keeping(change) {
    const details = [...document.querySelectorAll('details[id]')].map(each => [each.id, each.open]);
    const ticked = [...document.querySelectorAll('input[type=checkbox][id]')].map(each => [each.id, each.checked]);
    const focused = document.activeElement && document.activeElement.id;
    change();
    const restore = (pairs, set) => pairs.forEach(([id, value]) => {
      const found = document.getElementById(id);
      if (found) set(found, value);
    });
    restore(details, (found, value) => { found.open = value; });
    restore(ticked, (found, value) => { found.checked = value; });
    if (focused && document.activeElement === document.body) {
      const found = document.getElementById(focused);
      if (found) found.focus({ preventScroll: true });
    }
  }

  function updateChart(figure, fresh) {
    figure.querySelector('.data tbody').replaceWith(fresh.querySelector('.data tbody'));
    figure.querySelector('.data thead').replaceWith(fresh.querySelector('.data thead'));
    figure.querySelector('.plot').setAttribute('aria-label', fresh.querySelector('.plot').getAttribute('aria-label'));
    const known = plots.get(figure.id);
    const { header, data } = read(figure);
    if (known && known.header === header.join('\n')) {
      known.plot.setData(data);
    } else {
      if (known) known.plot.destroy();
      build(figure);
    }
  }

  const sources = new Map(); // a part's id to its HTML as the server gave it

  function update(page) {
    const parts = root => [...root.querySelectorAll('[data-part]')];
    const ids = root => parts(root).map(part => part.id).join('\n');
    const main = document.getElementById('main');
    const freshMain = page.getElementById('main');
    if (!freshMain) return;
    keeping(() => {
      const freshSources = new Map(parts(freshMain).map(part => [part.id, part.innerHTML]));
      if (ids(main) !== ids(freshMain)) {
        main.replaceChildren(...freshMain.childNodes);
        drawAll();
        observeAll();
      } else {
        parts(freshMain).forEach(fresh => {
          if (sources.get(fresh.id) === freshSources.get(fresh.id)) return;
          const part = document.getElementById(fresh.id);
          if (part.matches('figure')) updateChart(part, fresh);
          else part.replaceChildren(...fresh.childNodes);
        });
      }
      freshSources.forEach((html, id) => sources.set(id, html));
    });
    filter();
  }

  let busy = false;
  let again = false;

  async function refresh() {
    const follow = document.getElementById('follow');
    if (!follow.checked) return;
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { cache: 'no-store' });
      if (answer.ok) update(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      say(answer.ok ? 'live' : 'the server answered ' + answer.status);
    } catch (e) {
      say('no connection to the server');
    }
    setTimeout(() => { busy = false; if (again) { again = false; refresh(); } }, 500);
  }

  function say(text) {
    const connection = document.getElementById('connection');
    if (connection.textContent !== text) connection.textContent = text; // a screen reader speaks each change
  }

  function live() {
    document.querySelectorAll('[data-part]').forEach(part => sources.set(part.id, part.innerHTML));
    document.getElementById('follow').addEventListener('change', refresh);
    const poll = () => setInterval(refresh, 2000);
    if (!('EventSource' in window)) { poll(); return; }
    const events = new EventSource('/events' + (location.pathname === '/report' ? location.search : ''));
    events.addEventListener('open', () => { say('live'); refresh(); });
    events.addEventListener('change', refresh);
    let polling = false;
    events.addEventListener('error', () => {
      say('no connection to the server');
      // Too many pages are open for one more stream: ask now and then in its place.
      if (events.readyState === EventSource.CLOSED && !polling) { polling = true; poll(); }
    });
  }

  function filter() {
    const field = document.getElementById('filter');
    if (!field) return;
    const words = field.value.toLowerCase().split(/\s+/).filter(word => word);
    document.querySelectorAll('.runs tbody tr').forEach(row => {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    });
  }

  // Before charts are drawn: what they add is no part of what the server gave.
  if (document.getElementById('main').hasAttribute('data-live')) live();
  drawAll();
  observeAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  const field = document.getElementById('filter');
  if (field) field.addEventListener('input', filter);
})();
